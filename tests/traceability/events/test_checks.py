from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.events.bodies import BODIES, EVENT, PRIVATE, UUID, correction
from traceability.events import EVENT_TYPES, EventError, Members, check_body, check_event, check_place, event_type
from traceability.ledger import check_profile

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
WITH_MEMBERS = sorted(name for name, one in EVENT_TYPES.items() if one.body.by_name)
# Members that may be below nothing.
SIGNED = {("card.overlaid", "points")}
CORRECTIONS = sorted(name for name, one in EVENT_TYPES.items() if one.corrects)


def check(name: str, body: Any = None, private: Any = None) -> None:
    entity = f"{event_type(name).entities[0]}:{UUID}"
    known = BODIES[name] if body is None else body
    check_event(name, entity, known, PRIVATE.get(name, {}) if private is None else private)


def refused(name: str, body: Any = None, private: Any = None) -> tuple[str, str]:
    with pytest.raises(EventError) as caught:
        check(name, body, private)
    return caught.value.pointer, caught.value.rule


def test_every_type_has_a_whole_body_here() -> None:
    assert sorted(BODIES) == sorted(EVENT_TYPES)
    for name, body in BODIES.items():
        assert EVENT_TYPES[name].body.is_open or body.keys() <= EVENT_TYPES[name].body.by_name.keys(), name


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_a_whole_body_is_taken_and_keeps_to_the_profile_of_a_leaf(name: str) -> None:
    check(name)

    check_profile(BODIES[name])


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_each_required_member_is_missed(name: str) -> None:
    for member in EVENT_TYPES[name].body.by_name.values():
        rest = {key: value for key, value in BODIES[name].items() if key != member.name}
        if member.required:
            assert refused(name, rest) == ("/body", "missing_member"), member.name


@pytest.mark.parametrize("name", sorted(set(EVENT_TYPES) - {"epcis.captured"}))
def test_an_unknown_member_is_named(name: str) -> None:
    assert refused(name, {**BODIES[name], "phone/no": "1"}) == ("/body/phone~1no", "unknown_member")


@pytest.mark.parametrize("name", sorted(set(EVENT_TYPES) - {"epcis.captured"}))
def test_an_unknown_private_member_is_named(name: str) -> None:
    assert refused(name, private={**PRIVATE.get(name, {}), "phone": "1"}) == ("/commit/phone", "unknown_member")


def _members(name: str) -> Iterator[str]:
    kind = EVENT_TYPES[name]
    yield from (key for key in BODIES[name] if key in kind.body.by_name)


@pytest.mark.parametrize("value", [None, 1.5, float("nan"), "", [], {"x": "1"}, -1, "x" * 5000])
@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_no_member_takes_a_value_of_another_kind(name: str, value: object) -> None:
    for member in set(_members(name)) - {"changes"}:
        if value == -1 and (name, member) in SIGNED:
            continue
        with pytest.raises(EventError) as caught:
            check_body(name, {**BODIES[name], member: value})

        assert caught.value.pointer.startswith(f"/{member}")


