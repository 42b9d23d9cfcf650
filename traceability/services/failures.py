"""What a report that fails brings with it: the lot is held at once."""

from datetime import datetime

from accounts.models import Membership
from traceability.models import Hold, Lot
from traceability.queries import history
from traceability.queries.judgements import fails, judged
from traceability.services.entries import Entry
from traceability.services.holds import Grounds, place
from traceability.services.records import Receipt


def hold_what_failed(*, lot: Lot, report: Receipt, entry: Entry, membership: Membership, at: datetime) -> None:
    """Hold a lot where a report on it fails, in the caller's transaction, in the name of the laboratory that said so.

    It fails by a limit whose official text was read, or by the laboratory's own conclusion; a value that exceeds what
    nobody read in the official text does not fail a lot. Where the laboratory holds it for a failed test already, that
    hold goes on.
    """
    found = judged(lot, history.of(lot.entity)).reports
    if not any(fails(one) for one in found if one.report.event.leaf.id == str(report.record_id)):
        return
    in_force = Hold.objects.filter(lot=lot, party=membership.organisation, reason="failed_test", released_at=None)
    if not in_force.exists():
        grounds = Grounds(reason="failed_test", ref=report)
        place(lots=[lot], entry=entry, grounds=grounds, membership=membership, at=at)
