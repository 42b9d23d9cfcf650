"""A farm makes the certificate that it shows to a bank itself, and takes one back."""

from datetime import datetime

from accounts.models import Membership
from accounts.queries.memberships import may_manage
from finance.enums import ConsentState
from finance.models import Consent, Credential, Dispute, Score
from finance.services import credentials, scoring
from finance.services.answering import scored
from finance.services.answers import REUSE
from finance.services.credentials import Place
from orders.services.events import say
from traceability.errors import NotYoursError, RefusedError
from traceability.services.entries import Entry
from traceability.services.transactions import business_transaction


@business_transaction
def renew(*, consent: Consent, place: Place, entry: Entry, membership: Membership, at: datetime) -> Credential:
    """Make the certificate of the farm's present score for a consent's bank and purpose; the same within a day.

    The score is made under that consent, so that the bank, whose consent it is, can recompute it from its evidence.
    It goes to the farm alone, which is why it counts as no query. Raises NotYoursError, StaleCheckpointError;
    RefusedError where the consent does not live, or there is no number yet.
    """
    _check_own(consent, membership)
    # Held from here on: a bank that asks at this moment, or a consent that is taken back, waits.
    locked = Consent.objects.select_for_update(of=("self",)).select_related("subject", "recipient").get(pk=consent.pk)
    if locked.state not in {ConsentState.GRANTED, ConsentState.EXHAUSTED} or at >= locked.expires_at:
        raise RefusedError("", "consent_ended", state=locked.get_state_display())
    own = Entry(id=entry.id_of("score"), time=at)
    score = _recent(locked, at=at) or scoring.compute(
        subject=locked.subject, consent=locked, membership=membership, entry=own, at=at
    )
    if score.score is None:
        raise RefusedError("", "certificate_without_number")
    return credentials.issue_held(
        consent=locked, scored=scored(score), place=place, entry=entry, membership=membership, at=at
    )


@business_transaction
def take_back(*, credential: Credential, entry: Entry, membership: Membership, at: datetime) -> Credential:
    """Let a certificate count no more; its consent goes on. Again is once. Raises NotYoursError."""
    locked = Credential.objects.select_for_update(of=("self",)).select_related("consent__subject").get(pk=credential.pk)
    _check_own(locked.consent, membership)
    if locked.revoked_at is None:
        say("credential.revoked", locked.entity, entry=entry, membership=membership, at=at)
        locked.revoked_at = at
        locked.save(update_fields=["revoked_at"])
    return locked


def _check_own(consent: Consent, membership: Membership) -> None:
    if consent.subject_id != membership.organisation_id:
        raise NotYoursError(f"consent {consent.pk}: is another farm's")
    if not may_manage(membership):
        raise RefusedError("", "consent_not_by_owner")


def _recent(consent: Consent, *, at: datetime) -> Score | None:
    """Find the score that was made under a consent within a day, unless a dispute was answered since."""
    made = Score.objects.filter(consent=consent, computed_at__gt=at - REUSE).order_by("-computed_at", "-pk").first()
    if made is None or Dispute.objects.filter(subject=consent.subject_id, answered_at__gt=made.computed_at).exists():
        return None
    return made
