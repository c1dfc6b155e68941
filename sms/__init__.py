"""The text-message door: gateways in, words understood, one-segment replies out."""
