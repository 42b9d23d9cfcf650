import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from traceability.enums import CaptureState


class CaptureJob(models.Model):
    """One document that somebody sent, and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="capture_jobs")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="capture_jobs")
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    # GS1-Capture-Error-Behaviour: proceed keeps what is good, rollback keeps all or nothing.
    proceed = models.BooleanField(_("proceeds past errors"), default=False)
    document_sha256 = models.CharField(_("SHA-256 of the document"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=CaptureState.choices, default=CaptureState.RUNNING)
    captured = models.PositiveIntegerField(_("events captured"), default=0)
    errors = models.JSONField(_("errors"), default=list)

    def __str__(self) -> str:
        return f"{self.id} {self.state}"


class EpcisEvent(models.Model):
    """One captured event, verbatim, with the members that queries filter by."""

    record_id = models.UUIDField(_("record"), primary_key=True)
    # Events that carry the same eventID share an entity: the later ones declare errors of the earlier.
    entity_id = models.UUIDField(_("entity"), db_index=True)
    eseq = models.BigIntegerField(_("number in the entity's chain"))
    event_id = models.CharField(_("eventID"), max_length=400)
    hash_id = models.CharField(_("event hash id"), max_length=120)
    event_type = models.CharField(_("type"), max_length=24)
    action = models.CharField(_("action"), max_length=8, blank=True)
    event_time = models.DateTimeField(_("event time"))
    biz_step = models.CharField(_("business step"), max_length=200, blank=True)
    disposition = models.CharField(_("disposition"), max_length=200, blank=True)
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="epcis_events")
    # The event's own JSON as it came, numbers and all, and the hash that its leaf names.
    document = models.BinaryField(_("event as captured"), default=b"")
    document_sha256: "models.GeneratedField" = models.GeneratedField(
        expression=models.Func("document", function="sha256"),
        output_field=models.BinaryField(max_length=32),
        db_persist=True,
    )
    # The server's own word, as EPCIS has it: no proof covers it.
    record_time = models.DateTimeField(_("record time"), db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity_id", "eseq"], name="epcis_event_once")]
        indexes = [models.Index(fields=["party", "record_time", "record_id"], name="epcis_event_page")]

    def __str__(self) -> str:
        return self.event_id


class EpcisItem(models.Model):
    """Which item an event touches, in which role: what `MATCH_anyEPC` searches."""

    pk = models.CompositePrimaryKey("event", "position")
    event = models.ForeignKey(EpcisEvent, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField(_("position in the event"))
    lot = models.ForeignKey("traceability.Lot", on_delete=models.PROTECT, related_name="epcis_items")
    role = models.CharField(_("role"), max_length=10)
    quantity = models.CharField(_("quantity"), max_length=40, blank=True)
    uom = models.CharField(_("unit"), max_length=3, blank=True)

    def __str__(self) -> str:
        return f"{self.role} {self.lot_id}"
