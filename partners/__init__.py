"""The door for payment intermediaries and banks: a signed JSON API."""
