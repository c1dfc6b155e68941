"""A partner's day held against ours, line by line."""
