"""What a text message's address opens in a phone's browser."""
