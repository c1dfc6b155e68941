"""Reports that payment providers push to us: one file a provider, each only translates."""
