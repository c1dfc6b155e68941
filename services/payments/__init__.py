"""Money posted exactly once, and taken back; promotions; the keys of who reports it."""
