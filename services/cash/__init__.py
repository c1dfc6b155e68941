"""Cash at the counter: shifts, what was taken, receipts, and money given back."""
