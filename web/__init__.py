"""The stairs: what every door shares of Flask (cookies, headers, error pages, languages)."""
