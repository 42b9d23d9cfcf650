from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import EventError, InputError, NotYoursError, RefusedError
from traceability.models import Plot
from traceability.services.chain import ChainConflictError
from traceability.services.plots import PlotRevision, correct_plot, register_plot, retire_plot

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[122.0, 41.0], [122.01, 41.0], [122.01, 41.01], [122.0, 41.01], [122.0, 41.0]]],
}
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[122.0, 41.0], [122.01, 41.01], [122.01, 41.0], [122.0, 41.01], [122.0, 41.0]]],
}


def register(member: Membership, **said: object) -> Plot:
    return register_plot(entry=farm.entry(), facts=farm.plot_facts(**said), membership=member, at=farm.NOW)


def refusal(member: Membership, **said: object) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        register(member, **said)
    return caught.value.pointer, caught.value.rule


def test_a_plot_is_registered_for_the_members_own_party(farmer: Membership) -> None:
    plot = register(farmer, number="DW-0417", name="东大方", boundary=farm.boundary_bytes())

    assert (plot.holder, plot.number, plot.name) == (farmer.organisation, "DW-0417", "东大方")
    assert (plot.declared_mu, plot.measured_mu, plot.area_disagrees) == (Decimal("38.60"), Decimal("38.31"), False)
    assert plot.division_code == farm.VILLAGE
    assert plot.boundary
    assert plot.boundary["coordinates"][0][0] == ["122.0712", "41.1512"]


def test_the_log_holds_neither_the_boundary_nor_the_name(farmer: Membership) -> None:
    plot = register(farmer, number="DW-0417", name="东大方", boundary=farm.boundary_bytes())

    leaf = farm.say(plot.entity)
    assert set(leaf.commit) == {"boundary", "name"}
    assert leaf.body == {
        "holder": str(farmer.organisation.public_id),
        "number": "DW-0417",
        "division_code": farm.VILLAGE,
        "country": "CN",
        "declared_mu": "38.60",
        "measured_mu": "38.31",
        "boundary_kind": "Polygon",
    }
    assert (leaf.actor.id, leaf.actor.attested) == (str(farmer.user.public_id), "account")


def test_an_area_that_differs_by_more_than_a_fifth_is_taken_and_shown(farmer: Membership) -> None:
    plot = register(farmer, boundary=farm.boundary_bytes(), declared_mu=Decimal("31.92"))

    assert plot.area_disagrees is True


def test_the_same_entry_twice_makes_one_plot(farmer: Membership) -> None:
    entry, facts = farm.entry(), farm.plot_facts()
    first = register_plot(entry=entry, facts=facts, membership=farmer, at=farm.NOW)
    before = farm.footprint()

    again = register_plot(entry=entry, facts=facts, membership=farmer, at=farm.NOW + timedelta(minutes=1))

    assert again == first
    assert farm.footprint() == before


def test_the_same_id_with_other_content_is_a_conflict(farmer: Membership) -> None:
    entry = farm.entry()
    register_plot(entry=entry, facts=farm.plot_facts(number="A"), membership=farmer, at=farm.NOW)

    with pytest.raises(ChainConflictError):
        register_plot(entry=entry, facts=farm.plot_facts(number="B"), membership=farmer, at=farm.NOW)


def test_a_number_is_taken_once_by_each_holder(farmer: Membership, stranger: Membership) -> None:
    register(farmer, number="DW-0417")

    assert register(stranger, number="DW-0417").holder == stranger.organisation
    assert refusal(farmer, number="DW-0417") == ("/number", "number_taken")


@pytest.mark.parametrize(
    ("said", "pointer", "rule"),
    [
        ({"boundary": b"{"}, "/boundary", "not_json_at"),
        ({"boundary": b"\xff"}, "/boundary", "not_utf8"),
        ({"boundary": b'{"type": "Point", "type": "Point"}'}, "/boundary", "repeated_name"),
        ({"boundary": b" " * 1_048_577}, "/boundary", "too_many_bytes"),
        ({"boundary": farm.boundary_bytes(BOW_TIE)}, "/boundary/coordinates/0", "self_crossing"),
        (
            {"boundary": b'{"type": "Point", "coordinates": [41.1, 122.0]}'},
            "/boundary/coordinates/1",
            "coordinates_swapped",
        ),
        ({"division_code": ""}, "/division_code", "division_format"),
        ({"division_code": "211104000000"}, "/division_code", "division_not_a_village"),
        ({"declared_mu": Decimal(-1)}, "/body/declared_mu", "not_positive"),
        ({"declared_mu": Decimal("1000000.01")}, "/body/declared_mu", "above_maximum"),
        ({"number": ""}, "/body", "missing_member"),
        ({"number": "x" * 41}, "/number", "text_too_long"),
        ({"number": "DW\u202e0417"}, "/body/number", "text_not_printable"),
        ({"name": "x" * 61}, "/commit/name", "text_too_long"),
    ],
)
def test_what_breaks_a_rule_is_named_and_leaves_nothing(
    farmer: Membership, said: dict[str, object], pointer: str, rule: str
) -> None:
    before = farm.footprint()

    assert refusal(farmer, **said) == (pointer, rule)
    assert farm.footprint() == before


