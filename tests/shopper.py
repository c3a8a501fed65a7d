"""A visitor for tests: a test client that fills in the forms that pages really have."""

import re
from contextvars import Context
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.core.database import db


class ShopClient(FlaskClient):
    """Behaves like a browser on our own pages, and like a server: no request sees another's context."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
        headers = dict(kwargs.pop("headers", None) or {})
        headers.setdefault("Sec-Fetch-Site", "same-origin")
        # What is sent piece by piece is read while the request is still there.
        kwargs.setdefault("buffered", True)
        # A test that holds an application context would otherwise lend it (and its `g`) to the request.
        response: TestResponse = Context().run(super().open, *args, headers=headers, **kwargs)
        return response

    def submit(
        self, page: TestResponse, to: str = "", fields: dict[str, Any] | None = None, **options: Any
    ) -> TestResponse:
        """Send the page's form whose action contains `to`, with `fields` filled in and the others as they stand.

        A field set to None is left out, as a box that is not ticked.
        """
        form = next(form for form in read_forms(page.text) if to in form.action)
        values = {**form.fields, **(fields or {})}
        data = {name: value for name, value in values.items() if value is not None}
        url = urljoin(page.request.url, form.action)
        if form.method == "post":
            return self.post(url, data=data, **options)
        return self.get(url, query_string=data, **options)


@dataclass
class Form:
    """A form of a page. A name that stands there several times has a list of values."""

    action: str
    method: str
    fields: dict[str, Any] = field(default_factory=dict)

    def add(self, name: str, value: str) -> None:
        if name not in self.fields:
            self.fields[name] = value
        elif isinstance(self.fields[name], list):
            self.fields[name].append(value)
        else:
            self.fields[name] = [self.fields[name], value]


class _Forms(HTMLParser):
    """Collects what a browser would send: buttons apart, ticked boxes, chosen options, texts."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select: str | None = None
        self.first_option: str | None = None
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is None or "disabled" in given:
            return
        elif tag == "input" and given.get("name"):
            self._input(self.form, given)
        elif tag == "select":
            self.select, self.first_option = given.get("name"), None
        elif tag == "option" and self.select:
            self._option(self.form, self.select, given)
        elif tag == "textarea" and given.get("name"):
            self.textarea = given["name"]
            self.form.fields[self.textarea] = ""

    def _input(self, form: Form, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("submit", "button", "image", "reset", "file"):
            return
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        form.add(given["name"], given.get("value", "on" if kind == "checkbox" else ""))

    def _option(self, form: Form, name: str, given: dict[str, str]) -> None:
        value = given.get("value", "")
        if self.first_option is None:
            # The first one is what a browser shows, until another is marked.
            self.first_option = value
            form.fields[name] = value
        elif "selected" in given:
            form.fields[name] = value

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.textarea:
            self.form.fields[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None


def without_tokens(html: str) -> str:
    """A page or a piece of one, but for its forms' tokens: they tell the second in which each was made."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html)


def read_forms(html: str) -> list[Form]:
    """The forms of a page, with the fields that a browser would send if nothing were touched."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms
