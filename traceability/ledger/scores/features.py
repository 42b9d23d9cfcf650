"""The features of one farm: each a whole number from proven events, with the events behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from traceability.ledger.scores.card import CropYield
from traceability.ledger.scores.deliveries import (
    WINDOW_DAYS,
    on_time_rate,
    open_breaches,
    order_backlog,
    promises_of,
    related_orders,
    related_share,
)
from traceability.ledger.scores.figures import Figure, Seen, share_of, variation
from traceability.ledger.scores.told import FIELD_WORK, Knowledge, Told, china_day, know

RELATED, IMPLAUSIBLE, ATTESTED = "related_share", "implausible", "attested_events"
# A yield beyond so many times the most that the county has seen is no yield.
_IMPOSSIBLE = 5
_LONGEST_SEASON = timedelta(days=400)
_MILLIONTHS = 10**6
_POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, slots=True)
class Features:
    """All figures by name, those of the gate among them."""

    figures: Mapping[str, Figure]

    def numbers(self) -> dict[str, int | None]:
        """Give what a card takes."""
        return {name: figure.number for name, figure in self.figures.items()}


def features_of(
    told: Iterable[Told],
    *,
    subject: str,
    as_of: datetime,
    parties: Mapping[str, str],
    yields: Mapping[str, CropYield],
) -> Features:
    """Work out every feature of a farm as of a moment.

    `subject` is the farm's pseudonym, `parties` the kinds of the confirmed parties by theirs. Neither the order of
    `told` nor the zone of a time matters. Raises InputError for what cannot be reckoned with: an event twice or from
    the future, a weight or area that is no number above zero.
    """
    known = know(told, subject=subject, as_of=as_of, parties=parties)
    promises = promises_of(known)
    related = related_orders(known, promises)
    area = plot_area(known)
    crops, implausible = _yields(known, yields)
    return Features(
        {
            "tenure_months": tenure(known),
            "plot_area_mu": area,
            "yield_cv": crops,
            "inspection_pass_rate": inspection_pass_rate(known),
            "on_time_rate": on_time_rate(known, promises, related),
            "order_backlog": order_backlog(known, promises, related, area.number),
            "logging_regularity": logging_regularity(known),
            "data_integrity": data_integrity(known),
            "open_breaches_24m": open_breaches(known, promises),
            ATTESTED: attested_events(known),
            RELATED: related_share(known, promises, related),
            IMPLAUSIBLE: Figure(len(implausible), implausible, implausible),
        }
    )


def tenure(known: Knowledge) -> Figure:
    """Count whole months since the platform first got an event that another vouches for.

    By when it came and not by when it is said to have happened: nobody grows older by dating back.
    """
    first = min(_attested(known), key=lambda one: (max(one.received, one.occurred), one.id), default=None)
    if first is None:
        return Figure(None)
    begun, today = china_day(max(first.received, first.occurred)), china_day(known.as_of)
    months = (today.year - begun.year) * 12 + today.month - begun.month - (today.day < begun.day)
    return Figure(max(months, 0), (first.id,))


def attested_events(known: Knowledge) -> Figure:
    """Count events that another vouches for; several of a kind on one history in one day are one."""
    groups = {(one.entity, one.type, one.day): one.id for one in _attested(known)}
    return Figure(len(groups), tuple(sorted(groups.values())))


def plot_area(known: Knowledge) -> Figure:
    """Add up the measured areas, in hundredths of a mu, of plots in use on which another vouches for something."""
    proven = _proven_plots(known)
    found = [plot for plot in known.plots if plot.entity in proven and _is_measured(known, plot)]
    area = sum(min(plot.number("declared_mu", places=2), plot.number("measured_mu", places=2)) for plot in found)
    return Figure(area or None, tuple(sorted(plot.id for plot in found)))


def inspection_pass_rate(known: Knowledge) -> Figure:
    """Give the share of laboratory tests passed in 24 months; one laboratory's of a day and season are one."""
    since = known.since(WINDOW_DAYS)
    return share_of(
        Seen((lot.leaf.body["season"], test.leaf.actor.party, test.day), not _has_failed(known, test), (test.id,))
        for lot in known.lots
        for test in known.of(lot.entity, "test.reported")
        if known.is_second_party(test) and test.day >= since
    )


def logging_regularity(known: Knowledge) -> Figure:
    """Give the share of a season's weeks in which field work was told in time, over the seasons of 24 months."""
    since = known.since(WINDOW_DAYS)
    return share_of(seen for season in known.seasons if season.day >= since for seen in _weeks(known, season))


