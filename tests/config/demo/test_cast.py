import pytest
from pytest_django.fixtures import Settings

from accounts.enums import OrganisationKind, Provenance, Role
from accounts.errors import NotADemonstrationError, OtherCastError
from accounts.models import Membership, Organisation, User
from config.demo.cast import PASSWORD, assemble
from config.demo.seed import Seed
from tests.factories.farm import NOW

pytestmark = pytest.mark.django_db


def test_cast_is_made_once(demonstration: None) -> None:
    first = assemble(Seed(7), at=NOW)
    counts = [model.objects.count() for model in (User, Organisation, Membership)]

    second = assemble(Seed(7), at=NOW)

    assert counts == [13, 14, 18]
    assert [model.objects.count() for model in (User, Organisation, Membership)] == counts
    assert {key: party.pk for key, party in second.parties.items()} == {
        key: party.pk for key, party in first.parties.items()
    }


def test_everybody_logs_in_with_the_password_that_is_printed(demonstration: None) -> None:
    assemble(Seed(7), at=NOW)

    assert all(user.check_password(PASSWORD) and user.phone_verified for user in User.objects.all())


def test_nobody_of_the_cast_passes_for_real(demonstration: None) -> None:
    cast = assemble(Seed(7), at=NOW)

    examples = {key for key, party in cast.parties.items() if party.provenance == Provenance.EXAMPLE}
    assert examples == {"fsma", "epcis", "eudr"}
    assert not Organisation.objects.filter(provenance=Provenance.OPERATED).exists()


def test_kinds_on_which_others_rely_are_confirmed(demonstration: None) -> None:
    cast = assemble(Seed(7), at=NOW)

    assert cast.parties["laboratory"].kind == OrganisationKind.LABORATORY
    assert all(party.has_powers for party in cast.parties.values())


def test_technician_types_for_the_households(demonstration: None) -> None:
    cast = assemble(Seed(7), at=NOW)

    helper = cast.member("li", "technician")

    assert (helper.role, helper.user.name, helper.organisation.name) == (Role.RECORDER, "赵立新", "李德厚家")
    assert cast.member("li").role == Role.OWNER


def test_only_the_operator_enters_the_desk(demonstration: None) -> None:
    assemble(Seed(7), at=NOW)

    assert [user.name for user in User.objects.filter(is_staff=True)] == ["何川"]


def test_cast_of_another_seed_is_refused(demonstration: None) -> None:
    assemble(Seed(7), at=NOW)

    with pytest.raises(OtherCastError):
        assemble(Seed(8), at=NOW)


def test_without_a_demonstration_nobody_is_made(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(NotADemonstrationError):
        assemble(Seed(7), at=NOW)

    assert not User.objects.exists()
