"""The officers' door: sign in, the desk, the customers."""
