"""The people behind the desk: who they are, how they sign in, what they did."""
