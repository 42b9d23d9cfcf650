"""What a record says, member by member, for those who may read all of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation
from accounts.queries.memberships import may_manage, may_record
from traceability.decimals import read_decimal
from traceability.events import EVENT_TYPES
from traceability.events.kinds import Choice, Number
from traceability.events.members import Member
from traceability.projections.standing import Standing, day_of
from traceability.queries.photos import awaited_photos
from traceability.queries.timeline import Step
from traceability.services.attachments import is_kept
from traceability.web.trace.text import plain
from traceability.web.words import attested, form_name, operation_name, stage_name, word

# Shown elsewhere on the page, or names by which machines find things.
_UNSAID = frozenset(
    {
        "date",
        "typed",
        "epc",
        "holder",
        "country",
        "boundary_kind",
        "plot",
        "season",
        "lot",
        "event",
        "results",
        "crop",
        "hold",
        "shipment",
        "certificate",
    }
)
# What machines call the part that an item plays, and the sort of thing it is.
_CODED = frozenset({"role", "kind"})
_PARTIES = frozenset({"to", "laboratory", "supplier"})
_LATE = timedelta(days=2)
_PUT_RIGHT_HERE = ("growth.", "season.", "lot.harvested", "lot.taken_in", "sample.taken", "test.reported")


@dataclass(frozen=True, slots=True)
class Fact:
    """One member of a record: how pages call it, and what it says."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStep:
    """One record as its owner sees it: what it says, in public and in private, who vouches, what one may do."""

    id: str
    label: str
    day: date
    facts: list[Fact]
    private: list[Fact]
    vouched: str
    withdrawn: bool
    corrections: int
    photos: list[str]
    # Photos whose bytes are still on a phone, or were withheld.
    awaited: int
    may_correct: bool
    may_erase: bool


def log_steps(found: list[Step], *, membership: Membership, crop: str = "") -> list[LogStep]:
    """Put the steps of a timeline into words."""
    parties = {str(step.party.public_id): step.party for step in found if step.party}
    illustrated = {UUID(step.event.leaf.id) for step in found if step.event.leaf.attachments}
    # The pictures that phones announced and have not sent.
    missing = {f"{record}/{sha256}" for record, sha256 in awaited_photos(illustrated)}
    return [_log_step(step, membership, crop, parties, missing) for step in found]


def _log_step(
    step: Step, membership: Membership, crop: str, parties: Mapping[str, Organisation], missing: Collection[str]
) -> LogStep:
    said, leaf = step.standing, step.event.leaf
    mine = leaf.actor.speaks_for == str(membership.organisation.public_id)
    pictures = [one.sha256 for one in leaf.attachments if one.media.startswith("image/")]
    here = [one for one in pictures if f"{leaf.id}/{one}" not in missing and is_kept(one)]
    return LogStep(
        id=leaf.id,
        label=_(step.label),
        day=said.day if "date" in said.body else day_of(said.event),
        facts=_facts(said, crop, parties),
        # A lot is seen by who has it, who made it and who tests it: what each of them keeps private stays their own.
        private=_private(said) if mine else [],
        vouched=_vouched(step),
        withdrawn=said.withdrawn,
        corrections=len(said.corrections),
        photos=here,
        awaited=len(pictures) - len(here),
        may_correct=mine and may_record(membership) and not said.withdrawn and said.type.startswith(_PUT_RIGHT_HERE),
        may_erase=mine and may_manage(membership) and bool(said.private),
    )


def _facts(said: Standing, crop: str, parties: Mapping[str, Organisation]) -> list[Fact]:
    schema = EVENT_TYPES[said.type].body.by_name
    named = [(member, said.body[name]) for name, member in schema.items() if name in said.body]
    texts = ((member.label, _text(member, value, crop, parties)) for member, value in named)
    return [Fact(_(label), text) for label, text in texts if text]


def _private(said: Standing) -> list[Fact]:
    schema = EVENT_TYPES[said.type].private.by_name
    return [
        Fact(_(member.label), str(said.private[name]))
        for name, member in schema.items()
        if isinstance(said.private.get(name), str)
    ]


def _text(member: Member, value: Any, crop: str, parties: Mapping[str, Organisation]) -> str:
    if member.name in _UNSAID:
        return ""
    if member.name in _PARTIES:
        party = parties.get(value)
        return party.name if party else ""
    if member.name == "stage":
        return stage_name(crop, value)
    if member.name == "operation":
        return operation_name(value)
    if member.name == "product_form":
        return form_name(crop, value)
    return _value(member, value)


def _value(member: Member, value: Any) -> str:
    if isinstance(member.kind, Choice) or member.name in _CODED:
        return word(value)
    if isinstance(member.kind, Number):
        return plain(read_decimal(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict) and value.keys() == {"value", "unit"}:
        return f"{plain(read_decimal(value['value']))} {word(value['unit'])}"
    if isinstance(value, list):
        return ", ".join(word(one) for one in value if isinstance(one, str))
    return str(value) if isinstance(value, str | int) else ""


def _vouched(step: Step) -> str:
    who = step.party.name if step.party else _("an unknown party")
    if step.whom:
        who = _("%(who)s, for %(whom)s") % {"who": who, "whom": step.whom.name}
    index = step.event.index
    place = _("record %(number)s") % {"number": index + 1} if index is not None else _("on its way into the log")
    return " · ".join(filter(None, (who, attested(step.event.leaf.actor.attested), place, _late(step))))


def _late(step: Step) -> str:
    """Say when a record came that came late, as from a phone that had no network for days."""
    recorded = step.event.recorded_at
    if recorded is None or recorded - datetime.fromisoformat(step.event.leaf.time) < _LATE:
        return ""
    return _("recorded on %(day)s") % {"day": date_format(localtime(recorded))}
