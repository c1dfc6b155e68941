"""What partners did, as officers see it."""
