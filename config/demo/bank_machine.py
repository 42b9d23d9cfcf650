"""The machine of the demonstration's bank: its key follows from the seed, as public as the log-ins."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwcrypto.jwk import JWK

from config.demo.scenes import Stage
from config.demo.seed import Seed
from finance.models import BankClient
from finance.services.answers import Asker
from finance.services.clients import Registration, register_client

BANK = "bank"
_KEY_NAME = "demo"


def key_of(seed: Seed) -> JWK:
    """Give the key by which the machine proves itself, and signs what it says."""
    raw = hashlib.sha256(f"suyuan demonstration {seed.number}: the bank's machine".encode()).digest()
    public = Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return JWK(kty="OKP", crv="Ed25519", kid=_KEY_NAME, d=_text(raw), x=_text(public))


def machine(stage: Stage, *, at: datetime) -> BankClient:
    """Find the machine, registering it where it is not there yet."""
    member = stage.cast.member(BANK)
    found = BankClient.objects.select_related("application").filter(organisation=member.organisation).first()
    if found:
        return found
    key_set = {"keys": [key_of(stage.seed).export_public(as_dict=True)]}
    registration = Registration(name="示例核心系统", key_set=key_set)
    return register_client(registration=registration, membership=member, at=at)


def asker(stage: Stage, *, at: datetime) -> Asker:
    """Name the machine as who asks."""
    client_id = str(machine(stage, at=at).application.client_id)
    thumbprint = str(key_of(stage.seed).thumbprint())
    return Asker(membership=stage.cast.member(BANK), client_id=client_id, key_thumbprint=thumbprint)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
