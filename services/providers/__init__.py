"""What each payment provider's language is: sign, build a request, read an answer. No network."""
