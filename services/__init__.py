"""The back office: what the company decides. Keys and the clock come as arguments; no Flask."""
