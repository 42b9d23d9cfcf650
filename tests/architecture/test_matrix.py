"""Whoever adds a route says who may come in there."""

from tests.security.strangers import ADMIN, matrix, routes


def test_the_matrix_of_strangers_has_a_line_for_each_route_and_no_other() -> None:
    """Add `name,read,write` to tests/security/matrix.csv: who may, of those who have nothing to do with what is there.

    Words: `-` nobody, `anybody`, `members`, `confirmed`, kinds of parties in small letters.
    """
    named = {name for name, _route in routes() if not name.startswith(ADMIN)}

    assert sorted(named ^ matrix().keys()) == []
