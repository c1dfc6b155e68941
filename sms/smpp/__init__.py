"""SMPP, an operator's own protocol: frames, PDUs, the line, the process that keeps it."""
