"""Requests to the API, sent as a partner's machine sends them."""

import json
import secrets
from collections.abc import Collection
from typing import Any

from django.test import Client

from accounts.enums import KeyRole, KeyScope
from accounts.models import Membership
from accounts.services.keys import RANDOM_BYTES, create_key
from tests.factories.parties import MORNING


class Machine:
    """A machine that speaks for a party by its key."""

    def __init__(
        self,
        member: Membership,
        *,
        role: KeyRole = KeyRole.RECORDER,
        language: str = "en",
        scopes: Collection[KeyScope] = (),
    ) -> None:
        self.key, text = create_key(
            by=member, name="ERP", role=role, random=secrets.token_bytes(RANDOM_BYTES), at=MORNING, scopes=scopes
        )
        self.client = Client(headers={"authorization": f"Bearer {text}", "accept-language": language})

    def get(self, path: str, **query: str | int) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, **sent: object) -> Any:
        return self.client.post(f"/api/v1/{path}", json.dumps(sent), content_type="application/json")

    def ids(self, path: str, **query: str | int) -> list[str]:
        """Give the ids on the first page of a list."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()["results"]]
