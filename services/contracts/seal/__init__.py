"""The company's seal on a contract: made, kept, checked."""
