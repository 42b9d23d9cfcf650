import json
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Membership
from finance.enums import CardState
from finance.models import Scorecard
from finance.services import cards
from tests.factories import credit
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger.scores import build_card
from traceability.ledger.scores.verify import check_card_chain
from traceability.queries import history
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def entry() -> Entry:
    return Entry(id=uuid4(), time=credit.NOW)


def data_of(name: str = "expert-v1", **said: Any) -> bytes:
    members = {**json.loads(cards.expert_card().data), "name": name, **said}
    del members["format"]
    return build_card(members).data


def register(operator: Membership, **said: Any) -> Scorecard:
    return cards.register_card(
        data=data_of(**said), about={"made_from": "a test"}, entry=entry(), membership=operator, at=credit.NOW
    )


def use(card: Scorecard, operator: Membership, **said: Any) -> Scorecard:
    approved = cards.approve_card(card=card, entry=entry(), membership=operator, at=credit.NOW)
    return cards.activate_card(card=approved, entry=entry(), membership=operator, at=credit.NOW, **said)


def states() -> dict[str, str]:
    return dict(Scorecard.objects.values_list("name", "state"))


def test_a_card_is_approved_and_used_by_events_that_name_its_key(operator: Membership) -> None:
    card = use(register(operator), operator)

    leaves = [event.leaf for event in history.of(card.entity)]
    assert [leaf.type for leaf in leaves] == ["card.registered", "card.approved", "card.activated"]
    assert check_card_chain(leaves, card.pk) == (leaves[1].body["vkey"],)
    assert card.state == CardState.CHAMPION


def test_a_card_counts_only_once_it_is_approved(operator: Membership) -> None:
    card = register(operator)

    with pytest.raises(RefusedError) as caught:
        cards.activate_card(card=card, entry=entry(), membership=operator, at=credit.NOW)

    assert caught.value.rule == "card_not_approved"


def test_a_new_champion_retires_the_old_one_and_rolling_back_brings_it_again(operator: Membership) -> None:
    use(register(operator, name="first"), operator)
    use(register(operator, name="second"), operator)
    assert states() == {"first": "retired", "second": "champion"}

    cards.roll_back(entry=entry(), membership=operator, at=credit.NOW)

    assert states() == {"first": "champion", "second": "retired"}
    with pytest.raises(RefusedError) as caught:
        cards.roll_back(entry=entry(), membership=operator, at=credit.NOW)
    assert caught.value.rule == "card_no_earlier"


def test_a_challenger_runs_beside_the_champion(operator: Membership) -> None:
    use(register(operator, name="first"), operator)
    use(register(operator, name="second"), operator, challenger=True)

    assert states() == {"first": "champion", "second": "challenger"}


def test_a_card_is_refused_under_another_id(operator: Membership) -> None:
    with pytest.raises(RefusedError) as caught:
        cards.register_card(
            data=data_of(), about={}, entry=entry(), membership=operator, at=credit.NOW, card_id="0" * 64
        )

    assert caught.value.rule == "card_malformed"
    assert not Scorecard.objects.exists()


def test_a_card_may_not_score_by_what_the_law_bars(operator: Membership) -> None:
    barred = {"name": "sex", "categories": [["f", 0], ["m", 0]], "missing": 0, "unknown": 0}

    with pytest.raises(RefusedError) as caught:
        register(operator, variables=[barred])

    assert caught.value.rule == "card_barred"


def test_only_the_operator_touches_cards(operator: Membership, stranger: Membership) -> None:
    card = register(operator)

    with pytest.raises(NotYoursError):
        cards.approve_card(card=card, entry=entry(), membership=stranger, at=credit.NOW)
    with pytest.raises(NotYoursError):
        register(stranger)
    assert states() == {"expert-v1": "registered"}
