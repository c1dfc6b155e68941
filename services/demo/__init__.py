"""The demo: invented people with real prices, the same on every machine."""
