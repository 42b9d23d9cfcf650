"""What the log is told of cards and scores.

A card is public by its hash, and so is that there is a score; whose it is and what it says stands in the signed record,
which the log holds by its hash.
"""

from finance.enums import CardKind, CardState
from traceability.events import EventType, Member, Members, Place
from traceability.events.kinds import SHA256, Choice, Day, Flag, Text, Whole, entity
from traceability.events.members import ListOf, fixed, optional
from traceability.events.vocabulary import notes
from traceability.ledger.scores.levels import MAX_STEPS, MOST_POINTS, WHOLE
from traceability.msgids import gettext_noop as _

# Pairs of a least score and a chance in hundredths of a per cent; that they rise and fall the verifier checks.
_STEPS = ListOf(ListOf(Whole(most=WHOLE), most=2), most=MAX_STEPS)

CARDS = (
    EventType(
        name="card.registered",
        label=_("Scorecard registered"),
        entities=("card",),
        place=Place.FIRST,
        body=Members(
            fixed("card_sha256", SHA256, _("SHA-256 of the card")),
            Member("kind", Choice(tuple(CardKind.values)), _("kind")),
            Member("about_sha256", SHA256, _("SHA-256 of the model card")),
        ),
        private=notes(),
    ),
    EventType(
        name="card.approved",
        label=_("Scorecard approved"),
        entities=("card",),
        body=Members(
            # By this key the platform signs scores of this card, and has signed this approval.
            fixed("vkey", Text(400), _("key that signs its scores")),
            fixed("approval", Text(2000, lines=True), _("signed approval")),
        ),
        private=notes(),
    ),
    EventType(
        name="card.activated",
        label=_("Scorecard taken into use"),
        entities=("card",),
        body=Members(
            Member("state", Choice((CardState.CHAMPION.value, CardState.CHALLENGER.value)), _("used as")),
            optional("before", SHA256, _("in place of")),
            optional("rolled_back", Flag(), _("rolled back")),
        ),
        private=notes(),
    ),
    EventType(
        name="card.overlaid",
        label=_("Scores moved for everybody"),
        entities=("card",),
        body=Members(
            Member("points", Whole(least=-MOST_POINTS, most=MOST_POINTS), _("points for everybody")),
            Member("since", Day(), _("from")),
            Member("until", Day(), _("until")),
            Member("owner", Text(120), _("who answers for it")),
            Member("reason", Text(300), _("reason")),
            Member("signature", Text(2000, lines=True), _("signature")),
        ),
    ),
    EventType(
        name="card.calibrated",
        label=_("Chances of default set by outcomes"),
        entities=("card",),
        body=Members(
            optional("shift", Whole(least=1, most=1_000_000), _("odds of default times, thousandths")),
            optional("steps", _STEPS, _("chance of default from a score on")),
            Member("outcomes", Whole(), _("matured outcomes")),
            Member("bads", Whole(), _("bad outcomes")),
            Member("signature", Text(2000, lines=True), _("signature")),
        ),
    ),
    EventType(name="card.retired", label=_("Scorecard given up"), entities=("card",), private=notes()),
)
SCORES = (
    EventType(
        name="score.computed",
        label=_("Score computed"),
        entities=("score",),
        place=Place.FIRST,
        body=Members(
            fixed("record_sha256", SHA256, _("SHA-256 of the record")),
            fixed("card_sha256", SHA256, _("SHA-256 of the card")),
            optional("replaces", entity("score"), _("in place of")),
        ),
    ),
)
EVENTS = (*CARDS, *SCORES)
