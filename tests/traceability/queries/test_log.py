import pytest

from traceability.queries import log


@pytest.mark.django_db
def test_nothing_waits_in_an_empty_outbox() -> None:
    assert log.waiting(at_most=256) == 0
