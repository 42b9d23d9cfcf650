"""A farmer's phone: it signs as the script of the app does."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from PIL import Image

from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of
from traceability.ledger import canonicalize
from traceability.ledger.commitment import commit
from traceability.ledger.leaf import key_id
from traceability.models import Season
from traceability.services.entries import Entry
from traceability.services.keys import NewKey, possession_statement
from traceability.services.phone_keys import register_phone
from traceability.standards.days import day_in_china

# What a phone says of watering.
WATER: dict[str, Any] = {"water_m3": "30", "typed": {"value": "30", "unit": "m3"}}


@dataclass
class Phone:
    """A phone in somebody's hand."""

    member: Membership
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def proof(self) -> bytes:
        return self.key.sign(possession_statement(self.public, self.member))

    def register(self) -> "Phone":
        key = NewKey(public=self.public, proof=self.proof())
        register_phone(entry=Entry(id=uuid4(), time=farm.SPRING), key=key, membership=self.member, at=farm.NOW)
        return self

    def sign(self, content: dict[str, Any]) -> dict[str, Any]:
        """Sign the content of an entry, whatever it says."""
        bare = {name: value for name, value in content.items() if name != "sig"}
        signature = base64.b64encode(self.key.sign(b"suyuan/event/v1\n" + canonicalize(bare))).decode()
        return {**bare, "sig": {"key": key_id(self.public), "ed25519": signature}}

    def say(
        self,
        season: Season,
        name: str,
        *,
        time: datetime = farm.AUTUMN,
        private: Mapping[str, str] | None = None,
        photos: tuple[bytes, ...] = (),
        record_id: UUID | None = None,
        **body: Any,
    ) -> dict[str, Any]:
        """Give what the phone sends for one operation."""
        actor = {"id": str(self.member.user.public_id), "party": str(self.member.organisation.public_id)}
        if season.plot.holder != self.member.organisation:
            actor["for"] = str(season.plot.holder.public_id)
        content: dict[str, Any] = {
            "v": 1,
            "log": settings.LOG_ORIGIN,
            "id": str(record_id or uuid4()),
            "type": name,
            "entity": season.entity,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "actor": {**actor, "attested": "device"},
            "body": {"date": day_in_china(time).isoformat(), **body},
        }
        salts = {path: sha256(path.encode()).digest() for path in private or {}}
        if private:
            content["commit"] = {path: commit(path, value, salts[path]) for path, value in private.items()}
        if photos:
            content["attachments"] = sorted((announced(one) for one in photos), key=lambda one: one["sha256"])
        return {
            "content": self.sign(content),
            "private": dict(private or {}),
            "salts": {path: base64.b64encode(salt).decode() for path, salt in salts.items()},
            "saved_at": (time + timedelta(minutes=1)).isoformat(),
        }

    def harvest(self, season: Season, *, kg: str = "1000", **said: Any) -> dict[str, Any]:
        made = uuid4()
        lot = f"lot:{uuid5(made, 'lot')}"
        return self.say(season, "season.harvested", record_id=made, lot=lot, kg=kg, **said)


def announced(photo: bytes) -> dict[str, Any]:
    return {"sha256": sha256(photo).hexdigest(), "size": len(photo), "media": "image/jpeg"}


def clean_jpeg(*, red: int = 40) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (red, 120, 60)).save(file, "JPEG")
    return file.getvalue()


def send(member: Membership | None, *entries: Any, sent_at: datetime = farm.NOW) -> list[dict[str, Any]]:
    """Send entries as one burst, and give the answer to each."""
    sent = {"sent_at": sent_at.isoformat(), "entries": list(entries)}
    answer = client_of(member).post("/api/fieldwork/entries", sent, content_type="application/json")
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found
