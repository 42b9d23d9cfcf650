from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.api.parties import acting_party
from accounts.enums import KeyRole
from accounts.models import Membership
from accounts.services.keys import RANDOM_BYTES, create_key, revoke_key

NOON = datetime(2026, 5, 21, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Echo(APIView):
    """An endpoint as any other, with the settings' own authentication and permissions."""

    def get(self, request: Request) -> Response:
        return Response({"party": acting_party(request).name, "user": str(request.user)})

    def post(self, request: Request) -> Response:
        return self.get(request)


def ask(method: str, *, key: str = "", member: Membership | None = None, scheme: str = "Bearer") -> tuple[int, Any]:
    headers = {"HTTP_AUTHORIZATION": f"{scheme} {key}"} if key else {}
    request = getattr(APIRequestFactory(), method)("/api/echo", HTTP_ACCEPT_LANGUAGE="en", **headers)
    if member is not None:
        request.membership = member
        force_authenticate(request, member.user)
    response = Echo.as_view()(request)
    response.render() if hasattr(response, "render") else None
    return response.status_code, response


def key_text(by: Membership, role: KeyRole = KeyRole.RECORDER) -> str:
    return create_key(by=by, name="地磅", role=role, random=bytes(range(RANDOM_BYTES)), at=NOON)[1]


def test_a_key_acts_for_its_organisation(farmer: Membership) -> None:
    status, response = ask("post", key=key_text(farmer))

    assert (status, response.data) == (200, {"party": "王家", "user": farmer.user.name})


def test_the_scheme_is_read_in_any_case(farmer: Membership) -> None:
    assert ask("get", key=key_text(farmer), scheme="bearer")[0] == 200


def test_a_viewers_key_reads_and_does_not_record(farmer: Membership) -> None:
    text = key_text(farmer, KeyRole.VIEWER)

    assert ask("get", key=text)[0] == 200
    assert ask("post", key=text)[0] == 403


def test_a_key_of_an_organisation_that_waits_for_confirmation_does_not_record(laboratory: Membership) -> None:
    text = key_text(laboratory)
    assert ask("post", key=text)[0] == 200
    laboratory.organisation.confirmed_at = None
    laboratory.organisation.save()

    assert ask("post", key=text)[0] == 403
    assert ask("get", key=text)[0] == 200


@pytest.mark.parametrize("key", ["sy_0001020304_0000", "nonsense", "sy_\xff_\xff"])
def test_a_key_that_opens_nothing_is_refused_and_asked_for(farmer: Membership, key: str) -> None:
    key_text(farmer)

    status, response = ask("get", key=key)

    assert status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_opens_nothing(farmer: Membership) -> None:
    key, text = create_key(by=farmer, name="x", role=KeyRole.RECORDER, random=bytes(RANDOM_BYTES), at=NOON)
    revoke_key(key=key, by=farmer, at=NOON)

    assert ask("get", key=text)[0] == 401


def test_nobody_is_asked_for_a_key() -> None:
    status, response = ask("get")

    assert status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_another_scheme_is_nobody(farmer: Membership) -> None:
    assert ask("get", key=key_text(farmer), scheme="Basic")[0] == 401


def test_a_member_acts_for_the_organisation_of_the_session(farmer: Membership) -> None:
    status, response = ask("post", member=farmer)

    assert (status, response.data["party"]) == (200, "王家")


def test_a_viewer_reads_and_does_not_record(viewer: Membership) -> None:
    assert ask("get", member=viewer)[0] == 200
    assert ask("post", member=viewer)[0] == 403


def test_who_is_logged_in_and_acts_for_nobody_is_refused(farmer: Membership) -> None:
    request = APIRequestFactory().get("/api/echo")
    force_authenticate(request, farmer.user)

    assert Echo.as_view()(request).status_code == 403
