"""What a farm sees of its own credit: consents, who asked, disputes, loans."""

from datetime import datetime

from django.db.models import F, Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from accounts.queries.stand_ins import farms_helped_by
from finance.enums import ConsentState, DisputeState, Purpose
from finance.models import AuditRow, Consent, Dispute, Loan


def consents_of(membership: Membership) -> QuerySet[Consent]:
    """List a farm's consents to banks: those that live first, then what waits for a yes, then what has ended."""
    found = Consent.objects.filter(subject=membership.organisation_id).exclude(purpose=Purpose.OWN_VIEW)
    return found.select_related("recipient", "subject").order_by(
        F("ended_at").desc(nulls_first=True), F("granted_at").desc(nulls_last=True), "-prepared_at"
    )


def prepared_by(membership: Membership) -> QuerySet[Consent]:
    """List what a member may bring to the owner of a farm to say yes to: the own farm's, and of farms that are helped.

    Of other farms only what this person has prepared, and only as long as it waits.
    """
    helped = Q(subject__in=farms_helped_by(membership), prepared_by=membership.user)
    waiting = Consent.objects.filter(Q(subject=membership.organisation_id) | helped, state=ConsentState.DRAFT)
    return waiting.exclude(purpose=Purpose.OWN_VIEW).select_related("recipient", "subject").order_by("-prepared_at")


def living(membership: Membership) -> QuerySet[Consent]:
    """List the consents by which a bank could ask now, as far as their state tells."""
    return consents_of(membership).filter(state=ConsentState.GRANTED)


def certifiable(membership: Membership, *, at: datetime) -> QuerySet[Consent]:
    """List the consents to banks for which a certificate can be made: those that live, used up or not."""
    alive = (ConsentState.GRANTED, ConsentState.EXHAUSTED)
    return consents_of(membership).filter(state__in=alive, expires_at__gt=at)


def queries_about(membership: Membership) -> QuerySet[AuditRow]:
    """List who asked about a farm, the newest first, refused queries as well."""
    found = AuditRow.objects.filter(consent__subject=membership.organisation_id)
    return found.exclude(asker=membership.organisation_id).select_related("asker", "consent").order_by("-at", "-seq")


def disputes_of(membership: Membership) -> QuerySet[Dispute]:
    """List a farm's disputes, the newest first."""
    return Dispute.objects.filter(subject=membership.organisation_id).order_by("-opened_at", "pk")


def open_disputes() -> QuerySet[Dispute]:
    """List what the operator has to answer, the most urgent first."""
    return Dispute.objects.filter(state=DisputeState.OPEN).select_related("subject").order_by("due_on", "opened_at")


def loans_of(membership: Membership) -> QuerySet[Loan]:
    """List a farm's loans, as their banks tell of them, the newest first."""
    found = Loan.objects.filter(subject=membership.organisation_id).select_related("bank", "consent")
    return found.order_by("-told_on", "loan_ref")


def banks() -> QuerySet[Organisation]:
    """List the banks that this platform has confirmed."""
    return Organisation.objects.filter(kind=OrganisationKind.BANK, confirmed_at__isnull=False).order_by("name", "pk")
