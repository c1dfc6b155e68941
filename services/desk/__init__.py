"""Work that waits for an officer: requests, calls, telephones to be tied."""
