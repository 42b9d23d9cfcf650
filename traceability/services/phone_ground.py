"""What the entries of a burst are held against: the seasons that they name, read once, and who may log on them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings

from accounts.kept_queries import KeptQuery
from accounts.models import Membership
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger.leaf import Leaf
from traceability.models import Season
from traceability.services.entries import Entry, Seal, actor_of, check_may_log
from traceability.services.growth import Operation
from traceability.services.phone_entries import PhoneEntry
from traceability.services.phone_members import check_amounts
from traceability.services.phone_photos import check_announced

_GROWTH = "growth."
_HARVEST = "season.harvested"


class PhoneGround:
    """The seasons of a burst, and what a member may do on them."""

    def __init__(self, entries: Iterable[PhoneEntry], membership: Membership) -> None:
        self._membership = membership
        self._seasons = _seasons({one.leaf.entity for one in entries})
        self._refusals: dict[int, RefusedError | None] = {}

    def season_and_entry(self, sent: PhoneEntry) -> tuple[Season, Entry]:
        """Find the season of an entry that may come from a phone and was signed by whom it says.

        Raises RefusedError, EventError, UnitError; whether the member may log on that land is for `check_may_log`.
        """
        leaf = sent.leaf
        _check_origin(leaf)
        season = self._seasons.get(leaf.entity)
        if season is None:
            raise RefusedError("/content/entity", "unknown_season")
        assert leaf.sig is not None  # noqa: S101 - read_entry has looked
        seal = Seal(sig=leaf.sig, salts=sent.salts)
        entry = Entry(id=UUID(leaf.id), time=datetime.fromisoformat(leaf.time), seal=seal)
        if leaf.actor != actor_of(self._membership, entry=entry, owner=season.plot.holder):
            raise RefusedError("/content/actor", "other_actor")
        _check_body(leaf, entry)
        return season, entry

    def check_may_log(self, season: Season) -> None:
        """Check that the member may log on the land of a season. Raises RefusedError."""
        owner = season.plot.holder
        if owner.pk not in self._refusals:
            self._refusals[owner.pk] = self._refusal(season)
        refusal = self._refusals[owner.pk]
        if refusal:
            raise refusal

    def _refusal(self, season: Season) -> RefusedError | None:
        try:
            check_may_log(self._membership, season.plot.holder)
        except RefusedError as error:
            return error
        except NotYoursError:
            return RefusedError("/content/entity", "unknown_season")
        return None


def operation_of(sent: PhoneEntry) -> Operation:
    """Give the operation that an entry of growth tells of."""
    leaf = sent.leaf
    body = {name: value for name, value in leaf.body.items() if name != "date"}
    return Operation(name=leaf.type.removeprefix(_GROWTH), body=body, private=sent.private, attached=leaf.attachments)


_SEASONS = Season.objects.select_related("plot__holder")
_SEASON = KeptQuery(lambda marks: _SEASONS.filter(pk=marks.id()))


def _seasons(entities: Iterable[str]) -> Mapping[str, Season]:
    names = [name for prefix, _, name in (entity.partition(":") for entity in entities) if prefix == "season"]
    ids = [UUID(name) for name in names if _is_id(name)]
    # Mostly it is one, and then nothing has to be put together anew.
    found = _SEASON.all(*ids) if len(ids) == 1 else _SEASONS.filter(pk__in=ids)
    return {season.entity: season for season in found}


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _check_origin(leaf: Leaf) -> None:
    if leaf.log != settings.LOG_ORIGIN:
        raise RefusedError("/content/log", "other_log", name=settings.LOG_ORIGIN)
    if not leaf.type.startswith(_GROWTH) and leaf.type != _HARVEST:
        raise RefusedError("/content/type", "not_from_a_phone", name=leaf.type)


def _check_body(leaf: Leaf, entry: Entry) -> None:
    day = leaf.body.get("date")
    if day != entry.day.isoformat():
        raise RefusedError("/content/body/date", "other_day", said=str(day)[:20], day=entry.day.isoformat())
    check_amounts(leaf.type, {name: value for name, value in leaf.body.items() if name != "date"})
    check_announced(leaf.attachments)