@pytest.mark.parametrize(
    ("name", "member", "value", "rule"),
    [
        ("plot.registered", "declared_mu", "-1", "not_positive"),
        ("plot.registered", "declared_mu", "0.00", "not_positive"),
        ("plot.registered", "declared_mu", "-0", "not_a_decimal"),
        ("plot.registered", "declared_mu", "+1", "not_a_decimal"),
        ("plot.registered", "declared_mu", "01", "not_a_decimal"),
        ("plot.registered", "declared_mu", "1e3", "not_a_decimal"),
        ("plot.registered", "declared_mu", 12, "not_a_decimal"),
        ("plot.registered", "declared_mu", "12.345", "too_many_places"),
        ("plot.registered", "declared_mu", "1000000.01", "above_maximum"),
        ("plot.registered", "division_code", "21112210520", "wrong_format"),
        ("plot.registered", "division_code", "２11122105203", "wrong_format"),
        ("plot.registered", "holder", UUID.upper(), "wrong_format"),
        ("plot.registered", "number", " PS-1", "text_not_trimmed"),
        ("plot.registered", "number", "PS\n1", "text_not_printable"),
        ("plot.registered", "number", "PS\u202e1", "text_not_printable"),
        ("plot.registered", "number", "PS\ud8001", "text_not_printable"),
        ("plot.registered", "number", "e\u0301", "text_not_normal"),
        ("plot.registered", "number", "x" * 61, "text_too_long"),
        ("plot.registered", "number", "", "empty_text"),
        ("plot.registered", "number", 5, "not_text"),
        ("plot.registered", "boundary_kind", "LineString", "not_in_list"),
        ("season.opened", "plot", f"lot:{UUID}", "wrong_format"),
        ("season.opened", "crop", "maize", "not_in_list"),
        ("season.opened", "year", "2026", "not_an_integer"),
        ("season.opened", "year", True, "not_an_integer"),
        ("season.opened", "year", 1999, "below_minimum"),
        ("season.opened", "year", 2101, "above_maximum"),
        ("season.opened", "gtin", "06901234567893", "wrong_check_digit"),
        ("season.opened", "gtin", "6901234567892", "wrong_format"),
        ("growth.sown", "date", "2026-02-29", "not_a_date"),
        ("growth.sown", "date", "2026-4-12", "not_a_date"),
        ("growth.sown", "date", "20260412", "not_a_date"),
        ("growth.sprayed", "phi_days", -1, "below_minimum"),
        ("growth.observed", "pest_percent", "100.1", "above_maximum"),
        ("growth.observed", "pest_percent", "-1", "below_minimum"),
        ("season.harvested", "inside_interval", "yes", "not_a_boolean"),
        ("lot.harvested", "code", "盘锦1", "wrong_format"),
        ("lot.harvested", "code", "A 1", "wrong_format"),
        ("lot.harvested", "code", "A#1", "wrong_format"),
        ("lot.harvested", "code", "A" * 21, "wrong_format"),
        ("lot.harvested", "epc", "PJ20261001-03", "wrong_format"),
        ("item.linked", "uom", "kg", "wrong_format"),
        ("key.add", "public", "A" * 43 + "B", "wrong_format"),
        ("key.add", "proof", "A" * 85 + "B==", "wrong_format"),
        ("personal.erased", "paths", [], "too_few_items"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(name: str, member: str, value: object, rule: str) -> None:
    assert refused(name, {**BODIES[name], member: value}) == (f"/body/{member}", rule)


def test_a_bad_value_in_a_list_is_named_by_its_place() -> None:
    results = [*BODIES["test.reported"]["results"], {"analyte": "lead", "value": "-0.1", "unit": "mg/kg"}]

    assert refused("test.reported", {**BODIES["test.reported"], "results": results}) == (
        "/body/results/2/value",
        "below_minimum",
    )


@pytest.mark.parametrize("members", [{}, {"value": "0.1", "lod": "0.01"}])
def test_a_result_is_a_value_or_a_limit_of_detection(members: dict[str, str]) -> None:
    results = [{"analyte": "lead", "unit": "mg/kg", **members}]

    assert refused("test.reported", {**BODIES["test.reported"], "results": results}) == (
        "/body/results/0",
        "one_of_members",
    )


def test_a_list_has_a_bound() -> None:
    part = BODIES["process.completed"]["inputs"][0]

    assert refused("process.completed", {**BODIES["process.completed"], "inputs": [part] * 201}) == (
        "/body/inputs",
        "too_many_items",
    )


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(EventError, match=r"^/type: plot\.eaten is no registered type of event$"):
        check_body("plot.eaten", {})


def test_an_event_stands_on_its_own_kind_of_entity_only() -> None:
    with pytest.raises(EventError, match=r"^/entity: an event growth\.sown cannot stand on plot:1$"):
        check_event("growth.sown", "plot:1", BODIES["growth.sown"])


@pytest.mark.parametrize(
    ("name", "eseq", "rule"),
    [
        ("plot.registered", 0, None),
        ("plot.registered", 1, "not_first"),
        ("growth.sown", 0, "cannot_be_first"),
        ("growth.sown", 7, None),
        ("item.linked", 0, None),
        ("item.linked", 3, None),
    ],
)
def test_an_event_has_its_place_in_a_history(name: str, eseq: int, rule: str | None) -> None:
    found = None
    try:
        check_place(name, eseq)
    except EventError as error:
        found = error.rule

    assert found == rule


def test_an_early_harvest_needs_its_reason() -> None:
    assert refused("lot.harvested", private={}) == ("/commit", "missing_member")

    check("lot.harvested", {**BODIES["lot.harvested"], "inside_interval": False}, {})


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_correction_reaches_every_changeable_member_of_what_it_corrects(name: str) -> None:
    for corrected in EVENT_TYPES[name].corrects:
        members = EVENT_TYPES[corrected].body.by_name
        changes = {key: value for key, value in BODIES[corrected].items() if not members[key].fixed}

        check(name, correction(corrected, changes=changes), PRIVATE.get(corrected, {}))


@pytest.mark.parametrize("name", CORRECTIONS)
def test_a_correction_changes_no_fixed_member(name: str) -> None:
    for corrected in EVENT_TYPES[name].corrects:
        for member in EVENT_TYPES[corrected].body.by_name.values():
            # Of members that exclude each other the example has one.
            if member.fixed and member.name in BODIES[corrected]:
                body = correction(corrected, changes={member.name: BODIES[corrected][member.name]})

                assert refused(name, body) == (f"/body/changes/{member.name}", "fixed_member")


@pytest.mark.parametrize(
    ("body", "private", "found"),
    [
        (correction("growth.sown"), {}, ("/body", "nothing_corrected")),
        (correction("growth.sown"), {"explanation": "x"}, ("/body", "nothing_corrected")),
        (correction("growth.sown", withdrawn=False), {}, ("/body", "nothing_corrected")),
        (correction("growth.sown", changes={}), {}, ("/body", "nothing_corrected")),
        (
            correction("growth.sown", changes={"area_mu": "1"}, withdrawn=True),
            {},
            ("/body", "withdrawn_and_changed"),
        ),
        (correction("growth.sown", withdrawn=True), {"note": "x"}, ("/body", "withdrawn_and_changed")),
        (correction("growth.sown", changes={"area_mu": "-1"}), {}, ("/body/changes/area_mu", "not_positive")),
        (correction("growth.sown", changes={"dose": "1"}), {}, ("/body/changes/dose", "unknown_member")),
        (correction("growth.sown", changes="all"), {}, ("/body/changes", "not_an_object")),
        (correction("growth.sown", changes={"area_mu": 1.5}), {}, ("/body/changes", "outside_the_profile")),
        (correction("plot.registered", withdrawn=True), {}, ("/body/corrects/type", "cannot_correct")),
        (correction("growth.eaten", withdrawn=True), {}, ("/body/corrects/type", "cannot_correct")),
        (correction("growth.sown", withdrawn=True), {"explanation": ""}, ("/commit/explanation", "empty_text")),
        (correction("growth.sown", changes={"area_mu": "1"}), {"recipe": "x"}, ("/commit/recipe", "unknown_member")),
    ],
)
def test_a_bad_correction_is_named(body: dict[str, Any], private: dict[str, Any], found: tuple[str, str]) -> None:
    assert refused("growth.corrected", body, private) == found


def test_a_correction_may_change_private_members_alone() -> None:
    check("growth.corrected", correction("growth.sown"), {"operator": "李四"})


def test_a_correction_to_an_early_harvest_needs_the_reason() -> None:
    body = correction("lot.harvested", changes={"inside_interval": True})

    assert refused("lot.corrected", body, {}) == ("/commit", "missing_member")


@given(st.sampled_from(sorted(EVENT_TYPES)), JSON)
def test_any_json_is_taken_or_refused_by_an_event_error(name: str, body: object) -> None:
    try:
        check_body(name, body)
    except EventError:
        return

    assert set(body) <= set(EVENT_TYPES[name].body.by_name)  # type: ignore[call-overload]


@given(st.sampled_from(WITH_MEMBERS), st.data())
def test_any_json_in_one_member_is_taken_or_refused_by_an_event_error(name: str, data: st.DataObject) -> None:
    member = data.draw(st.sampled_from(sorted(EVENT_TYPES[name].body.by_name)))
    body = {**BODIES[name], member: data.draw(JSON)}

    pointer = ""
    try:
        check_body(name, body)
    except EventError as error:
        pointer = error.pointer

    assert pointer == "" or pointer.startswith((f"/{member}", "/changes", "/corrects"))


def test_every_label_and_every_private_path_can_be_recorded() -> None:
    for one in EVENT_TYPES.values():
        assert one.label
        assert all(member.label for member in one.body.by_name.values())
        assert all(path.replace("_", "").isalpha() and path.islower() for path in one.private.by_name), one.name


def test_an_event_reference_names_history_number_and_hash() -> None:
    bad = {**EVENT, "head": "00"}

    assert refused("lot.consumed", {**BODIES["lot.consumed"], "process": bad}) == ("/body/process/head", "wrong_format")


def test_an_open_object_keeps_to_the_profile() -> None:
    assert refused("epcis.captured", {**BODIES["epcis.captured"], "extra": {"a": 1.5}}) == (
        "/body/extra",
        "outside_the_profile",
    )


def test_names_that_are_no_text_are_refused() -> None:
    with pytest.raises(EventError, match="the member 1 is unknown"):
        Members().check({1: "x"}, "")
