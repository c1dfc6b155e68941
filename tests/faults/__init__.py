"""Long runs with things going wrong, by hand: python -m tests.faults.NAME [sqlite|postgresql]."""
