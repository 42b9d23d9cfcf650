"""Records as they stand, with all that a reader needs in order to find them in the log."""

from typing import Any

from rest_framework import serializers

from accounts.models import Membership
from traceability.api.v1.answers import PartyAnswer
from traceability.projections.standing import day_of
from traceability.queries.history import Event
from traceability.queries.timeline import Step


class PlaceAnswer(serializers.Serializer[Any]):
    """Which leaf of the log it is."""

    id = serializers.UUIDField()
    eseq = serializers.IntegerField(help_text="Number in the entity's chain.")
    leaf_hash = serializers.CharField(help_text="SHA-256 of the leaf (RFC 6962), hex.")
    index = serializers.IntegerField(allow_null=True, help_text="Index in the log; null while it is on its way there.")
    time = serializers.CharField(help_text="When it happened, as its actor says.")
    recorded_at = serializers.DateTimeField(allow_null=True, help_text="When it was recorded, as the server says.")


class VoucherAnswer(serializers.Serializer[Any]):
    """Who says it, and how we know."""

    attested = serializers.CharField(help_text="By what: account, device, import and others (docs/protocol.md).")
    actor = serializers.UUIDField(help_text="Pseudonym of the person.")
    party = PartyAnswer(allow_null=True, help_text="Null where it is not of this platform.")
    on_behalf_of = PartyAnswer(allow_null=True)


class CorrectionAnswer(PlaceAnswer):
    """What put it right."""

    reason = serializers.CharField(allow_blank=True)


class AttachmentAnswer(serializers.Serializer[Any]):
    """A file that the record names."""

    sha256 = serializers.CharField()
    media = serializers.CharField()


class RecordAnswer(PlaceAnswer):
    """One record as it stands after its corrections."""

    entity = serializers.CharField()
    type = serializers.CharField()
    day = serializers.DateField()
    body = serializers.DictField(help_text="Public members, in the schema of the type.")
    private = serializers.DictField(help_text="Members that the log holds as commitments; of the party's own records.")
    vouched_by = VoucherAnswer()
    withdrawn = serializers.BooleanField()
    corrections = CorrectionAnswer(many=True)
    attachments = AttachmentAnswer(many=True)


class HistoryAnswer(serializers.Serializer[Any]):
    """A page of records."""

    next = serializers.URLField(allow_null=True)
    results = RecordAnswer(many=True)


def record_answer(step: Step, *, membership: Membership) -> dict[str, Any]:
    """Give what RecordAnswer writes of a step of a timeline; private members to the party that said them."""
    said, leaf = step.standing, step.event.leaf
    mine = leaf.actor.speaks_for == str(membership.organisation.public_id)
    return {
        **_place(step.event),
        "entity": leaf.entity,
        "type": leaf.type,
        "day": said.day if "date" in said.body else day_of(said.event),
        "body": said.body,
        "private": said.private if mine else {},
        "vouched_by": {
            "attested": leaf.actor.attested,
            "actor": leaf.actor.id,
            "party": step.party,
            "on_behalf_of": step.whom,
        },
        "withdrawn": said.withdrawn,
        "corrections": [_correction(one) for one in said.corrections if isinstance(one, Event)],
        "attachments": leaf.attachments,
    }


def _place(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "eseq": event.leaf.eseq,
        "leaf_hash": event.leaf_hash.hex(),
        "index": event.index,
        "time": event.leaf.time,
        "recorded_at": event.recorded_at,
    }


def _correction(event: Event) -> dict[str, Any]:
    return {**_place(event), "reason": event.leaf.body.get("reason", "")}
