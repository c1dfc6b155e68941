"""The touch-screen door: one question a page, works without JavaScript."""
