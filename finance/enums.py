from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """What a consent is for; another purpose needs another consent (PIPL, art. 14; 条例, art. 18)."""

    PRE_ASSESSMENT = "loan_pre_assessment", _("to see whether a loan is possible")
    UNDERWRITING = "underwriting", _("to decide on a loan that was asked for")
    MONITORING = "post_loan_monitoring", _("to look after a running loan")
    # The farm's own: nobody else is shown anything.
    OWN_VIEW = "own_view", _("to look at it oneself")


class Category(TextChoices):
    """A class of data that a consent names."""

    SCORE = "score", _("score, grade and reasons")
    FEATURES = "features", _("the figures behind the score")
    RECORDS = "records", _("the records themselves: field work, harvests, deliveries, with their proofs")
    RECEIVABLES = "receivables", _("money that buyers still owe")


class Method(TextChoices):
    """How a consent was given (ISO/IEC TS 27560: collection method)."""

    APP = "app", _("on the own phone")
    SMS = "sms", _("by a code sent to the own phone")
    AGENT = "agent", _("with a village agent, before a witness")


class Sex(TextChoices):
    """What a person says of sex, for tests of fairness alone."""

    WOMAN = "woman", _("a woman")
    MAN = "man", _("a man")


class AgeBand(TextChoices):
    """What a person says of age, for tests of fairness alone."""

    UNDER_60 = "under_60", _("under 60")
    FROM_60 = "from_60", _("60 or older")


class ConsentState(TextChoices):
    """How a consent stands."""

    DRAFT = "draft", _("not given yet")
    GRANTED = "granted", _("given")
    EXHAUSTED = "exhausted", _("used up")
    EXPIRED = "expired", _("over")
    REVOKED = "revoked", _("taken back")
    SUPERSEDED = "superseded", _("replaced")


class QueryOutcome(TextChoices):
    """What became of a query: answered, or why not."""

    ANSWERED = "answered", _("answered")
    UNKNOWN = "unknown", _("refused: nothing there for this bank")
    MISSING = "consent_missing", _("refused: no consent to this")
    REVOKED = "consent_revoked", _("refused: consent taken back")
    EXPIRED = "consent_expired", _("refused: consent over")
    PURPOSE = "purpose_mismatch", _("refused: another purpose")
    LIMIT = "query_limit", _("refused: asked too often")


class LoanState(TextChoices):
    """How a loan stands, as its bank says it."""

    OFFERED = "offered", _("offered")
    SUBMITTED = "submitted", _("applied for")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ACTIVE = "active", _("paid out")
    CLOSED = "closed", _("paid back")
    OVERPAID = "overpaid", _("paid back, with too much")
    WRITTEN_OFF = "written_off", _("written off")


class FineractStatus(IntegerChoices):
    """The numbers that Apache Fineract has for these states."""

    SUBMITTED = 100, _("applied for")
    APPROVED = 200, _("approved")
    ACTIVE = 300, _("paid out")
    WITHDRAWN = 400, _("withdrawn")
    REJECTED = 500, _("rejected")
    CLOSED = 600, _("paid back")
    WRITTEN_OFF = 601, _("written off")
    RESCHEDULED = 602, _("rescheduled")
    OVERPAID = 700, _("paid back, with too much")


class PostingKind(TextChoices):
    """What a bank says of a loan."""

    OFFER = "offer", _("offered")
    APPLICATION = "application", _("applied for")
    APPROVAL = "approval", _("approved")
    REJECTION = "rejection", _("rejected")
    WITHDRAWAL = "withdrawal", _("withdrawn")
    DISBURSEMENT = "disbursement", _("paid out")
    REPAYMENT = "repayment", _("paid back in part")
    STANDING = "standing", _("how it stands this month")
    RESCHEDULING = "rescheduling", _("new due date")
    WRITE_OFF = "write_off", _("written off")
    RECOVERY = "recovery", _("came in after all")
    CLOSURE = "closure", _("paid back")
    OVERPAYMENT = "overpayment", _("paid back, with too much")


class Delinquency(TextChoices):
    """How late a loan is."""

    CURRENT = "current", _("on time")
    LATE_30 = "1-30", _("1 to 30 days late")
    LATE_60 = "31-60", _("31 to 60 days late")
    LATE_90 = "61-90", _("61 to 90 days late")
    LATE = "90+", _("more than 90 days late")


class DisputeState(TextChoices):
    """How a farmer's dispute of a record or figure stands."""

    OPEN = "open", _("being looked at")
    UPHELD = "upheld", _("you were right")
    REJECTED = "stays", _("it stays as it is")
    WITHDRAWN = "dropped", _("taken back by you")


class NoticeKind(TextChoices):
    """What a bank is told without having asked."""

    REVOKED = "revoked", _("consent taken back")
    CORRECTED = "corrected", _("score corrected after a dispute")
    REFERRED = "referred", _("a farm asks for a loan")


class OutboundShape(TextChoices):
    """In which lawful shape personal scores may go out (征信业务管理办法, art. 4-5)."""

    # The farmer holds certificate and evidence; the bank makes a score of its own.
    HOLDER = "holder", _("held by the farmer")
    # An enterprise's or cooperative's score, under a partner that filed with the central bank.
    PARTNER = "partner", _("under a filed partner")
    # This platform gives information to a licensed bureau.
    BUREAU = "bureau", _("to a licensed bureau")


class CardKind(TextChoices):
    """What a card was made from."""

    EXPERT = "expert", _("what experts know")
    BLEND = "blend", _("what experts know, and outcomes")
    FITTED = "fitted", _("outcomes")


class CardState(TextChoices):
    """How a card stands."""

    REGISTERED = "registered", _("waits for approval")
    APPROVED = "approved", _("approved")
    CHALLENGER = "challenger", _("runs beside")
    CHAMPION = "champion", _("counts")
    RETIRED = "retired", _("no longer used")


class ScoreOutcome(TextChoices):
    """Whether there is a number."""

    SCORED = "scored", _("scored")
    INSUFFICIENT = "insufficient_data", _("not enough known yet")
    REFER = "refer", _("to be looked at by a person")


class ReportKind(TextChoices):
    """What a nightly report on a card asks."""

    CALIBRATION = "calibration", _("does what it expects come")
    DRIFT = "drift", _("is it still the same")
    FAIRNESS = "fairness", _("do groups fare alike")