def data_integrity(known: Knowledge) -> Figure:
    """Give the share of field work told within two days, not taken over from elsewhere and not corrected later."""
    return share_of(
        Seen((one.entity, one.type, one.day), _is_sound(one), (one.id,))
        for season in known.seasons
        for one in known.of(season.entity, *FIELD_WORK)
    )


def _yields(known: Knowledge, yields: Mapping[str, CropYield]) -> tuple[Figure, tuple[str, ...]]:
    """Compare the yields of weighed seasons with the county's, in millionths of its mean; and list the impossible."""
    shares, events, impossible = [], [], []
    for season in known.seasons:
        lots = [lot for lot in known.lots if lot.leaf.body["season"] == season.entity]
        usual = yields.get(season.leaf.body.get("crop", ""))
        if not lots or usual is None:
            continue
        grams = sum(lot.number("kg", places=3) for lot in lots)
        area = season.number("area_mu", places=2)
        if grams * 100 > _IMPOSSIBLE * usual.most * area:
            impossible += [lot.id for lot in lots]
        elif all(_is_weighed(known, lot) for lot in lots):
            shares.append(grams * 100 * _MILLIONTHS // (area * usual.mean))
            events += [season.id, *(lot.id for lot in lots)]
    seen = tuple(sorted(shares))
    return Figure(variation(seen), tuple(sorted(events)), (), seen), tuple(sorted(impossible))


def _attested(known: Knowledge) -> list[Told]:
    entities = {one.entity for one in (*known.seasons, *known.lots, *known.allocations)}
    return [one for entity in entities for one in known.of(entity) if known.attests(one)]


def _proven_plots(known: Knowledge) -> set[str]:
    plot_of = {season.entity: season.leaf.body["plot"] for season in known.seasons}
    season_of = {lot.entity: lot.leaf.body["season"] for lot in known.lots}
    seasons = {season_of.get(one.entity, one.entity) for one in _attested(known)}
    return {plot_of[season] for season in seasons if season in plot_of}


def _is_measured(known: Knowledge, plot: Told) -> bool:
    body = plot.leaf.body
    return (
        body.get("boundary_kind") in _POLYGONS and "measured_mu" in body and not known.of(plot.entity, "plot.retired")
    )


def _has_failed(known: Knowledge, test: Told) -> bool:
    """Whether the laboratory says so, or the lot was held because of this report."""
    if test.leaf.body.get("conclusion") == "non_conforming":
        return True
    held = [one for one in known.of(test.entity, "lot.held") if one.leaf.body.get("reason") == "failed_test"]
    refs = [one.leaf.body.get("ref", {}) for one in held]
    return any(ref.get("entity") == test.entity and ref.get("eseq") == test.leaf.eseq for ref in refs)


def _is_weighed(known: Knowledge, lot: Told) -> bool:
    """Whether a buyer weighed it or accepted it, or a device signed the harvest."""
    if any(known.is_second_party(one) and "kg" in one.leaf.body for one in known.of(lot.entity, "lot.received")):
        return True
    signed = known.of(lot.leaf.body["season"], "season.harvested")
    if any(one.is_signed and one.leaf.body.get("lot") == lot.entity for one in signed):
        return True
    return any(
        known.is_second_party(accepted)
        for promise in known.allocations
        if any(one.leaf.body.get("lot") == lot.entity for one in known.of(promise.entity, "allocation.picked"))
        for accepted in known.of(promise.entity, "allocation.accepted")
    )


def _weeks(known: Knowledge, season: Told) -> list[Seen]:
    begun = season.day
    work = [one for one in known.of(season.entity, *FIELD_WORK) if not one.is_late and one.day >= begun]
    harvests = [one.day for one in known.of(season.entity, "season.harvested")]
    end = min(max(harvests, default=china_day(known.as_of)), begun + _LONGEST_SEASON)
    logged: dict[int, list[str]] = {}
    for one in work:
        logged.setdefault(_week(begun, one.day), []).append(one.id)
    return [
        Seen((season.entity, week), week in logged, tuple(logged.get(week, (season.id,))))
        for week in range(_week(begun, end) + 1)
    ]


def _week(begun: date, day: date) -> int:
    return (day - begun).days // 7


def _is_sound(told: Told) -> bool:
    return not told.is_late and not told.corrected and told.leaf.actor.attested != "import"
