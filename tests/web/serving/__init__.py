"""The web server itself, with a small application in it."""
