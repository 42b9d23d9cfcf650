"""What figures are called, what they say, and what would make them better, in plain words."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from traceability.ledger.scores import Card, Gate, NumberVariable

_NAMES: Mapping[str, str | Promise] = {
    "tenure_months": gettext_lazy("how long others vouch for the farm"),
    "plot_area_mu": gettext_lazy("measured land"),
    "yield_cv": gettext_lazy("how steady the yields are"),
    "inspection_pass_rate": gettext_lazy("laboratory tests passed"),
    "on_time_rate": gettext_lazy("deliveries on time"),
    "order_backlog": gettext_lazy("prepaid orders"),
    "logging_regularity": gettext_lazy("field work written down week by week"),
    "data_integrity": gettext_lazy("records told in time and left as they were"),
    "open_breaches_24m": gettext_lazy("promises broken"),
    "attested_events": gettext_lazy("records that others vouch for"),
    "related_share": gettext_lazy("orders of buyers who are not independent"),
    "implausible": gettext_lazy("harvests that cannot be"),
}
_HINTS: Mapping[str, str | Promise] = {
    "tenure_months": gettext_lazy("It grows by itself, month by month."),
    "plot_area_mu": gettext_lazy("Draw the boundary of each plot, and have a harvest from it weighed or tested."),
    "yield_cv": gettext_lazy("Have every harvest weighed: two seasons are needed."),
    "inspection_pass_rate": gettext_lazy("Keep the days between spraying and harvest; the next tests passed raise it."),
    "on_time_rate": gettext_lazy("Deliver within the window; say early when the weather spoils the harvest."),
    "order_backlog": gettext_lazy("Prepaid orders in hand raise it."),
    "logging_regularity": gettext_lazy("Write down sowing, watering, manuring and spraying in the same week."),
    "data_integrity": gettext_lazy("Write work down within two days."),
    "open_breaches_24m": gettext_lazy("It falls away two years after the day."),
}


def name_of(name: str) -> str:
    """Give what a figure is called; one of a card of its own is called by its code."""
    return str(_NAMES.get(name, name))


def is_named(name: str) -> bool:
    """Whether there is a figure of this name."""
    return name in _NAMES


def figure_text(name: str, number: int | str, *, against: int) -> str:
    """Say what a figure is."""
    write = _TEXTS.get(name)
    if write is None or isinstance(number, str):
        return f"{name_of(name)}: {number}"
    text = write(number)
    if against and name in _SHARES:
        more = ngettext("%(count)s record against it", "%(count)s records against it", against) % {"count": against}
        return f"{text} ({more})"
    return text


def hint_of(name: str, card: Card, number: int | str | None) -> str:
    """Say what would make it better, and from where on the card gives more."""
    hint = str(_HINTS.get(name, ""))
    variable = next((one for one in card.variables if one.name == name), None)
    if not isinstance(variable, NumberVariable) or not isinstance(number, int):
        return hint
    step = _next_step(variable, number)
    # From nothing to the smallest figure there is, a step says no more than the hint does.
    if step is None or name not in _TEXTS or (number, step) == (0, 1):
        return hint
    more = _("The next step is at: %(figure)s.") % {"figure": _figure(name, step)}
    # Chinese sentences stand side by side without a space.
    return (_("%(hint)s %(more)s") % {"hint": hint, "more": more}).strip()


def gate_text(name: str, gate: Gate) -> str:
    """Say what is needed before there is a number."""
    texts = {
        "tenure_months": _("Others must have vouched for something on the farm for %(count)s months.")
        % {"count": gate.tenure_months},
        "attested_events": _("A buyer, a laboratory or a device must vouch for at least %(count)s records.")
        % {"count": gate.attested_events},
        "data_integrity": _("Fewer than %(percent)s of the records were told in time and left as they were.")
        % {"percent": _percent(gate.data_integrity)},
        "related_share": _("More than %(percent)s of the orders come from buyers who are not independent.")
        % {"percent": _percent(gate.related_share)},
        "implausible": _("A harvest is larger than the field can bear. Please look at it together with us."),
    }
    return texts.get(name, name)


def _next_step(variable: NumberVariable, number: int) -> int | None:
    place = variable.bin_of(number).place
    points = variable.bins[place].points
    if variable.better == "more":
        better = [at for at, one in zip(variable.breaks, variable.bins[1:], strict=True) if one.points > points]
        return next((at for at in better if at > number), None)
    worse = [at for at, one in zip(variable.breaks, variable.bins, strict=False) if one.points > points]
    return worse[-1] if worse else None


def _figure(name: str, number: int) -> str:
    if name in _SHARES or name == "yield_cv":
        return _percent(number)
    if name == "tenure_months":
        return ngettext("%(count)s month", "%(count)s months", number) % {"count": number}
    if name == "plot_area_mu":
        return _("%(mu)s mu") % {"mu": _hundredths(number)}
    if name == "order_backlog":
        return _("%(yuan)s yuan a mu") % {"yuan": _hundredths(number)}
    return str(number)


def _percent(number: int) -> str:
    return f"{_plain(Decimal(number) / 100)}%"


def _hundredths(number: int) -> str:
    return _plain(Decimal(number) / 100)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


_SHARES = frozenset({"inspection_pass_rate", "on_time_rate", "logging_regularity", "data_integrity"})
_TEXTS: Mapping[str, Callable[[int], str]] = {
    "tenure_months": lambda number: (
        ngettext(
            "others have vouched for the farm for %(count)s month",
            "others have vouched for the farm for %(count)s months",
            number,
        )
        % {"count": number}
    ),
    "plot_area_mu": lambda number: _("measured land: %(mu)s mu") % {"mu": _hundredths(number)},
    "yield_cv": lambda number: _("yields differ from season to season by %(percent)s") % {"percent": _percent(number)},
    "inspection_pass_rate": lambda number: _("laboratory tests passed: %(percent)s") % {"percent": _percent(number)},
    "on_time_rate": lambda number: _("deliveries on time: %(percent)s") % {"percent": _percent(number)},
    "order_backlog": lambda number: _("prepaid orders: %(yuan)s yuan a mu") % {"yuan": _hundredths(number)},
    "logging_regularity": lambda number: (
        _("field work written down in %(percent)s of the weeks") % {"percent": _percent(number)}
    ),
    "data_integrity": lambda number: (
        _("told in time and left as they were: %(percent)s of the records") % {"percent": _percent(number)}
    ),
    "open_breaches_24m": lambda number: (
        ngettext("%(count)s promise broken in two years", "%(count)s promises broken in two years", number)
        % {"count": number}
    ),
}
