"""What a farmer's phone signed while nobody could hear it, and sends when it can."""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import Membership
from traceability.errors import NotYoursError, RefusedError
from traceability.events.members import as_object
from traceability.ledger import LedgerError, canonicalize, commitment
from traceability.ledger.leaf import Leaf, parse_leaf
from traceability.models import Lot, PhoneDelivery, Receipt, Season
from traceability.services.chain import ChainConflictError
from traceability.services.entries import Entry, Seal, actor_of
from traceability.services.growth import Operation, log_growth
from traceability.services.harvests import harvest_lot
from traceability.services.phone_members import check_amounts, harvest_of
from traceability.services.phone_photos import await_photos, check_announced
from traceability.services.signatures import SignatureError
from traceability.services.transactions import business_transaction

_GROWTH = "growth."
_HARVEST = "season.harvested"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneEntry:
    """One entry as it came: the leaf that was signed, what its commitments hide, and when the phone saved it."""

    leaf: Leaf
    private: Mapping[str, object]
    salts: Mapping[str, bytes]
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an entry: its receipt, whether it was here before, and the lot that a harvest made."""

    receipt: Receipt
    repeated: bool
    lot: Lot | None = None


def read_entry(sent: object) -> PhoneEntry:
    """Read {content, private, salts, saved_at} strictly. Raises EventError, RefusedError."""
    found = as_object(sent, "")
    for name in ("content", "private", "salts", "saved_at"):
        if name not in found:
            raise RefusedError("", "missing_member", name=name)
    content = as_object(found["content"], "/content")
    private = as_object(found["private"], "/private")
    leaf = _leaf(content)
    salts = {path: _salt(path, text) for path, text in as_object(found["salts"], "/salts").items()}
    _check_commitments(leaf, private, salts)
    return PhoneEntry(leaf=leaf, private=private, salts=salts, saved_at=_moment(found["saved_at"]))


@business_transaction
def record_phone_entry(*, sent: PhoneEntry, skew_seconds: int, membership: Membership, at: datetime) -> Taken:
    """Record what a phone signed, exactly as it signed it; the same entry again is the same record.

    Raises InputError naming the member and the rule, OutboxFullError.
    """
    leaf = sent.leaf
    _check_origin(leaf)
    season = _season_of(leaf)
    entry = Entry(id=UUID(leaf.id), time=datetime.fromisoformat(leaf.time), seal=_seal(sent))
    if leaf.actor != actor_of(membership, entry=entry, owner=season.plot.holder):
        raise RefusedError("/content/actor", "other_actor")
    lot = _record(sent, season, entry, membership=membership, at=at)
    # Asked only now: where the same entry was still on its way in another request, we have waited for that one's end.
    repeated = PhoneDelivery.objects.filter(record_id=entry.id).exists()
    if not repeated:
        PhoneDelivery.objects.create(
            record_id=entry.id, saved_at=sent.saved_at, arrived_at=at, skew_seconds=skew_seconds
        )
        await_photos(leaf, party=membership.organisation, at=at)
    return Taken(receipt=Receipt.objects.get(record_id=entry.id), repeated=repeated, lot=lot)


def _record(sent: PhoneEntry, season: Season, entry: Entry, *, membership: Membership, at: datetime) -> Lot | None:
    try:
        return _services(sent, season, entry, membership=membership, at=at)
    except NotYoursError as error:
        raise RefusedError("/content/entity", "unknown_season") from error
    except ChainConflictError as error:
        raise RefusedError("/content/id", "id_taken") from error
    except (SignatureError, LedgerError) as error:
        raise RefusedError("/content/sig", "signature_refused", detail=str(error)) from error


def _services(sent: PhoneEntry, season: Season, entry: Entry, *, membership: Membership, at: datetime) -> Lot | None:
    leaf, body = sent.leaf, dict(sent.leaf.body)
    day = body.pop("date", None)
    if day != entry.day.isoformat():
        raise RefusedError("/content/body/date", "other_day", said=str(day)[:20], day=entry.day.isoformat())
    check_amounts(leaf.type, body)
    check_announced(leaf.attachments)
    if leaf.type == _HARVEST:
        harvest = harvest_of(leaf, sent.private, season, lot_id=entry.id_of("lot"))
        return harvest_lot(season=season, entry=entry, harvest=harvest, membership=membership, at=at)
    operation = Operation(
        name=leaf.type.removeprefix(_GROWTH), body=body, private=sent.private, attached=leaf.attachments
    )
    log_growth(season=season, entry=entry, operation=operation, membership=membership, at=at)
    return None


def _leaf(content: Mapping[str, Any]) -> Leaf:
    unplaced = {"eseq": 0, "prev": None}
    if unplaced.keys() & content.keys() or "inputs" in content:
        raise RefusedError("/content", "unknown_member", name=", ".join(sorted(unplaced.keys() & content.keys())))
    try:
        leaf = parse_leaf(canonicalize({**content, **unplaced}))
    except LedgerError as error:
        raise RefusedError("/content", "outside_the_profile", detail=str(error)) from error
    if leaf.sig is None:
        raise RefusedError("/content", "missing_member", name="sig")
    return leaf


def _check_origin(leaf: Leaf) -> None:
    if leaf.log != settings.LOG_ORIGIN:
        raise RefusedError("/content/log", "other_log", name=settings.LOG_ORIGIN)
    if not leaf.type.startswith(_GROWTH) and leaf.type != _HARVEST:
        raise RefusedError("/content/type", "not_from_a_phone", name=leaf.type)


def _season_of(leaf: Leaf) -> Season:
    prefix, _, name = leaf.entity.partition(":")
    seasons = Season.objects.select_related("plot__holder")
    try:
        season = seasons.filter(pk=UUID(name)).first() if prefix == "season" else None
    except ValueError:
        season = None
    if season is None:
        raise RefusedError("/content/entity", "unknown_season")
    return season


def _seal(sent: PhoneEntry) -> Seal:
    assert sent.leaf.sig is not None  # noqa: S101 - read_entry has looked
    return Seal(sig=sent.leaf.sig, salts=sent.salts)


def _check_commitments(leaf: Leaf, private: Mapping[str, object], salts: Mapping[str, bytes]) -> None:
    for name in sorted(leaf.commit.keys() | private.keys() | salts.keys()):
        if name not in leaf.commit or name not in private or name not in salts:
            raise RefusedError(f"/private/{name[:80]}", "unsealed_member")
        try:
            made = commitment.commit(name, private[name], salts[name])
        except LedgerError as error:
            raise RefusedError(f"/private/{name}", "outside_the_profile", detail=str(error)) from error
        if not hmac.compare_digest(made, leaf.commit[name]):
            raise RefusedError(f"/private/{name}", "unsealed_member")


def _salt(path: str, text: object) -> bytes:
    try:
        salt = b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        salt = b""
    if len(salt) != commitment.SALT_SIZE:
        raise RefusedError(f"/salts/{path[:80]}", "unsealed_member")
    return salt


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RefusedError("/saved_at", "not_a_moment")
    return moment
