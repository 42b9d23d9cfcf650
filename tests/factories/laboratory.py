"""A laboratory's work, as a person would do it, and its key."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.models import Membership
from tests.factories import device_keys, farm
from traceability.ledger.leaf import ActorSignature, key_id
from traceability.models import ActorKey, Sample
from traceability.services.reports import TestReport, report_test

# The least that a reader takes for a PDF: what it begins with and what it ends with.
PDF = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def make_key(member: Membership, *, label: str = "检测室电脑") -> tuple[Ed25519PrivateKey, ActorKey]:
    """Make a key for a member, and register its public half."""
    secret = Ed25519PrivateKey.generate()
    return secret, device_keys.register(secret, by=member, label=label)


def signature(secret: Ed25519PrivateKey, content: bytes) -> ActorSignature:
    """Sign what a page shows."""
    made = b64encode(secret.sign(content)).decode("ascii")
    return ActorSignature(key_id(secret.public_key().public_bytes_raw()), made)


def report(sample: Sample, report: TestReport, *, by: Membership, **of_entry: Any) -> Sample:
    """Report on a sample, four days after it was taken."""
    made = farm.entry(farm.AUTUMN + timedelta(days=12), **of_entry)
    return report_test(sample=sample, entry=made, report=report, membership=by, at=farm.NOW)
