"""A contract from the request to the signed file and its copies."""