def test_a_point_is_enough_for_a_small_plot_only(farmer: Membership) -> None:
    point = b'{"type": "Point", "coordinates": [122.0712, 41.1512]}'

    small = register(farmer, boundary=point, declared_mu=Decimal(60))

    assert (small.measured_mu, small.boundary) == (None, {"type": "Point", "coordinates": ["122.0712", "41.1512"]})
    assert refusal(farmer, boundary=point, declared_mu=Decimal("60.01")) == ("/boundary", "polygon_needed")


def test_what_lies_ahead_is_refused_beyond_what_a_clock_may_be_fast(farmer: Membership) -> None:
    soon, late = farm.entry(farm.NOW + timedelta(minutes=10)), farm.entry(farm.NOW + timedelta(minutes=10, seconds=1))
    register_plot(entry=soon, facts=farm.plot_facts(), membership=farmer, at=farm.NOW)

    with pytest.raises(RefusedError, match="/time: lies in the future"):
        register_plot(entry=late, facts=farm.plot_facts(), membership=farmer, at=farm.NOW)


def test_who_may_only_look_registers_nothing(viewer: Membership) -> None:
    assert refusal(viewer) == ("", "viewer_cannot_write")


def test_a_correction_points_back_and_changes_only_what_differs(farmer: Membership) -> None:
    plot = register(farmer, number="DW-0417", name="东大方", boundary=farm.boundary_bytes())
    facts = farm.plot_facts(number="DW-0418", name="东大方", boundary=farm.boundary_bytes(SQUARE))

    corrected = correct_plot(
        plot=plot,
        entry=farm.entry(farm.AUTUMN),
        revision=PlotRevision(facts=facts, reason="measured_again", explanation="带仪器重测"),
        membership=farmer,
        at=farm.NOW,
    )

    leaf = farm.say(plot.entity)
    assert (corrected.number, corrected.measured_mu, corrected.area_disagrees) == ("DW-0418", Decimal("1401.43"), True)
    assert leaf.body["corrects"] == {"id": str(plot.pk), "eseq": 0, "type": "plot.registered"}
    assert leaf.body["changes"] == {"number": "DW-0418", "measured_mu": "1401.43"}
    assert set(leaf.commit) == {"boundary", "explanation"}
    assert farm.say(plot.entity, number=0).body["number"] == "DW-0417"


def test_a_correction_cannot_take_another_plots_number(farmer: Membership) -> None:
    register(farmer, number="DW-0417")
    plot = register(farmer, number="DW-0418")
    revision = PlotRevision(facts=farm.plot_facts(number="DW-0417"), reason="typing_error")

    with pytest.raises(RefusedError) as caught:
        correct_plot(plot=plot, entry=farm.entry(), revision=revision, membership=farmer, at=farm.NOW)

    assert (caught.value.pointer, caught.value.rule) == ("/changes/number", "number_taken")


def test_a_correction_that_changes_nothing_is_refused(farmer: Membership) -> None:
    facts = farm.plot_facts()
    plot = register_plot(entry=farm.entry(), facts=facts, membership=farmer, at=farm.NOW)
    revision = PlotRevision(facts=facts, reason="typing_error")

    with pytest.raises(EventError) as caught:
        correct_plot(plot=plot, entry=farm.entry(), revision=revision, membership=farmer, at=farm.NOW)

    assert caught.value.rule == "nothing_corrected"


def test_a_retired_plot_keeps_its_records(farmer: Membership) -> None:
    plot = register(farmer)

    retired = retire_plot(plot=plot, entry=farm.entry(), reason="given_up", membership=farmer, at=farm.NOW)

    assert retired.retired is True
    assert [farm.say(plot.entity, number=n).type for n in (0, 1)] == ["plot.registered", "plot.retired"]
    with pytest.raises(RefusedError, match="no longer farmed"):
        retire_plot(plot=retired, entry=farm.entry(), reason="given_up", membership=farmer, at=farm.NOW)


def test_a_stranger_neither_corrects_nor_retires(farmer: Membership, stranger: Membership) -> None:
    plot = register(farmer)
    revision = PlotRevision(facts=farm.plot_facts(), reason="typing_error")

    with pytest.raises(NotYoursError):
        correct_plot(plot=plot, entry=farm.entry(), revision=revision, membership=stranger, at=farm.NOW)
    with pytest.raises(NotYoursError):
        retire_plot(plot=plot, entry=farm.entry(), reason="other", membership=stranger, at=farm.NOW)
