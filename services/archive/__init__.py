"""The archive of old paper contracts: listed, scanned, typed twice, agreed, placed in a commune."""
