"""Payment providers: orders, what they report of them, and one file for each one's language."""
