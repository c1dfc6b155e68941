"""How things are written and said: codes, telephone numbers, amounts, names of places."""
