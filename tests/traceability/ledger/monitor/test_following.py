import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traceability.ledger.makers import ORIGIN
from tests.traceability.ledger.witness.histories import ELSEWHERE, TRUE, History
from traceability.ledger.errors import AuditError
from traceability.ledger.monitor.following import Fetch, Following, ForkError, StateError
from traceability.ledger.tiles import TILE_WIDTH, pack_entries, parse_tile_path


def files_of(history: History) -> Fetch:
    def fetch(path: str) -> bytes:
        tile = parse_tile_path(path)
        first = tile.index * TILE_WIDTH
        return pack_entries(history.entries(first, first + (tile.width or TILE_WIDTH)))

    return fetch


def followed(size: int, history: History = TRUE) -> Following:
    following = Following(ORIGIN)
    following.go_on(history.head(size), others=[], fetch=files_of(history))
    return following


@settings(max_examples=30)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=5).map(sorted))
def test_a_log_that_only_grows_is_followed_through_any_sizes(sizes: list[int]) -> None:
    following = Following(ORIGIN)
    for size in sizes:
        following.go_on(TRUE.head(size), others=[], fetch=files_of(TRUE))
        following = Following.from_json(following.to_json())

    assert (following.size, following.frontier.root()) == (sizes[-1], TRUE.head(sizes[-1]).root)


@settings(max_examples=30)
@given(st.integers(1, 600), st.integers(0, 600), st.integers(1, 600))
def test_a_history_that_parts_from_what_was_followed_is_found(parted: int, before: int, more: int) -> None:
    other = History(parted=parted)
    following = followed(before)
    size = before + more

    differs = parted < size
    if differs and before > parted:
        # Its entries before are not looked at again; the root tells.
        with pytest.raises(ForkError, match=f"size {size}: signed with"):
            following.go_on(other.head(size), others=[], fetch=files_of(other))
        assert following.size == before
    else:
        following.go_on(other.head(size), others=[], fetch=files_of(other))
        assert following.size == size


def test_entries_that_do_not_make_the_signed_root_are_found() -> None:
    following = followed(3)

    with pytest.raises(ForkError, match="size 9: signed with"):
        following.go_on(TRUE.head(9), others=[], fetch=files_of(History(parted=5)))


def test_the_same_size_with_another_root_is_found() -> None:
    with pytest.raises(ForkError, match="size 9: shown with the root"):
        followed(9).go_on(History(parted=5).head(9), others=[], fetch=files_of(TRUE))


def test_an_older_head_is_known_again_and_a_forged_one_found() -> None:
    following = followed(5)
    following.go_on(TRUE.head(9), others=[], fetch=files_of(TRUE))

    assert following.go_on(TRUE.head(5), others=[], fetch=files_of(TRUE)) == []
    with pytest.raises(ForkError, match="size 5: shown with the root"):
        following.go_on(History(parted=2).head(5), others=[], fetch=files_of(TRUE))
    assert following.size == 9


def test_what_a_witness_saw_inside_of_what_is_new_is_checked_on_the_way() -> None:
    following = followed(5)

    assert following.go_on(TRUE.head(600), others=[TRUE.head(7), TRUE.head(300)], fetch=files_of(TRUE)) == []
    assert following.roots.keys() == {5, 7, 300, 600}


@pytest.mark.parametrize("size", [7, 300, 600])
def test_a_witness_that_was_shown_another_history_gives_it_away(size: int) -> None:
    with pytest.raises(ForkError, match=f"size {size}: "):
        followed(5).go_on(TRUE.head(600), others=[History(parted=6).head(size)], fetch=files_of(TRUE))


def test_a_witness_that_is_ahead_is_looked_at_later() -> None:
    following = followed(5)

    beyond = following.go_on(TRUE.head(7), others=[TRUE.head(9)], fetch=files_of(TRUE))

    assert (beyond, following.size) == ([TRUE.head(9)], 7)


def test_another_log_is_another_log() -> None:
    with pytest.raises(ForkError, match="in place of"):
        followed(5).go_on(ELSEWHERE.head(9), others=[], fetch=files_of(TRUE))


def test_a_bundle_of_the_wrong_count_is_an_error_of_the_files() -> None:
    with pytest.raises(AuditError, match="not exactly 9 whole entries"):
        followed(5).go_on(TRUE.head(9), others=[], fetch=lambda _: pack_entries(TRUE.entries(0, 8)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        followed(3).to_json().replace("monitor/v1", "monitor/v2"),
        followed(3).to_json().replace('"tree": "', '"tree": "A'),
        followed(3).to_json().replace('"3"', '"three"'),
    ],
)
def test_a_memory_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(StateError, match=r"^memory: "):
        Following.from_json(text)
