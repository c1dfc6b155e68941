"""Who may sign in, what each may open, and their second factor."""
