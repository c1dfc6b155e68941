"""One file a provider; each only translates: verify, decode, status table, send."""
