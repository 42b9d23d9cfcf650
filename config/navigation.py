"""The navigation of one reader: what every app's module `navigation` offers to the organisation for which they act."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from accounts.models import Membership
from accounts.navigation import Entry
from accounts.queries.memberships import acting_membership


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as a page shows it."""

    url: str
    label: str
    explains: str
    count: int
    current: bool


@cache
def entries() -> tuple[Entry, ...]:
    """Collect the entries of all apps, in the order of their places."""
    offering = [
        app.name for app in apps.get_app_configs() if app.module and module_has_submodule(app.module, "navigation")
    ]
    modules = [import_module(f"{name}.navigation") for name in offering if name != "config"]
    found = [entry for module in modules for entry in module.ENTRIES]
    return tuple(sorted(found, key=lambda entry: entry.place))


def links(request: HttpRequest) -> list[Link]:
    """Make the links for this reader; none for who acts for nobody."""
    membership = acting_membership(request)
    if membership is None:
        return []
    mine = [(entry, reverse(entry.route)) for entry in entries() if entry.is_for(membership)]
    here = max((url for _entry, url in mine if request.path.startswith(url)), key=len, default="")
    return [_link(entry, url, membership=membership, current=url == here) for entry, url in mine]


def _link(entry: Entry, url: str, *, membership: Membership, current: bool) -> Link:
    count = entry.count(membership) if entry.count else 0
    return Link(url=url, label=str(entry.label), explains=str(entry.explains), count=count, current=current)
