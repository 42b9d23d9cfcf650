"""Forms on pages, filled as a browser would fill them."""

import re
from html import unescape
from typing import Any

from django.forms import BaseForm, MultiWidget, Select, Widget
from django.test import Client

from accounts.models import Membership

ENGLISH = {"accept-language": "en"}


def client_of(member: Membership | None) -> Client:
    """Make a browser in which somebody is logged in, or nobody."""
    client = Client(headers=ENGLISH)
    if member:
        client.force_login(member.user)
    return client


def is_asked_who(member: Membership, url: str, **said: str) -> bool:
    """Say whether somebody with a password who sends a form is first asked for it again."""
    member.user.set_password("four words of rice")
    member.user.save()
    return client_of(member).post(url, said).headers.get("Location", "").startswith("/account/reauthenticate/?next=")


def shown(*forms: BaseForm) -> dict[str, Any]:
    """Give what a browser would send back if nobody typed anything."""
    sent: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            widget, value = bound.field.widget, bound.value()
            if isinstance(widget, MultiWidget):
                parts = zip(widget.widgets_names, widget.widgets, widget.decompress(value) or [], strict=True)  # type: ignore[attr-defined]
                sent |= {f"{bound.html_name}{name}": _sent(box, part) for name, box, part in parts}
            else:
                sent[bound.html_name] = _sent(widget, value)
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def _sent(widget: Widget, value: Any) -> Any:
    # A list that nobody opened sends its first choice.
    if isinstance(widget, Select) and value is None:
        return next(iter(widget.choices))[0]
    return value


def send(client: Client, url: str, **typed: Any) -> Any:
    """Open the page of a form, type into it, and press the button."""
    page: Any = client.get(url)
    assert page.status_code == 200, page.content.decode()
    return client.post(url, {**shown(page.context["form"]), **typed})


def rows_of(page: Any) -> list[BaseForm]:
    """Give the forms of a page's rows."""
    return [form for _title, form in page.context["rows"]]


def fill(client: Client, url: str, **typed: Any) -> Any:
    """Open a page with rows, type into it, and press the button."""
    page: Any = client.get(url)
    return client.post(url, {**shown(page.context["form"], *rows_of(page)), **typed})


_LIST = re.compile(r'<ul class="errorlist[^"]*"(?: id="id_([^"]*)_error")?>(.*?)</ul>', re.DOTALL)


def errors_of(page: Any) -> dict[str, list[str]]:
    """Give the errors that a page shows, by field, in the language that it shows them in."""
    found: dict[str, list[str]] = {}
    for name, items in _LIST.findall(page.content.decode()):
        found.setdefault(name or "__all__", []).extend(map(unescape, re.findall(r"<li>(.*?)</li>", items, re.DOTALL)))
    return found
