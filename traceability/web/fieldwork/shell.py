"""The parts of the farmer's app that a phone keeps: the files, their version, the texts of its scripts."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from traceability.events import EVENT_TYPES
from traceability.events.vocabulary import DOSE_UNITS, MASS_UNITS, WATER_UNITS
from traceability.services.growth import OPERATIONS
from traceability.web.words import word

_OWN = "traceability/fieldwork/"
_LEDGER = "traceability/ledger/"
# In the order in which a page asks for them.
FILES = (
    "config/tokens.css",
    "config/page.css",
    "config/form.css",
    f"{_OWN}fieldwork.css",
    *(
        f"{_OWN}{name}.js"
        for name in (
            "app",
            "bodies",
            "days",
            "device",
            "form",
            "home",
            "leave",
            "list",
            "network",
            "photos",
            "plots",
            "queue",
            "records",
            "screens",
            "store",
            "ticket",
            "uuids",
            "words",
        )
    ),
    *(f"{_LEDGER}{name}.js" for name in ("canonical", "commitment", "encoding", "errors", "sha2")),
    "config/mark.svg",
)
# Kept only by phones whose browser has no Ed25519.
SIGNING_SCRIPT = "vendor/noble-ed25519/index.js"
SHELL_TEMPLATE = "traceability/fieldwork/shell.html"
# What scripts say, with {places} that they fill; all other texts stand in the page itself.
_WORDS: dict[str, str | Promise] = {
    "title": _("{party}: my fields"),
    "today": _("today"),
    "yesterday": _("yesterday"),
    "days_ago": _("{days} days ago"),
    "did": _("{what} {day}"),
    "nothing_yet": _("nothing recorded yet"),
    "no_season": _("No season yet. Begin one here."),
    "mu": _("{mu} mu"),
    "waiting": _("To upload: {count}"),
    "failed_count": _("Failed: {count}"),
    "all_sent": _("All uploaded"),
    "again": _("As last time · {what}"),
    "again_where": _("{plots}, today"),
    "again_press": _("Press once more to record it"),
    "recorded": _("Recorded: {what} · {plots}."),
    "recorded_waiting": _("It lies on the phone and is sent as soon as there is a network."),
    "choose_plot": _("Choose a plot first."),
    "harvest_from": _("Harvest is allowed from {day} on."),
    "inside_interval": _("{product} was sprayed on {from}: harvest is allowed from {to} on. Say why it cannot wait."),
    "say_why": _("Say why it cannot wait."),
    "state_waiting": _("to upload"),
    "state_sent": _("uploaded"),
    "state_failed": _("failed"),
    "photo_waiting": _("photo still to upload"),
    "recorded_at": _("recorded {time}"),
    "for_other": _("for {name}"),
    "lot": _("Lot {code}"),
    "photo_ready": _("Photo ready, {size} KB"),
    "photo_failed": _("This photo cannot be read."),
    "log_in": _("Log in again to upload."),
    "no_network": _("No network now. It goes on by itself."),
    "server_busy": _("The server is busy. It goes on by itself."),
    "somebody_else": _("{count} entries of somebody else wait on this phone."),
    "first_visit": _("Your plots are on their way. Where there is no network, open this page once with one."),
    "leave_waiting": _("{count} entries are not uploaded yet. If you log out now, they are lost."),
    "too_old": _("This browser cannot keep entries without a network. Use the plain forms."),
    "number": _("Type a number, such as 12.5."),
    "missing": _("Please fill this in."),
}
_EVENTS = (*(f"growth.{name}" for name in OPERATIONS), "season.harvested")
_CODES = (*MASS_UNITS, *WATER_UNITS, *DOSE_UNITS)


def words() -> dict[str, str]:
    """Give the texts of scripts in the language that is active now: sentences, types of events, units."""
    return {
        **{name: str(text) for name, text in _WORDS.items()},
        **{name: gettext(EVENT_TYPES[name].label) for name in _EVENTS},
        **{code: word(code) for code in _CODES},
        # As one says it in the field.
        "growth.irrigated": gettext("Watering"),
        "m3": pgettext("said in the field", "m³"),
    }


def urls() -> list[str]:
    """List the addresses of the files."""
    return [static(name) for name in FILES]


def source(name: str) -> str:
    """Read one of the files; empty where it is not there."""
    path = finders.find(name)
    return Path(str(path)).read_text(encoding="utf-8") if path else ""


@cache
def version() -> str:
    """Name this state of the app: another byte in any of its files is another version."""
    found = sha256(repr(urls()).encode())
    for name in FILES:
        found.update(source(name).encode())
    template = get_template(SHELL_TEMPLATE).template  # type: ignore[attr-defined]
    found.update(template.source.encode())
    return found.hexdigest()[:16]
