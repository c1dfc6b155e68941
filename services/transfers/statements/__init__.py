"""Bank statements: camt.053, camt.054 and CSV become bank credits."""
