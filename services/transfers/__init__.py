"""Money that reached the bank account: recorded always, matched when it is certain."""
