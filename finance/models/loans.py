"""Loans as their banks tell of them, and the referrals that may lead to one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.enums import Delinquency, FineractStatus, LoanState, PostingKind
from finance.models.consents import Consent

FINERACT = {
    LoanState.SUBMITTED: FineractStatus.SUBMITTED,
    LoanState.APPROVED: FineractStatus.APPROVED,
    LoanState.ACTIVE: FineractStatus.ACTIVE,
    LoanState.WITHDRAWN: FineractStatus.WITHDRAWN,
    LoanState.REJECTED: FineractStatus.REJECTED,
    LoanState.CLOSED: FineractStatus.CLOSED,
    LoanState.WRITTEN_OFF: FineractStatus.WRITTEN_OFF,
    LoanState.OVERPAID: FineractStatus.OVERPAID,
}


class Loan(models.Model):
    """One loan of a bank to a farm. The platform mirrors what the bank says and decides nothing."""

    id = models.UUIDField(primary_key=True, editable=False)
    bank = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="loans_given")
    subject = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="loans")
    # The bank's own number.
    loan_ref = models.CharField(_("number of the bank"), max_length=64)
    # By which consent the bank knows of the farm.
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="loans")
    # What the bank was shown last before it decided: outcomes are learnt from what was known then.
    score = models.UUIDField(_("score at the decision"), null=True)
    state = models.CharField(_("state"), max_length=12, choices=LoanState.choices)
    rescheduled = models.BooleanField(_("rescheduled"), default=False)
    amount_fen = models.BigIntegerField(_("amount, fen"), default=0)
    repaid_fen = models.BigIntegerField(_("paid back, fen"), default=0)
    recovered_fen = models.BigIntegerField(_("came in after the write-off, fen"), default=0)
    # Everything that it costs, as a yearly rate (金规〔2025〕9号: all fees are part of the cost of financing).
    yearly_cost_bp = models.PositiveIntegerField(_("all-in cost a year, hundredths of a percent"), null=True)
    days_past_due = models.PositiveIntegerField(_("days late"), default=0)
    worst_days_past_due = models.PositiveIntegerField(_("days late at worst"), default=0)
    decided_on = models.DateField(_("decided on"), null=True)
    disbursed_on = models.DateField(_("paid out on"), null=True)
    due_on = models.DateField(_("due on"), null=True)
    closed_on = models.DateField(_("ended on"), null=True)
    # When its bank told of it last.
    told_on = models.DateField(_("as of"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bank", "loan_ref"], name="loan_ref_once")]
        indexes = [models.Index(fields=["subject", "state"], name="loan_of_subject")]

    def __str__(self) -> str:
        return self.loan_ref

    @property
    def entity(self) -> str:
        """Name of this loan in the log."""
        return f"loan:{self.id}"

    @property
    def delinquency(self) -> Delinquency:
        """How late it is now."""
        return delinquency_of(self.days_past_due)

    @property
    def fineract_status(self) -> int | None:
        """The number that Apache Fineract has for its state; None for an offer, which it does not know."""
        if self.rescheduled and self.state == LoanState.CLOSED:
            return FineractStatus.RESCHEDULED
        found = FINERACT.get(LoanState(self.state))
        return None if found is None else int(found)


class LoanPosting(models.Model):
    """One thing that a bank said of a loan, under an id of its own: the same again is the same."""

    id = models.UUIDField(primary_key=True, editable=False)
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(_("kind"), max_length=12, choices=PostingKind.choices)
    on = models.DateField(_("on"))
    amount_fen = models.BigIntegerField(_("amount, fen"), null=True)
    days_past_due = models.PositiveIntegerField(_("days late"), null=True)
    due_on = models.DateField(_("due on"), null=True)
    yearly_cost_bp = models.PositiveIntegerField(_("all-in cost a year, hundredths of a percent"), null=True)
    # Of what was said, so that the same again is told from something else under the same id; and the bank's signature.
    content_sha256 = models.CharField(_("SHA-256 of what was said"), max_length=64)
    signature = models.TextField(_("signature of the bank"), blank=True)
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        indexes = [models.Index(fields=["loan", "on"], name="posting_of_loan")]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.kind} {self.on}"


class Referral(models.Model):
    """That a farm asked a bank for a loan through the platform, with a consent and a pack of data. It costs nothing."""

    id = models.UUIDField(primary_key=True, editable=False)
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="referral")
    wanted_fen = models.BigIntegerField(_("wanted, fen"))
    months = models.PositiveSmallIntegerField(_("for so many months"))
    reason = models.CharField(_("what for"), max_length=200)
    # What the pack held, by hash: the bank gets it only through the consent.
    pack_sha256 = models.CharField(_("SHA-256 of the data pack"), max_length=64)
    pack = models.JSONField(_("data pack"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, null=True, related_name="referrals")

    def __str__(self) -> str:
        return f"{self.consent}: {self.wanted_fen}"


def delinquency_of(days: int) -> Delinquency:
    """Tell how late a loan is that is so many days past due."""
    bounds = ((0, Delinquency.CURRENT), (30, Delinquency.LATE_30), (60, Delinquency.LATE_60), (90, Delinquency.LATE_90))
    return next((name for most, name in bounds if days <= most), Delinquency.LATE)
