"""Every projection there is, for the services that write rows and for the verifier that checks them.

Apps above add theirs as they start.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from traceability.events import EVENT_TYPES, EventType
from traceability.projections.certificates import CERTIFICATES, COLLECTIONS
from traceability.projections.epcis import EVENTS, GENEALOGY, ITEMS, JOINED
from traceability.projections.holds import HOLDS
from traceability.projections.keys import KEYS
from traceability.projections.lots import LOTS, SAMPLES
from traceability.projections.plots import PLOTS
from traceability.projections.processes import LINKS, PARTS, RUNS
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.recalls import ANSWERS, RECALLED, RECALLS
from traceability.projections.seasons import SEASONS
from traceability.projections.shipments import SHIPMENTS

# In an order in which rows can be written: each table after those that it refers to.
PROJECTIONS: list[Projection] = [
    KEYS,
    PLOTS,
    SEASONS,
    LOTS,
    SAMPLES,
    HOLDS,
    SHIPMENTS,
    CERTIFICATES,
    COLLECTIONS,
    RECALLS,
    RECALLED,
    ANSWERS,
    LINKS,
    RUNS,
    PARTS,
    EVENTS,
    ITEMS,
    GENEALOGY,
    JOINED,
]
# Tables of which no event speaks at all, by model label, each with the reason.
_UNVOUCHED = {
    "accounts.ApiKey": "how machines log in; the log knows the party that they speak for",
    "accounts.Helper": "who may log for whom; what was logged names the person and the farm in the log",
    "accounts.CompanyPrefix": "whose prefix it is, the operator says after looking at papers that are not in the log",
    "accounts.Invitation": "gone once it is answered",
    "accounts.Membership": "who may act; what was done names person and party in the log",
    "accounts.Organisation": "the log knows pseudonyms only, so that a name can change and a person be forgotten",
    "accounts.User": "the log knows pseudonyms only, so that a person can be forgotten",
    "traceability.AlertRoute": "where a party wants to be told; what it is told of is in the log",
    "traceability.BagCode": "how often bags were scanned; that changes with every reader, and proves nothing",
    "traceability.CaptureJob": "how a document's capture went; what it captured is in the log",
    "traceability.CodeBatch": "for which lot serial numbers were drawn; what the lot is stands in the log",
    "traceability.Feedback": "what strangers wrote to a party: nobody's record of the lot, and erasable",
    "traceability.Finding": "what people made of faults; checks are repeated, not believed",
    "traceability.PhoneDelivery": "the server's own word of when a phone's entry came, and how its clock stood",
    "traceability.PhonePhoto": "photos still on their way; the record names them by hash, size and form",
    "traceability.Recipe": "what a party expects of its own work; what it did is in the log",
    "traceability.Notice": "whether a party has read what it was told; the recall and its answers are in the log",
    "traceability.Publication": "the server's own word of when; a checkpoint carries no time",
    "traceability.SheetImport": "how the loading of a file went; what was loaded of it is in the log",
    "traceability.TaskRequest": "work to do",
    "traceability.VerificationChunk": "figures of a run that can be repeated",
    "traceability.VerificationRun": "figures of a run that can be repeated",
    "traceability.WitnessStanding": "how a witness answered; what it cosigned stands under the checkpoint",
}
UNVOUCHED: Mapping[str, str] = MappingProxyType(_UNVOUCHED)


def register(projections: Sequence[Projection], *, unvouched: Mapping[str, str]) -> None:
    """Take up an app's projections as it starts, in an order in which rows can be written.

    `unvouched` names the app's tables of which no event speaks, each with the reason.
    """
    PROJECTIONS.extend(projections)
    _UNVOUCHED.update(unvouched)
    silent.cache_clear()


def _bears(projection: Projection, event_type: EventType) -> bool:
    takes = projection.prefix in {"", *event_type.entities}
    return takes and (projection.bearing is None or event_type.name in projection.bearing)


@cache
def silent() -> frozenset[str]:
    """Name the types of events from which no row follows, on whatever entity they stand."""
    return frozenset(
        name
        for name, one in EVENT_TYPES.items()
        if not one.corrects and not any(_bears(projection, one) for projection in PROJECTIONS)
    )


def of_entity(entity: str) -> list[Projection]:
    """Give the projections that take this entity's history."""
    prefix = entity.partition(":")[0]
    return [one for one in PROJECTIONS if one.prefix in {"", prefix}]


def expected(entity: str, history: Sequence[Recorded]) -> list[tuple[Projection, Row]]:
    """Give all rows that must stand in the tables because of this entity."""
    return [(one, row) for one in of_entity(entity) for row in one.rows(history)]
