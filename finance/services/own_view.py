"""A farm looks at its own score: by a consent to itself, so that nothing is worked out of a person unasked."""

from datetime import datetime, timedelta

from accounts.models import Membership
from finance.enums import Category, ConsentState, Purpose
from finance.models import Consent
from finance.services import answers, consents
from finance.services.answers import Answer, Asked, Asker
from finance.services.consents import BEFORE_LOAN, MOST_QUERIES, Terms
from traceability.services.entries import Entry
from traceability.standards.days import day_in_china


def look(*, language: str, entry: Entry, membership: Membership, at: datetime) -> Answer:
    """Work out the own farm's score and show it to nobody else. Raises NotYoursError, RefusedError, EventError."""
    consent = _living(membership, at=at) or _allow(language, entry=entry, membership=membership, at=at)
    asked = Asked(consent_ref=consent.pk, purpose=Purpose.OWN_VIEW, categories=tuple(consent.categories))
    return answers.answer(asker=Asker(membership=membership), asked=asked, entry=entry, at=at)


def _living(membership: Membership, *, at: datetime) -> Consent | None:
    own = Consent.objects.filter(subject=membership.organisation_id, purpose=Purpose.OWN_VIEW)
    return own.filter(state=ConsentState.GRANTED, expires_at__gt=at).first()


def _allow(language: str, *, entry: Entry, membership: Membership, at: datetime) -> Consent:
    terms = Terms(
        recipient=membership.organisation,
        purpose=Purpose.OWN_VIEW,
        categories=tuple(Category.values),
        until=day_in_china(at + BEFORE_LOAN - timedelta(days=1)),
        max_queries=MOST_QUERIES,
    )
    drafted = consents.draft(
        terms=terms,
        subject=membership.organisation,
        language=language,
        entry=Entry(id=entry.id_of("own consent"), time=entry.time),
        membership=membership,
        at=at,
    )
    granting = Entry(id=entry.id_of("own consent given"), time=entry.time)
    return consents.grant(consent=drafted, entry=granting, membership=membership, at=at)
