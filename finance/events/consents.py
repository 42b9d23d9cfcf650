"""What the log is told of consents, queries, disputes and loans.

To whom a farm gave a consent and what for is its own business: the log holds commitments to it, and what a verifier
needs in public: until when it lasts, and that it was given, used, taken back.
"""

from finance.enums import Category, DisputeState, Method, PostingKind, Purpose, QueryOutcome
from traceability.events import EventType, Member, Members, Place
from traceability.events.kinds import SHA256, UUID, Choice, Day, Json, Text, Whole, entity
from traceability.events.members import ListOf, fixed, optional
from traceability.events.vocabulary import NAME, notes
from traceability.msgids import gettext_noop as _

_FEN = Whole(most=10**14)
_REF = Text(64)
_ASKED = (
    Member("recipient", UUID, _("bank")),
    Member("purpose", Choice(tuple(Purpose.values)), _("purpose")),
    Member("consent_ref", UUID, _("consent asked for")),
    optional("loan_ref", _REF, _("loan")),
    optional("client_id", Text(120), _("client")),
    optional("key_thumbprint", Text(64), _("key of the client")),
    optional("fields", Json(), _("fields returned")),
)
_QUERY = (
    Member("outcome", Choice(tuple(QueryOutcome.values)), _("outcome")),
    Member("row_sha256", SHA256, _("SHA-256 of the audit row")),
)

CONSENTS = (
    EventType(
        name="consent.granted",
        label=_("Consent given"),
        entities=("consent",),
        place=Place.FIRST,
        body=Members(
            fixed("version", Whole(least=1), _("version of the form")),
            fixed("until", Day(), _("until")),
            fixed("notice_sha256", SHA256, _("SHA-256 of the notice")),
            Member("method", Choice(tuple(Method.values)), _("given")),
            optional("supersedes", entity("consent"), _("in place of")),
        ),
        private=Members(
            Member("subject", UUID, _("farm")),
            Member("recipient", UUID, _("bank")),
            Member("purpose", Choice(tuple(Purpose.values)), _("purpose")),
            Member("categories", ListOf(Choice(tuple(Category.values)), most=10), _("data")),
            Member("max_queries", Whole(least=1), _("queries at most")),
            optional("witness", NAME, _("witness")),
        ),
    ),
    EventType(name="consent.revoked", label=_("Consent taken back"), entities=("consent",), private=notes()),
    EventType(name="consent.expired", label=_("Consent over"), entities=("consent",)),
    EventType(name="consent.exhausted", label=_("Consent used up"), entities=("consent",)),
    EventType(
        name="consent.superseded",
        label=_("Consent replaced"),
        entities=("consent",),
        body=Members(Member("by", entity("consent"), _("by"))),
    ),
    EventType(
        name="consent.queried",
        label=_("Bank asked"),
        entities=("consent",),
        place=Place.LATER,
        body=Members(*_QUERY, optional("score", entity("score"), _("score"))),
        private=Members(*_ASKED),
    ),
    EventType(
        name="consent.referred",
        label=_("Referred to the bank"),
        entities=("consent",),
        body=Members(Member("pack_sha256", SHA256, _("SHA-256 of the data pack"))),
        private=Members(Member("wanted_fen", _FEN, _("wanted, fen"))),
    ),
    EventType(
        name="asker.refused",
        label=_("Bank asked for nothing of its own"),
        entities=("asker",),
        place=Place.ANY,
        body=Members(*_QUERY),
        private=Members(*_ASKED),
    ),
)
DISPUTES = (
    EventType(
        name="dispute.opened",
        label=_("Disputed by the farm"),
        entities=("dispute",),
        place=Place.FIRST,
        body=Members(Member("due_on", Day(), _("to be answered by"))),
        private=notes(
            optional("feature", Text(40), _("figure")),
            optional("record", UUID, _("record")),
            Member("text", Text(1000, lines=True), _("what is wrong")),
        ),
    ),
    EventType(
        name="dispute.ended",
        label=_("Dispute answered"),
        entities=("dispute",),
        body=Members(
            Member("state", Choice(tuple(DisputeState.values)), _("outcome")),
            optional("score", entity("score"), _("new score")),
        ),
        private=Members(optional("answer", Text(1000, lines=True), _("answer"))),
    ),
)
LOANS = (
    EventType(
        name="loan.posted",
        label=_("Bank told of a loan"),
        entities=("loan",),
        place=Place.ANY,
        body=Members(Member("content_sha256", SHA256, _("SHA-256 of what was said"))),
        private=Members(
            Member("kind", Choice(tuple(PostingKind.values)), _("kind")),
            Member("on", Day(), _("on")),
            Member("loan_ref", _REF, _("number of the bank")),
            Member("consent", UUID, _("consent")),
            optional("amount_fen", _FEN, _("amount, fen")),
            optional("days_past_due", Whole(most=100_000), _("days late")),
            optional("due_on", Day(), _("due on")),
            optional("yearly_cost_bp", Whole(most=1_000_000), _("all-in cost a year, hundredths of a percent")),
        ),
    ),
)
EVENTS = (*CONSENTS, *DISPUTES, *LOANS)
