"""One file a carrier; each only translates: verify, decode, status table, send."""
