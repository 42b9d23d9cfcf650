"""Certificates that a farmer holds: W3C Verifiable Credentials 2.0 with Data Integrity proofs, checked without us.

Pure: JSON and keys in, JSON or a CredentialError out.
"""

from finance.credentials.errors import CredentialError
from finance.credentials.keys import Issuer, controller_document, did_of, key_of_multibase, multibase_of_key
from finance.credentials.proof import secure, verify_proof
from finance.credentials.reference import Reference, reference_document, verify_reference
from finance.credentials.status import LIST_BITS, encode_bits, is_set, status_document, verify_status

__all__ = [
    "LIST_BITS",
    "CredentialError",
    "Issuer",
    "Reference",
    "controller_document",
    "did_of",
    "encode_bits",
    "is_set",
    "key_of_multibase",
    "multibase_of_key",
    "reference_document",
    "secure",
    "status_document",
    "verify_proof",
    "verify_reference",
    "verify_status",
]
