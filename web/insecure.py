"""A test installation (ALLOW_INSECURE) says on every page that it is one, whichever template drew
it: nobody takes it for the company's counter."""

from __future__ import annotations

from flask import Flask, Response, render_template, request

_MOST_BEHIND_A_TEXT = 4096  # bytes of a page that a text's link opens


def init_app(app: Flask) -> None:
    """Put the sentence into every page of the app."""
    app.after_request(say)


def say(response: Response) -> Response:
    """Right after <body>; a part of a page has none, and stands in a page that says it."""
    if response.mimetype != "text/html" or response.direct_passthrough:
        return response
    page = response.get_data()
    at = page.find(b">", page.find(b"<body")) + 1 if b"<body" in page else 0
    small = request.path.startswith("/q/")
    said = render_template("kiosk/insecure.html", small=small).strip().encode()
    if at and not (small and len(page) + len(said) > _MOST_BEHIND_A_TEXT):
        response.set_data(page[:at] + said + page[at:])
    return response
