from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.epcis.formats import is_moment, is_name, is_uri, moment, moment_text


@pytest.mark.parametrize(
    "text",
    ["urn:epc:id:sgtin:4012345.011111.98%22", "https://a.cn/%E7%A8%BB", "ln:x", "geo:47.5,11.1", "ni:///a;b?c=d"],
)
def test_a_uri_has_a_scheme(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize("text", ["", "receiving", ":x", "1a:b", "a:b c", "a:%2", "a:稻", "a:b\n", "a:<b>"])
def test_what_has_no_scheme_or_foreign_characters_is_no_uri(text: str) -> None:
    assert not is_uri(text)


@pytest.mark.parametrize("name", ["ln:variety", "ln:品种", "https://example.cn/voc/moisture"])
def test_the_name_of_an_extension_has_a_prefix_and_may_be_chinese(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["品种", "variety", "ln:a b", "ln:\x00", "ln:a\n"])
def test_a_name_without_a_prefix_or_with_a_space_is_no_extension(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-09-28T16:30:00+08:00", "2026-09-28T08:30:00Z"),
        ("2026-09-28t08:30:00.120z", "2026-09-28T08:30:00.12Z"),
        ("2026-09-28T08:30:00.1234567Z", "2026-09-28T08:30:00.123456Z"),
        ("2024-02-29T23:59:59-06:00", "2024-03-01T05:59:59Z"),
        ("2026-01-01T00:00:10.000000Z", "2026-01-01T00:00:10Z"),
    ],
)
def test_a_moment_is_written_in_utc_without_trailing_zeros(text: str, written: str) -> None:
    assert moment_text(moment(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-28",
        "2026-09-28T08:30:00",
        "2026-09-28 08:30:00Z",
        "2026-02-30T00:00:00Z",
        "2026-09-28T24:00:00Z",
        "2026-09-28T08:30:00+25:00",
        "2026-09-28T08:30:00.Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "２026-09-28T08:30:00Z",
        "2026-09-28T08:30:00Z\n",
    ],
)
def test_what_is_no_moment_with_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        moment(text)

    assert not is_moment(text)


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-12 * 60, 12 * 60))
def test_a_moment_survives_being_written_with_any_offset(at: datetime, minutes: int) -> None:
    if not 2 <= at.year <= 9998:
        return

    local = at.astimezone(timezone(timedelta(minutes=minutes)))

    assert moment(local.isoformat()) == at
    assert moment(moment_text(at)) == at
