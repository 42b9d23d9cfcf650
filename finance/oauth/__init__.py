"""What a bank's machine proves before it is heard (FAPI 2.0 Security Profile): its own key, and the key of its token.

Pure: texts in, facts or an OAuthError out. Replay, clients and tokens are for the caller.
"""

from finance.oauth.assertion import ASSERTION_TYPE, client_named_in, read_assertion
from finance.oauth.details import Detail, read_details
from finance.oauth.dpop import Proof, hash_of_token, read_proof
from finance.oauth.errors import OAuthError
from finance.oauth.keys import ALGORITHMS, check_key_set, thumbprint, verify_detached

__all__ = [
    "ALGORITHMS",
    "ASSERTION_TYPE",
    "Detail",
    "OAuthError",
    "Proof",
    "check_key_set",
    "client_named_in",
    "hash_of_token",
    "read_assertion",
    "read_details",
    "read_proof",
    "thumbprint",
    "verify_detached",
]
