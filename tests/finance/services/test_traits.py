import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from finance.enums import AgeBand, Category, Sex
from finance.models.traits import Trait
from finance.notice import notice_sha256
from finance.services import traits
from finance.services.traits import Said
from tests.factories import scored
from tests.factories.credit import NOW, ask, entry
from tests.factories.parties import make_member, make_user
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Opening
from traceability.queries import history
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
_WOMAN = Said(notice="只用来检查公平", sex=Sex.WOMAN, age=AgeBand.FROM_60)


def _give(member: Membership, said: Said = _WOMAN, by: Entry | None = None) -> Trait:
    return traits.give(said=said, entry=by or entry(), membership=member, at=NOW)


def _told(made: Trait) -> list[str]:
    return [one.leaf.type for one in history.of(made.entity)]


def test_the_log_holds_the_hash_of_the_words_and_nothing_of_what_was_said(farmer: Membership) -> None:
    made = _give(farmer)

    (event,) = history.of(made.entity)
    assert (made.sex, made.age, made.given_by) == ("woman", "from_60", farmer.user)
    assert event.leaf.type == "trait.given"
    assert event.leaf.body == {"notice_sha256": notice_sha256("只用来检查公平")}
    assert event.leaf.commit == {}
    assert not Opening.objects.filter(record_id=event.id).exists()


def test_the_same_entry_again_is_taken_once(farmer: Membership) -> None:
    by = entry()

    first, second = _give(farmer, by=by), _give(farmer, by=by)

    assert first == second
    assert _told(first) == ["trait.given"]


def test_said_anew_it_replaces_what_was_said(farmer: Membership) -> None:
    first = _give(farmer)

    second = _give(farmer, Said(notice="n", age=AgeBand.UNDER_60))

    assert list(Trait.objects.values_list("pk", "sex", "age")) == [(second.pk, "", "under_60")]
    assert _told(first) == ["trait.given", "trait.erased"]


def test_erased_nothing_is_left_of_it(farmer: Membership) -> None:
    made = _give(farmer)

    for _ in range(2):
        traits.erase(entry=entry(), membership=farmer, at=NOW)

    assert not Trait.objects.exists()
    assert _told(made) == ["trait.given", "trait.erased"]


def test_nothing_said_is_refused(farmer: Membership) -> None:
    with pytest.raises(RefusedError) as caught:
        _give(farmer, Said(notice="n"))

    assert caught.value.rule == "trait_of_nothing"
    assert not Trait.objects.exists()


def test_only_the_owner_of_a_household_says_so(farmer: Membership, bank: Membership) -> None:
    helper = Membership.objects.create(user=make_user("记账的人"), organisation=farmer.organisation, role=Role.RECORDER)
    with pytest.raises(RefusedError) as caught:
        _give(helper)
    assert caught.value.rule == "consent_not_by_owner"

    for stranger in (bank, make_member(OrganisationKind.COOPERATIVE)):
        with pytest.raises(NotYoursError):
            _give(stranger)
    assert not Trait.objects.exists()


def test_neither_a_score_nor_an_answer_looks_at_it(operator: Membership, farmer: Membership, bank: Membership) -> None:
    cast = scored.Cast(farmer, make_member(OrganisationKind.PROCESSOR), make_member(OrganisationKind.LABORATORY))
    consent = scored.ready(cast, operator, bank)
    _give(farmer)

    with CaptureQueriesContext(connection) as asked:
        ask(consent, bank, categories=(Category.SCORE, Category.RECORDS))

    statements = [one["sql"] for one in asked.captured_queries]
    assert [one for one in statements if 'INSERT INTO "finance_score"' in one]
    assert not [one for one in statements if "finance_trait" in one]
