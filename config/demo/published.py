"""Input that this project did not write: published EPCIS documents and plot boundaries, where they are at hand."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import Membership
from config.demo.room import make_room, with_room
from config.demo.scenes import Stage
from traceability.enums import CaptureState
from traceability.epcis.documents import Event, read
from traceability.epcis.normal import normalise
from traceability.geometry import OutsidePlot, boundary_geojson, read_plots
from traceability.models import CaptureJob, EpcisEvent, Plot
from traceability.services import capture
from traceability.services.captured_events import REPEATED_EVENT, Capturer
from traceability.services.entries import Entry
from traceability.services.plots import PlotFacts, register_plot

FOLDER = settings.ROOT.parent / "shared" / "vectors" / "epcis"
_LIST = "expected-validation.json"
# One food chain in the order in which it runs; the files' own names would tell it the other way round.
_CHAIN = ("harvest", "cooling", "receiving", "transformation")
_MU_IN_A_HECTARE = 15


@dataclass(frozen=True, slots=True)
class Source:
    """One published document, and the key of the party that captures it."""

    name: str
    path: Path
    party: str


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of the events of a document.

    `repeats` were captured before, from another document, and say the same; `conflicts` are eventIDs that another
    document uses for an event which says something else. Both are what EPCIS calls a conflict.
    """

    source: Source
    is_new: bool
    events: int = 0
    captured: int = 0
    repeats: int = 0
    conflicts: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @property
    def folder(self) -> str:
        """The folder of the document: who published it."""
        return self.source.name.split("/")[1]


def are_at_hand(folder: Path) -> bool:
    """Whether the published documents lie in a folder."""
    return (folder / _LIST).is_file()


def sources(folder: Path) -> list[Source]:
    """List the documents that must be taken, as the table beside them says; the food chain first."""
    listed = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    names = sorted((row["file"] for row in listed if row["schema_valid"]), key=_order)
    return [Source(name, folder / name, "fsma" if "fsma204" in name else "epcis") for name in names]


def _order(name: str) -> tuple[int, str]:
    place = [name.rpartition("/")[2].startswith(step) and "fsma204" in name for step in _CHAIN]
    return place.index(True) if any(place) else len(_CHAIN), name


def take(source: Source, stage: Stage, *, clock: Callable[[], datetime]) -> Taken:
    """Capture a document with all its good events, unless the party sent the same bytes before."""
    data = source.path.read_bytes()
    member = stage.cast.member(source.party)
    jobs = CaptureJob.objects.filter(party=member.organisation, document_sha256=sha256(data).hexdigest())
    job = jobs.first()
    taken = Taken(source=source, is_new=job is None)
    if job is None:
        make_room()
        capturer = Capturer(party=member.organisation, user=member.user)
        job = capture.take(data, capturer=capturer, proceed=True, at=clock())
    if job.state == CaptureState.RUNNING:
        # Begun by a run that was cut short.
        make_room()
        capture.run(job.pk, clock=clock)
        job.refresh_from_db()
    _count(taken, job, data)
    return taken


def _count(taken: Taken, job: CaptureJob, data: bytes) -> None:
    events = read(data, limit=capture.MAX_BYTES).events
    taken.events, taken.captured = len(events), job.captured
    for fault in job.errors:
        event = next((one for one in events if fault["pointer"].startswith(one.pointer)), None)
        if event is None or fault["rule"] != REPEATED_EVENT:
            taken.refusals.append(f"{fault['pointer']}: {fault['rule']}")
        elif _is_known(event, job):
            taken.repeats += 1
        else:
            taken.conflicts.append(str(fault["params"]["name"]))


def _is_known(event: Event, job: CaptureJob) -> bool:
    same = EpcisEvent.objects.filter(party=job.party, hash_id=normalise(event)["hash_id"])
    return same.exists()


def plots(folder: Path) -> Iterator[tuple[OutsidePlot, Mapping[str, Any]]]:
    """Read the valid plot boundaries, each with what its document says of all its plots."""
    for path in sorted((folder / "plot-geojson" / "valid").glob("*.geojson")):
        data = path.read_bytes()
        for plot in read_plots(data):
            yield plot, json.loads(data)["metadata"]


def register(plot: OutsidePlot, metadata: Mapping[str, Any], member: Membership, *, entry: Entry, at: datetime) -> Plot:
    """Register a published plot with the area that its document declares."""
    hectares = str(plot.properties["area_ha"])
    facts = PlotFacts(
        number=plot.plot_id,
        division_code="",
        country=metadata["country"],
        declared_mu=Decimal(hectares) * _MU_IN_A_HECTARE,
        typed={"value": hectares, "unit": "ha"},
        boundary=boundary_geojson(plot.boundary).encode(),
        note=metadata["note"],
    )
    return with_room(lambda: register_plot(entry=entry, facts=facts, membership=member, at=at))


def register_all(folder: Path, stage: Stage, *, clock: Callable[[], datetime]) -> int:
    """Register the plots that were not registered before, and say how many there are."""
    found = list(plots(folder))
    for plot, metadata in found:
        at = clock()
        entry = Entry(id=stage.id_of(f"published plot {plot.plot_id}"), time=at)
        # Their documents name no day: they are registered on the day when they are read.
        if not entry.is_known:
            register(plot, metadata, stage.cast.member("eudr"), entry=entry, at=at)
    return len(found)
