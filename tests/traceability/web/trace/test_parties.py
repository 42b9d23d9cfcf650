from typing import Any

import pytest
from django.utils import translation

from tests.traceability.web.trace.tellings import LABORATORY, MILL, UNKNOWN, leaf, story
from traceability.web.trace.parties import vouched_by


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({}, "Entered by the farm household"),
        ({"signed": True, "attested": "device"}, "Signed with the key of the farm household's device"),
        ({"attested": "device"}, "Said by the farm household's device"),
        ({"attested": "sensor", "party": MILL}, "Measured by a sensor of 盘锦米业"),
        ({"attested": "import", "party": MILL}, "Imported from documents of 盘锦米业"),
        ({"party": LABORATORY}, "Laboratory: 辽宁检测中心"),
        ({"party": UNKNOWN}, "Entered by an unknown party"),
        ({"party": MILL, "on_behalf_of": "0f8fad5b-d9cb-469f-a165-70867728950e"},
         "Entered by 盘锦米业, on behalf of the farm household"),
    ],
)  # fmt: skip
def test_who_vouches_is_told_with_how_the_log_knows(said: dict[str, Any], text: str) -> None:
    with translation.override("en"):
        assert vouched_by(leaf("plot.retired", {"reason": "merged"}, **said), story()) == text


def test_a_household_is_never_named() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert "王家" not in vouched_by(leaf("plot.retired", {"reason": "merged"}), story())
