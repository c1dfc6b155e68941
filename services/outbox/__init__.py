"""Texts that must reach a phone later, queued with their cause; one-time codes."""
