"""What happens on the fields: plots, seasons, and the work of a year on each."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from config.demo.photos import picture
from config.demo.scenes import Scene, Stage
from config.demo.tables import FOLDER, moment, table
from traceability.decimals import decimal_text
from traceability.models import Plot, Season
from traceability.services.entries import Entry
from traceability.services.growth import Operation, log_growth
from traceability.services.plots import PlotFacts, register_plot
from traceability.services.seasons import SeasonFacts, open_season

# The days by which plots differ, and the minutes within which people write down what they did.
_DAYS_APART = 4
_MINUTES_APART = 50
_TENTH = Decimal("0.1")
_WHO = {"observed": "observer", "photographed": None}

Row = Mapping[str, Any]


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give everything that happens on the fields before harvest."""
    registered, opened = (moment(table("fields")[name]) for name in ("registered", "opened"))
    holders = {}
    for position, feature in enumerate(_plots()):
        said = feature["properties"]
        holders[said["key"]] = said["holder"]
        time = registered + timedelta(minutes=7 * position)
        yield Scene(name=f"plot {said['key']}", time=time, play=partial(_register, stage, feature))
    for position, row in enumerate(table("fields")["seasons"]):
        season = {**row, "party": holders[row["plot"]]}
        time = opened + timedelta(minutes=3 * position)
        yield Scene(name=f"season {row['plot']}", time=time, play=partial(_open, stage, season))
        yield from _works(stage, season)


def _plots() -> list[Row]:
    document = json.loads((FOLDER / "plots.geojson").read_text(encoding="utf-8"))
    features: list[Row] = document["features"]
    return features


def _register(stage: Stage, feature: Row, *, entry: Entry, at: datetime) -> Plot:
    said = feature["properties"]
    facts = PlotFacts(
        number=said["plot_id"],
        division_code=said["division_code"],
        declared_mu=Decimal(said["declared_mu"]),
        typed={"value": said["declared_mu"], "unit": "mu"},
        name=said["name"],
        boundary=json.dumps(feature["geometry"]).encode(),
    )
    return register_plot(entry=entry, facts=facts, membership=stage.cast.member(said["holder"]), at=at)


def _open(stage: Stage, season: Row, *, entry: Entry, at: datetime) -> Season:
    facts = SeasonFacts(
        crop=season["crop"],
        variety=season["variety"],
        year=entry.day.year,
        area_mu=Decimal(season["area_mu"]),
        typed={"value": season["area_mu"], "unit": "mu"},
    )
    plot = Plot.objects.select_related("holder").get(pk=stage.id_of(f"plot {season['plot']}"))
    return open_season(plot=plot, entry=entry, facts=facts, membership=stage.cast.member(season["party"]), at=at)


def _works(stage: Stage, season: Row) -> Iterator[Scene]:
    dice = stage.seed.dice(f"works {season['plot']}")
    shift = timedelta(days=dice.randrange(_DAYS_APART))
    for row in table("calendars")[season["crop"]]:
        time = moment(row["time"]) + shift + timedelta(minutes=dice.randrange(_MINUTES_APART))
        yield _work(stage, season, {**row, "body": _body(row, Decimal(season["area_mu"]), dice)}, time)
    for row in table("fields")["works"]:
        if row["plot"] == season["plot"]:
            yield _work(stage, season, row, moment(row["time"]))


def _work(stage: Stage, season: Row, row: Row, time: datetime) -> Scene:
    return Scene(name=f"work {season['plot']} {row['key']}", time=time, play=partial(_log, stage, season, row))


def _body(row: Row, area_mu: Decimal, dice: Random) -> dict[str, Any]:
    body = dict(row.get("body", {}))
    for name, amount in row.get("per_mu", {}).items():
        body[name] = _about(Decimal(amount) * area_mu, dice)
        if row.get("typed_in") == "jin":
            body["typed"] = {"value": decimal_text(Decimal(body[name]) * 2), "unit": "jin"}
    if "height_cm" in body:
        body["height_cm"] = _about(Decimal(body["height_cm"]), dice)
    if row.get("whole_area"):
        body["area_mu"] = decimal_text(area_mu)
    return body


def _about(amount: Decimal, dice: Random) -> str:
    return decimal_text((amount * dice.randrange(96, 105) / 100).quantize(_TENTH))


def _log(stage: Stage, season: Row, row: Row, *, entry: Entry, at: datetime) -> Season:
    name = row["do"]
    membership = stage.cast.member(season["party"], season.get("typed_by", ""))
    farmer = stage.cast.member(season["party"]).user.name
    private = {_WHO.get(name, "operator"): farmer, "note": row.get("note"), "caption": row.get("caption")}
    photos = [picture(row["photo"], stage.seed.dice(f"photo {entry.id}"))] if "photo" in row else []
    operation = Operation(
        name=name,
        body=row.get("body", {}),
        private={member: value for member, value in private.items() if member and value},
        photos=photos,
    )
    grown = Season.objects.select_related("plot__holder").get(pk=stage.id_of(f"season {season['plot']}"))
    return log_growth(season=grown, entry=entry, operation=operation, membership=membership, at=at)
