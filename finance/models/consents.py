"""What farmers allow banks to see, and what banks asked."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.enums import ConsentState, Method, NoticeKind, Purpose, QueryOutcome
from traceability.standards.days import day_in_china


class Consent(models.Model):
    """One farm's consent for one bank, one purpose, named classes of data, a period and a number of queries."""

    # What a bank is given as the reference; random, so that nobody finds a farm by trying.
    id = models.UUIDField(primary_key=True, editable=False)
    version = models.PositiveSmallIntegerField(_("version of the form"), default=1)
    subject = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="consents")
    recipient = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="consents_received", verbose_name=_("bank")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    categories = models.JSONField(_("data"), default=list)
    expires_at = models.DateTimeField(_("until"))
    max_queries = models.PositiveSmallIntegerField(_("queries at most"))
    queries_used = models.PositiveSmallIntegerField(_("queries"), default=0)
    language = models.CharField(_("language"), max_length=10)
    method = models.CharField(_("given"), max_length=5, choices=Method.choices, blank=True)
    # Who stood by where a village agent wrote it down. Personal: the log holds a commitment.
    witness = models.CharField(_("witness"), max_length=60, blank=True)
    # The notice as it was shown, word for word, and its hash, which stands in the log.
    notice = models.TextField(_("notice"))
    notice_sha256 = models.CharField(_("SHA-256 of the notice"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=ConsentState.choices)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("prepared at"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(_("given at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supersedes")
    # A code sent to the farmer's phone: its hash, until when it counts, and how often it was tried.
    code_hash = models.BinaryField(_("hash of the code"), max_length=32, blank=True, default=b"")
    code_until = models.DateTimeField(_("code counts until"), null=True)
    code_tries = models.PositiveSmallIntegerField(_("tries of the code"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(queries_used__lte=models.F("max_queries")), name="consent_queries_bounded"
            ),
            # One live consent for one bank and purpose: a new one replaces it.
            models.UniqueConstraint(
                fields=["subject", "recipient", "purpose"],
                condition=models.Q(state="granted"),
                name="consent_live_once",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=models.Q(state="granted"), name="consent_to_expire")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"

    @property
    def entity(self) -> str:
        """Name of this consent in the log."""
        return f"consent:{self.id}"

    @property
    def last_day(self) -> date:
        """The last day on which a bank may use it, in China."""
        return day_in_china(self.expires_at - timedelta(seconds=1))

    @property
    def queries_left(self) -> int:
        """How many more queries it allows."""
        return self.max_queries - self.queries_used

    def is_live(self, at: datetime) -> bool:
        """Whether a bank may use it at this moment."""
        return self.state == ConsentState.GRANTED and at < self.expires_at and self.queries_left > 0


class AuditRow(models.Model):
    """One query of a bank, allowed or not. Rows of one book are linked by their hashes, and each stands in the log.

    A book is the consent that was asked for or, where there was none for this bank, the bank's own.
    """

    # The record of the log that holds this row's hash.
    id = models.UUIDField(primary_key=True, editable=False)
    book = models.CharField(_("book"), max_length=60, db_collation="C")
    seq = models.PositiveIntegerField(_("number in the book"))
    prev_hash = models.BinaryField(_("hash of the row before"), max_length=32, null=True)
    row_hash = models.BinaryField(_("hash of this row"), max_length=32)
    asker = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="queries_made")
    client_id = models.CharField(_("client"), max_length=120, blank=True)
    key_thumbprint = models.CharField(_("key of the client"), max_length=64, blank=True)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="queries")
    # As it was asked, also where it names nothing.
    consent_ref = models.UUIDField(_("consent asked for"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    loan_ref = models.CharField(_("loan"), max_length=64, blank=True)
    categories = models.JSONField(_("data asked for"), default=list)
    outcome = models.CharField(_("outcome"), max_length=16, choices=QueryOutcome.choices)
    fields = models.JSONField(_("fields returned"), default=list)
    score = models.UUIDField(_("score"), null=True)
    # The newest published checkpoint when it was answered.
    tree_size = models.BigIntegerField(_("size of the log"), null=True)
    tree_root = models.BinaryField(_("root of the log"), max_length=32, null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "seq"], name="audit_row_once")]
        indexes = [models.Index(fields=["consent", "-at"], name="audit_of_consent")]

    def __str__(self) -> str:
        return f"{self.book} {self.seq}"


class BankNotice(models.Model):
    """What a bank must be told: a consent was taken back, a score that it asked for was corrected."""

    bank = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="credit_notices")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind.choices)
    # What it is about besides the consent: the dispute that ended, or the record that took the consent back.
    cause = models.UUIDField(_("because of"))
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consent", "kind", "cause"], name="bank_notice_once")]

    def __str__(self) -> str:
        return f"{self.bank}: {self.kind}"
