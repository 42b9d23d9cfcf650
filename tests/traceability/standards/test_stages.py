import pytest

from traceability.events import EVENT_TYPES, check_body, vocabulary
from traceability.standards.files import rows
from traceability.standards.stages import operations, stage, stages


@pytest.mark.parametrize("crop", vocabulary.CROPS)
def test_a_crop_has_its_stages_in_the_order_of_growth(crop: str) -> None:
    codes = [one.code for one in stages(crop)]

    assert len(codes) > 10
    assert codes == sorted(set(codes))
    for code in codes:
        check_body("growth.observed", {"date": "2026-08-01", "stage": code})


def test_every_row_of_the_stages_loads() -> None:
    assert sum(len(stages(crop)) for crop in vocabulary.CROPS) == len(list(rows("growth_stages.csv")))


def test_a_stage_has_its_names() -> None:
    found = stage("rice", "65")

    assert found is not None
    assert (found.name.english, found.name.chinese) == ("full flowering", "盛花")
    assert (found.principal.english, found.principal.chinese) == ("flowering", "开花")


def test_a_code_without_a_name_is_called_by_its_principal_stage() -> None:
    found = stage("rice", "63")

    assert found is not None
    assert found.name.english == "flowering"


@pytest.mark.parametrize(
    ("crop", "code"), [("cherry", "21"), ("maize", "65"), ("rice", "x5"), ("rice", "6x"), ("rice", "")]
)
def test_a_stage_that_does_not_exist_is_not_found(crop: str, code: str) -> None:
    assert stage(crop, code) is None


def test_every_field_operation_is_recorded_by_a_registered_event() -> None:
    for code, operation in operations().items():
        assert operation.event_type in EVENT_TYPES, code
        if operation.event_type == "growth.tended":
            check_body("growth.tended", {"date": "2026-08-01", "operation": code})


def test_every_growth_event_has_a_field_operation() -> None:
    recorded = {operation.event_type for operation in operations().values()}

    assert {name for name in EVENT_TYPES if name.startswith("growth.")} - recorded == {"growth.corrected"}


def test_names_are_given_in_the_readers_language() -> None:
    weeding = operations()["weeding"].name

    assert [weeding.in_language(code) for code in ("zh-hans", "zh", "en", "fr")] == [
        "除草",
        "除草",
        "weeding",
        "weeding",
    ]
