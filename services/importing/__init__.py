"""Files of the billing system: read strictly, checked whole, stored all or nothing."""
