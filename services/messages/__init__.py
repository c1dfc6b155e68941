"""Texts in bulk, and the log of what a phone was told."""
