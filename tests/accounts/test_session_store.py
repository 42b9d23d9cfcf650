from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.session_store import SessionStore

pytestmark = pytest.mark.django_db


def test_a_session_is_found_by_its_key_until_it_ends() -> None:
    made = SessionStore()
    made["acting_organisation"] = 7
    made.create()

    assert SessionStore(made.session_key)["acting_organisation"] == 7
    assert "acting_organisation" not in SessionStore("of-nobody")
    with time_machine.travel(timezone.now() + timedelta(days=181)):
        assert "acting_organisation" not in SessionStore(made.session_key)


def test_one_that_is_gone_is_given_no_key() -> None:
    made = SessionStore()
    made.create()
    Session.objects.all().delete()
    found = SessionStore(made.session_key)

    assert found.get("anything") is None
    assert found.session_key is None
