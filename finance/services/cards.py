"""Cards: registered, approved by a signed event, taken into use, rolled back."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db.models import Q

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from finance import score_key
from finance.enums import CardState
from finance.models import CardUse, Scorecard
from orders.services.events import say
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger import canonicalize, sign_note
from traceability.ledger.scores import Card, CardError, approval_text, build_card, parse_card
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

_EXPERT = Path(__file__).parent.parent / "data" / "expert-v1.json"
_USABLE = (CardState.APPROVED, CardState.CHALLENGER, CardState.CHAMPION, CardState.RETIRED)
# A card says for itself how far back its scores were made, and nothing of a person but what these say.
FORBIDDEN = frozenset({"sex", "age", "ethnicity", "religion", "village", "county", "family", "disease", "income"})


def expert_card() -> Card:
    """Read the expert card that comes with the product."""
    return build_card(json.loads(_EXPERT.read_text(encoding="utf-8")))


@business_transaction
def register_card(  # noqa: PLR0913 - the card, and under which id it is said to be it
    *,
    data: bytes,
    about: Mapping[str, object],
    entry: Entry,
    membership: Membership,
    at: datetime,
    card_id: str | None = None,
) -> Scorecard:
    """Take a card up; it makes no score yet. The same bytes give the card that there is.

    Raises NotYoursError; RefusedError where it is no card, hashes to another id than it is said to have, or scores by
    what the law bars (条例, art. 14); EventError.
    """
    _check_operator(membership)
    card = _parsed(data, card_id)
    known = Scorecard.objects.filter(pk=card.id).first()
    if known:
        return known
    body = members(
        card_sha256=card.id, kind=card.kind, about_sha256=hashlib.sha256(canonicalize(dict(about))).hexdigest()
    )
    say("card.registered", f"card:{card.id}", entry=entry, membership=membership, at=at, body=body)
    return Scorecard.objects.create(
        pk=card.id,
        name=card.name,
        kind=card.kind,
        data=card.data,
        about=dict(about),
        expires_on=card.expires,
        state=CardState.REGISTERED,
        registered_by=membership.user,
        registered_at=at,
    )


@business_transaction
def approve_card(*, card: Scorecard, entry: Entry, membership: Membership, at: datetime) -> Scorecard:
    """Approve a card: the log names the key that signs its scores, and that key's signature under this approval.

    With a seal on the entry the approver's own device has signed it too. A card that is in use may be approved anew,
    which names a new key. Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    _check_operator(membership)
    locked = _locked(card)
    if entry.is_known:
        return locked
    if locked.expires_on < entry.day:
        raise RefusedError("", "card_expired", day=locked.expires_on.isoformat())
    signer = score_key.signer()
    approver = str(membership.user.public_id)
    body = members(vkey=str(signer.vkey), approval=sign_note(approval_text(locked.pk, approver), signer).rstrip("\n"))
    say("card.approved", locked.entity, entry=entry, membership=membership, at=at, body=body)
    locked.approved_by, locked.approved_at = membership.user, at
    if locked.state == CardState.REGISTERED:
        locked.state = CardState.APPROVED
    locked.save()
    return locked


@business_transaction
def activate_card(
    *, card: Scorecard, entry: Entry, membership: Membership, at: datetime, challenger: bool = False
) -> Scorecard:
    """Let an approved card count, or run beside the one that counts; what it takes the place of is retired.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    _check_operator(membership)
    locked = _locked(card)
    if entry.is_known:
        return locked
    if locked.state not in _USABLE:
        raise RefusedError("", "card_not_approved")
    state = CardState.CHALLENGER if challenger else CardState.CHAMPION
    return _use(locked, state, entry=entry, membership=membership, at=at)


@business_transaction
def roll_back(*, entry: Entry, membership: Membership, at: datetime) -> Scorecard:
    """Let the card count again that counted before the present one. Raises NotYoursError, RefusedError, EventError."""
    _check_operator(membership)
    _lock_states()
    if entry.is_known:
        return Scorecard.objects.get(state=CardState.CHAMPION)
    use = CardUse.objects.filter(rolled_back=False, card__state=CardState.CHAMPION, before__isnull=False)
    last = use.select_related("before").order_by("-at", "-pk").first()
    if last is None or last.before is None:
        raise RefusedError("", "card_no_earlier")
    CardUse.objects.filter(pk=last.pk).update(rolled_back=True)
    return _use(last.before, CardState.CHAMPION, entry=entry, membership=membership, at=at, rolled_back=True)


def ensure_expert(*, entry: Entry, membership: Membership, at: datetime) -> Scorecard:
    """Register, approve and take into use the expert card where no card counts yet; else give the one that counts.

    Raises NotYoursError, EventError.
    """
    champion = Scorecard.objects.filter(state=CardState.CHAMPION).first()
    if champion:
        return champion
    about = {"purpose": "cold start, before outcomes are known", "made_from": "expert judgement, no data"}
    card = register_card(data=expert_card().data, about=about, entry=entry, membership=membership, at=at)
    for step in (approve_card, activate_card):
        later = Entry(id=entry.id_of(step.__name__), time=entry.time)
        card = step(card=card, entry=later, membership=membership, at=at)
    return card


def _use(  # noqa: PLR0913 - as what, and whether on the way back
    card: Scorecard,
    state: CardState,
    *,
    entry: Entry,
    membership: Membership,
    at: datetime,
    rolled_back: bool = False,
) -> Scorecard:
    _lock_states()
    before = Scorecard.objects.filter(state=state).exclude(pk=card.pk).first()
    body = members(state=state.value, before=before.pk if before else None, rolled_back=rolled_back or None)
    say("card.activated", card.entity, entry=entry, membership=membership, at=at, body=body)
    Scorecard.objects.filter(Q(state=state) & ~Q(pk=card.pk)).update(state=CardState.RETIRED)
    if state == CardState.CHAMPION:
        CardUse.objects.create(
            pk=entry.id, card=card, before=None if rolled_back else before, by=membership.user, at=at
        )
    card.state, card.activated_at = state, at
    card.save(update_fields=["state", "activated_at"])
    return card


def _lock_states() -> None:
    list(Scorecard.objects.select_for_update().order_by("pk").values_list("pk"))


def _locked(card: Scorecard) -> Scorecard:
    return Scorecard.objects.select_for_update().get(pk=card.pk)


def _check_operator(membership: Membership) -> None:
    if not acts_as(membership, OrganisationKind.OPERATOR):
        raise NotYoursError(f"organisation {membership.organisation_id}: does not run this platform")


def _parsed(data: bytes, card_id: str | None) -> Card:
    try:
        card = parse_card(data, card_id=card_id)
    except CardError as error:
        raise RefusedError("/card", "card_malformed", reason=str(error)) from error
    barred = [one.name for one in card.variables if FORBIDDEN & set(one.name.lower().split("_"))]
    if barred:
        raise RefusedError("/card", "card_barred", name=barred[0])
    return card
