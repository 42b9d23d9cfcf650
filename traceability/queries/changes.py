"""Which lots something was recorded of since a moment."""

from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from traceability.models import LogEntry, Lot, OutboxEntry, Receipt


def changed_since(lots: QuerySet[Lot], moment: datetime) -> QuerySet[Lot]:
    """Keep the lots of which a record was taken at a moment or later, in the log already or on its way there."""
    # Through the entries, which are found by entity: receipts are found by the id of their record alone.
    fresh = Exists(Receipt.objects.filter(record_id=OuterRef("record_id"), recorded_at__gte=moment))
    entity = OuterRef("log_name")
    in_log = LogEntry.objects.filter(fresh, entity=entity)
    waiting = OutboxEntry.objects.filter(fresh, entity=entity)
    name = Concat(Value("lot:"), Cast("pk", CharField()), output_field=CharField())
    return lots.annotate(log_name=name).filter(Q(Exists(in_log)) | Q(Exists(waiting)))
