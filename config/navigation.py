"""The navigation of one reader: what every app's module `navigation` offers to the organisation for which they act."""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from itertools import groupby

from django.apps import apps
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import module_has_submodule
from django.utils.translation import get_language

from accounts.navigation import Entry, Group
from accounts.queries.memberships import acting_membership
from config.waiting import counts


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as a page shows it."""

    url: str
    label: str
    explains: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The links of one part of the menu, under its heading."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Navigation:
    """What one reader is offered; false where it is nothing."""

    sections: tuple[Section, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sections)

    @property
    def menu(self) -> str:
        """The links of the menu, as the page has them."""
        return _written("partials/_menu_links.html", get_language(), self.sections)

    @property
    def doors(self) -> str:
        """The same as large links, each with what one does there."""
        return _written("partials/_doors.html", get_language(), self.sections)

    @property
    def waiting(self) -> list[Link]:
        """Where something waits for the reader, in the order of the menu."""
        return [link for section in self.sections for link in section.links if link.count]


_ORDER = list(Group)


@cache
def entries() -> tuple[Entry, ...]:
    """Collect the entries of all apps, in the order of their groups and places."""
    offering = [
        app.name for app in apps.get_app_configs() if app.module and module_has_submodule(app.module, "navigation")
    ]
    modules = [import_module(f"{name}.navigation") for name in offering if name != "config"]
    found = [entry for module in modules for entry in module.ENTRIES]
    return tuple(sorted(found, key=lambda entry: (_ORDER.index(entry.group), entry.place)))


def navigation(request: HttpRequest) -> Navigation:
    """Make the menu of this reader; an empty one for who acts for nobody."""
    membership = acting_membership(request)
    if membership is None:
        return Navigation()
    mine = [(entry, _url(entry.route)) for entry in entries() if entry.is_for(membership)]
    here = max((url for _entry, url in mine if request.path.startswith(url)), key=len, default="")
    counted = iter(counts([entry.waits for entry, _ in mine if entry.waits], membership))
    links = [
        (entry.group, _link(entry, url, count=next(counted) if entry.waits else 0, current=url == here))
        for entry, url in mine
    ]
    return Navigation(
        tuple(
            Section(str(group.label), tuple(link for _group, link in part))
            for group, part in groupby(links, key=lambda pair: pair[0])
        )
    )


def _link(entry: Entry, url: str, *, count: int, current: bool) -> Link:
    return Link(url=url, label=str(entry.label), explains=str(entry.explains), count=count, current=current)


@cache
def _url(route: str) -> str:
    return reverse(route)


# Of each menu that people see there are a few: for each kind of party and language, and where one is.
@lru_cache(maxsize=500)
def _written(template: str, _language: str | None, sections: tuple[Section, ...]) -> str:
    return render_to_string(template, {"sections": sections})
