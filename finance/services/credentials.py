"""Certificates: made of a score under a consent, held by the farmer, taken back with the consent."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.models import Membership
from finance.credential_key import issuer
from finance.credentials import LIST_BITS, Reference, reference_document
from finance.credentials.reference import MOST_DAYS
from finance.enums import ConsentState
from finance.models import Consent, Credential
from orders.services.events import say
from traceability.errors import RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a certificate takes from a score."""

    id: UUID
    card_id: str
    score: int | None
    grade: str
    low: int | None
    high: int | None
    as_of: datetime
    tree_size: int
    root_sha256: str
    evidence_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a certificate will be found: addresses of this site, and a position in the list, drawn at random."""

    origin: str
    position: int

    def __post_init__(self) -> None:
        """Refuse a position outside of a list."""
        if not 0 <= self.position < LIST_BITS:
            raise ValueError(f"position {self.position} is outside of a list of {LIST_BITS}")

    def status_list(self, number: int) -> str:
        """Give the address of a list."""
        return f"{self.origin}/certificate/status/{number}"

    @property
    def schema(self) -> str:
        """Give the address of the certificate's schema."""
        return f"{self.origin}/certificate/schema.json"


@business_transaction
def issue(  # noqa: PLR0913 - a consent, a score, and who asks
    *, consent: Consent, scored: Scored, place: Place, entry: Entry, membership: Membership, at: datetime
) -> Credential:
    """Make the certificate of a score for a consent's bank and purpose; the same again is the same certificate.

    Raises RefusedError where the consent does not live (any more).
    """
    locked = Consent.objects.select_for_update(of=("self",)).select_related("subject", "recipient").get(pk=consent.pk)
    return issue_held(consent=locked, scored=scored, place=place, entry=entry, membership=membership, at=at)


def issue_held(  # noqa: PLR0913 - a consent, a score, and who asks
    *, consent: Consent, scored: Scored, place: Place, entry: Entry, membership: Membership, at: datetime
) -> Credential:
    """Do what `issue` does inside the caller's transaction, which holds the consent's row as it was read."""
    known = Credential.objects.filter(consent=consent, score=scored.id).first()
    if known:
        return known
    if consent.state not in {ConsentState.GRANTED, ConsentState.EXHAUSTED} or at >= consent.expires_at:
        raise RefusedError("", "consent_ended", state=consent.get_state_display())
    made = _placed(consent, scored, place, entry=entry, at=at)
    body = members(
        score=f"score:{scored.id}",
        until=day_in_china(made.valid_until),
        document_sha256=hashlib.sha256(made.document.encode()).hexdigest(),
    )
    say("credential.issued", made.entity, entry=entry, membership=membership, at=at, body=body)
    return made


def revoke_of(consent: Consent, *, membership: Membership, entry: Entry, at: datetime) -> None:
    """Take back what certificates a consent has made, inside the caller's transaction, which holds the consent."""
    for one in Credential.objects.filter(consent=consent, revoked_at=None).order_by("pk"):
        own = Entry(id=entry.id_of(one.entity), time=entry.time)
        say("credential.revoked", one.entity, entry=own, membership=membership, at=at)
        Credential.objects.filter(pk=one.pk).update(revoked_at=at)


def _placed(consent: Consent, scored: Scored, place: Place, *, entry: Entry, at: datetime) -> Credential:
    """Write the certificate at the first free position from the one that was drawn, in the newest list.

    Where eight tries find none that list is filling up, and the next one begins: nobody has to count what is in it.
    """
    newest: int = Credential.objects.aggregate(found=Max("list_number"))["found"] or 0
    for step in range(2 * _TRIES):
        number, position = newest + step // _TRIES, (place.position + step * step) % LIST_BITS
        try:
            with transaction.atomic():
                return _written(consent, scored, place, number=number, position=position, entry=entry, at=at)
        except IntegrityError:
            if step == 2 * _TRIES - 1:
                raise
    raise AssertionError  # pragma: no cover - the loop returns or raises


def _written(  # noqa: PLR0913 - everything that stands in it
    consent: Consent, scored: Scored, place: Place, *, number: int, position: int, entry: Entry, at: datetime
) -> Credential:
    until = min(consent.expires_at, at + MOST_DAYS)
    name = entry.id_of("certificate")
    reference = Reference(
        id=f"urn:uuid:{name}",
        subject=str(consent.subject.public_id),
        card_id=scored.card_id,
        score=scored.score,
        grade=scored.grade,
        low=scored.low,
        high=scored.high,
        as_of=scored.as_of,
        valid_until=until,
        tree_size=scored.tree_size,
        root_sha256=scored.root_sha256,
        evidence_sha256=scored.evidence_sha256,
        purpose=str(consent.purpose),
        recipient=f"urn:uuid:{consent.recipient.public_id}",
        status_list=place.status_list(number),
        status_index=position,
        schema=place.schema,
    )
    document = reference_document(reference, issuer=issuer(), at=at)
    return Credential.objects.create(
        id=name,
        subject=consent.subject,
        consent=consent,
        score=scored.id,
        document=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        list_number=number,
        position=position,
        issued_at=at,
        valid_until=until,
    )
