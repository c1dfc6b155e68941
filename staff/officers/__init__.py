"""Cán bộ: who may sign in, what each may reach, and their second factor."""
