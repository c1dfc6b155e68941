"""The back office: what the company decides. It knows no Flask; settings, keys and the clock come as arguments."""
