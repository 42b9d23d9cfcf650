"""The receipt of a consent, with the fields of Kantara's CR 1.1 and ISO/IEC TS 27560."""

from django.conf import settings

from finance.models import Consent
from finance.notice import contact_of

FORMAT = "suyuan/consent-receipt/v1"
WITHDRAW = "/credit/"


def receipt_of(consent: Consent) -> dict[str, object]:
    """Give all that was agreed, by whom, how, and how it is ended."""
    return {
        "format": FORMAT,
        "version": consent.version,
        "jurisdiction": "CN",
        "id": str(consent.pk),
        "entity": consent.entity,
        "principal": {"party": str(consent.subject.public_id), "name": consent.subject.name},
        "controller": {"name": settings.CONTROLLER_NAME, "contact": settings.CONTROLLER_CONTACT},
        "recipient": {
            "party": str(consent.recipient.public_id),
            "name": consent.recipient.name,
            "contact": contact_of(consent.recipient),
        },
        "purpose": consent.purpose,
        "categories": consent.categories,
        "method": "score worked out by computer; the bank decides",
        "expires_at": consent.expires_at.isoformat(),
        "max_queries": consent.max_queries,
        "language": consent.language,
        "collection_method": consent.method,
        "notice_sha256": consent.notice_sha256,
        "signed_at": consent.granted_at.isoformat() if consent.granted_at else None,
        "state": consent.state,
        "withdrawal": WITHDRAW,
    }
