"""Texts put into templates when they are compiled."""

from __future__ import annotations

import pytest
from flask import g, render_template, render_template_string
from jinja2 import DictLoader, TemplateNotFound
from markupsafe import Markup

from web.languages import Catalogue

ENGLISH = {
    "Tiền điện": "Electricity",
    "Tháng %(period)s": "Month %(period)s",
    "%(one)s trước %(two)s": "%(two)s after %(one)s",
    "Trả <b>%(sum)s</b>": "Pay <b>%(sum)s</b> & go",
    "Giảm %(share)s%%": "%(share)s%% off",
}
TEMPLATES = {
    "page.html": "{% extends 'frame.html' %}{% set heading = _('Tiền điện') %}"
                 "{% block main %}{{ heading }}: {{ _('Tháng %(period)s', period=when) }}"
                 "{% include 'part.html' %}{% endblock %}",
    "frame.html": "<title>{{ _('Tiền điện') }}</title>{% block main %}{% endblock %}",
    "part.html": "{% from 'macros.html' import sum %}[{{ sum(5) }}]",
    "macros.html": "{% macro sum(n) %}{{ _('Giảm %(share)s%%', share=n) }}{% endmacro %}",
}


@pytest.fixture(autouse=True)
def catalogue(app):
    app.extensions["catalogues"]["en"] = Catalogue(ENGLISH)


def drawn(app, template: str, language: str, **values) -> str:
    with app.test_request_context():
        g.language = language
        return render_template_string(template, **values)


@pytest.mark.parametrize(("template", "vietnamese", "english"), [
    ("{{ _('Tiền điện') }}", "Tiền điện", "Electricity"),
    ("{{ _('Không dịch') }}", "Không dịch", "Không dịch"),
    ("{{ _('Tháng %(period)s', period='10') }}", "Tháng 10", "Month 10"),
    ("{{ _('Tháng %(period)s', period=bad) }}", "Tháng &lt;i&gt;", "Month &lt;i&gt;"),
    ("{{ _('Tháng %(period)s', period='<i>') }}", "Tháng &lt;i&gt;", "Month &lt;i&gt;"),
    ("{{ _('%(one)s trước %(two)s', one=bad, two=2) }}", "&lt;i&gt; trước 2", "2 after &lt;i&gt;"),
    ("{{ _('Trả <b>%(sum)s</b>', sum=bad) }}", "Trả <b>&lt;i&gt;</b>",
     "Pay <b>&lt;i&gt;</b> & go"),
    ("{% set t = _('Trả <b>%(sum)s</b>', sum=bad) %}{{ t }}", "Trả <b>&lt;i&gt;</b>",
     "Pay <b>&lt;i&gt;</b> & go"),
    ("{% set t = _('Trả <b>%(sum)s</b>', sum='&') %}{{ t }}", "Trả <b>&amp;</b>",
     "Pay <b>&amp;</b> & go"),
    ("{{ _('Giảm %(share)s%%', share=5) }}", "Giảm 5%", "5% off"),
    ("{{ _('Tháng %(period)s', period=_('Tiền điện')) }}", "Tháng Tiền điện",
     "Month Electricity"),
    ("{{ _(name) }}", "Tiền điện", "Electricity"),
    ("{{ _('Tiền điện') ~ bad ~ 1 }}", "Tiền điện&lt;i&gt;1", "Electricity&lt;i&gt;1"),
    ("{{ bad ~ '<' }}", "&lt;i&gt;&lt;", "&lt;i&gt;&lt;"),
    ("{% for t in [_('Tiền điện'), bad] %}{{ t }},{% endfor %}", "Tiền điện,&lt;i&gt;,",
     "Electricity,&lt;i&gt;,"),
    ("{% trans %}Tiền điện{% endtrans %}", "Tiền điện", "Electricity"),
    ("{{ _('') }}", "", ""),
])
def test_a_text_is_drawn_in_the_language_of_the_request(app, template: str, vietnamese: str,
                                                        english: str) -> None:
    values = {"bad": "<i>", "name": "Tiền điện"}
    assert drawn(app, template, "vi", **values) == vietnamese
    assert drawn(app, template, "en", **values) == english


def test_parts_and_frames_follow_the_language_of_the_page(app) -> None:
    app.jinja_loader = DictLoader(TEMPLATES)
    for language, page in (
            ("vi", "<title>Tiền điện</title>Tiền điện: Tháng 10[Giảm 5%]"),
            ("en", "<title>Electricity</title>Electricity: Month 10[5% off]"),
            ("vi", "<title>Tiền điện</title>Tiền điện: Tháng 10[Giảm 5%]")):
        with app.test_request_context():
            g.language = language
            assert render_template("page.html", when="10") == page


def test_plain_text_is_not_escaped(app) -> None:
    app.jinja_loader = DictLoader({"a.txt": "{{ _('Trả <b>%(sum)s</b>', sum=bad) }}"})
    with app.test_request_context():
        g.language = "en"
        text = render_template("a.txt", bad="<i>")
    assert text == "Pay <b><i></b> & go" and not isinstance(text, Markup)


def test_a_missing_template_is_named(app) -> None:
    with app.test_request_context(), pytest.raises(TemplateNotFound, match=r"nowhere\.html"):
        render_template("nowhere.html")


def test_a_place_without_a_value_is_our_mistake_and_is_told(app) -> None:
    with pytest.raises(KeyError):
        drawn(app, "{{ _('Tháng %(period)s') }}", "vi")


def test_outside_a_request_it_is_vietnamese(app) -> None:
    app.jinja_loader = DictLoader({"a.txt": "{{ _('Tiền điện') }}"})
    with app.app_context():
        assert render_template("a.txt") == "Tiền điện"


@pytest.mark.parametrize("template", ["{{ icon('bill') }}", "{{ icon(name) }}"])
def test_a_pictogram_needs_no_import(app, template: str) -> None:
    drawing = drawn(app, template, "vi", name="bill")
    assert drawing.startswith("<svg ") and "pictograms.svg#bill" in drawing


def test_a_fixed_pictogram_is_drawn_when_the_template_is_compiled(app) -> None:
    with app.app_context():
        environment = app.jinja_env
        assert "svg#bill" in environment.compile("{{ icon('bill') }}", raw=True)
        assert "svg" not in environment.compile("{{ icon(name) }}", raw=True)


def test_the_name_of_a_pictogram_is_escaped(app) -> None:
    assert "<b>" not in drawn(app, "{{ icon(name) }}{{ icon('<b>') }}", "vi", name="<b>")
