"""Every parser that reads what strangers send, fed with nonsense: it refuses by its own error and grows by little.

More examples: `FUZZ_EXAMPLES=20000 pytest -n 0 tests/security/test_fuzz.py`.
"""

import contextlib
import io
import json
import os
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from accounts import phones
from accounts.errors import AccountsError
from finance.credentials import CredentialError
from finance.credentials.proof import verify_proof
from finance.oauth import OAuthError, read_details, verify_detached
from finance.oauth.assertion import client_named_in
from finance.oauth.dpop import read_proof
from finance.oauth.keys import check_key_set
from orders.webhook import is_signed
from tests.browser import worlds
from tests.factories.bank import make_key, public, sign
from traceability.epcis import digital_link, documents, element_strings
from traceability.errors import TraceabilityError
from traceability.geometry.document import read_boundary, read_plots
from traceability.ledger import Ed25519Signer, LedgerError, inspect_bundle, parse, sign_note, verify_tlog_proof
from traceability.ledger.checkpoint import parse_checkpoint
from traceability.ledger.cosigner import Cosigner
from traceability.ledger.leaf import parse_leaf
from traceability.ledger.note import parse_note, parse_vkey
from traceability.ledger.policy import parse_policy
from traceability.ledger.scores.card import parse_card
from traceability.ledger.scores.evidence import parse_evidence
from traceability.ledger.tiles import pack_entries, parse_tile_path, unpack_entries
from traceability.ledger.witness.conversation import cosignature_of, parse_submission, submission_bytes
from traceability.services.attachments import AttachmentError, store_photo
from traceability.services.phone_photos import check_clean
from traceability.sheets.cells import read_number
from traceability.sheets.tables import Limits, lines

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
_MOST_BYTES = 64_000_000
KEY = make_key()
KEYS = {"keys": [public(KEY)]}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=15,
)


@dataclass(frozen=True)
class Parser:
    """What reads, what it may raise, and something that it takes or nearly takes, to be spoiled."""

    read: Callable[[bytes], object]
    refusal: type[Exception]
    seed: bytes = b""


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "replace"))


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (90, 140, 70)).save(file, "JPEG")
    return file.getvalue()


def _excel() -> bytes:
    file, book = io.BytesIO(), Workbook()
    sheet = book.create_sheet(index=0)
    for row in (["地块", "面积"], ["A", 5.5], ["B", "=1+1"]):
        sheet.append(row)
    book.save(file)
    return file.getvalue()


def _geojson() -> bytes:
    ring = [[122.01, 41.15], [122.02, 41.15], [122.02, 41.16], [122.01, 41.15]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()


def _credential(data: bytes) -> None:
    # What a view has read as JSON; what is no object never comes so far.
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = {}
    verify_proof(value if isinstance(value, dict) else {}, raw_key=bytes(32))


def _key_set(data: bytes) -> None:
    with contextlib.suppress(ValueError, RecursionError):
        check_key_set(json.loads(data))


def _webhook(data: bytes) -> None:
    text = data.decode("latin-1")
    headers = {"webhook-id": text[:20], "webhook-timestamp": text[20:40], "webhook-signature": text[40:]}
    assert not is_signed(headers, data, secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", now=0)


WITNESS = Cosigner("witness.test.example", bytes(32))
NOTE = sign_note("trace.test.example/log1\n1\nAAAA\n", Ed25519Signer("trace.test.example/log1", bytes(32))).encode()
PROOF = sign(KEY, {"htm": "POST", "htu": "https://a/b", "iat": 0, "jti": "x"}, typ="dpop+jwt", jwk=public(KEY)).encode()
DETAILS = b'[{"type":"farm_score","consent_id":"6f1f7b0e-0b0a-4b44-8b39-0b8e9d1f7c11","purpose":"underwriting"}]'
EPCIS = (
    b'{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",'
    b'"schemaVersion":"2.0","creationDate":"2026-05-21T04:00:00Z","epcisBody":{"eventList":[]}}'
)
PARSERS: Mapping[str, Parser] = {
    "note": Parser(parse_note, LedgerError, NOTE),
    "checkpoint": Parser(_text(parse_checkpoint), LedgerError, b"trace.test.example/log1\n1\nAAAA\n"),
    "verifier key": Parser(_text(parse_vkey), LedgerError, worlds.VKEY.encode()),
    "tlog-proof": Parser(
        _text(lambda text: verify_tlog_proof(text, vkeys=[worlds.VKEY])), LedgerError, b"c2sp.org/tlog-proof@v1\n"
    ),
    "bundle": Parser(lambda data: inspect_bundle(data, vkeys=[worlds.VKEY]), LedgerError, b'{"bundle":1,"leaves":[]}'),
    "leaf": Parser(parse_leaf, LedgerError, b'{"v":1,"log":"trace.test.example/log1","eseq":0,"body":{}}'),
    "policy": Parser(parse_policy, LedgerError, f"log {worlds.VKEY}\nwitness w {WITNESS.vkey}\nquorum w\n".encode()),
    "submission": Parser(
        parse_submission, LedgerError, submission_bytes(old_size=0, proof=[bytes(32)], note=NOTE.decode())
    ),
    "cosignature": Parser(
        lambda data: cosignature_of(data, note=NOTE.decode(), vkey=WITNESS.vkey), LedgerError, NOTE.split(b"\n\n")[1]
    ),
    "path of a tile": Parser(_text(parse_tile_path), LedgerError, b"tile/entries/x001/x234/067.p/9"),
    "entries of a tile": Parser(lambda data: unpack_entries(data, 2), LedgerError, pack_entries([b"rice", b"maize"])),
    "strict JSON": Parser(parse, LedgerError, b'{"a":[1,"x",null]}'),
    "card": Parser(parse_card, LedgerError, b'{"card":1}'),
    "evidence": Parser(parse_evidence, LedgerError, b'{"evidence":1}'),
    "EPCIS": Parser(documents.read, TraceabilityError, EPCIS),
    "Digital Link": Parser(_text(digital_link.parse), TraceabilityError, b"https://id.gs1.org/01/09520123456788/10/A"),
    "element string": Parser(_text(element_strings.from_brackets), TraceabilityError, b"(01)09520123456788(10)A"),
    "symbol": Parser(_text(element_strings.from_symbol), TraceabilityError, b"010952012345678810A"),
    "boundary": Parser(read_boundary, TraceabilityError, _geojson()),
    "plots": Parser(read_plots, TraceabilityError, _geojson()),
    "sheet": Parser(lambda data: list(lines(data, Limits())), TraceabilityError, "地块,面积\nA,5\n".encode("gbk")),
    "Excel sheet": Parser(lambda data: list(lines(data, Limits())), TraceabilityError, _excel()),
    "number of a sheet": Parser(_text(lambda text: read_number(text, 2)), TraceabilityError, b"1,250.5"),
    "phone number": Parser(_text(phones.parse), AccountsError, b"+86 138 0013 8000"),
    "photo": Parser(store_photo, AttachmentError, _picture()),
    "photo of a phone": Parser(check_clean, TraceabilityError, _picture()),
    "DPoP": Parser(_text(lambda text: read_proof(text, method="POST", url="https://a/b", now=0)), OAuthError, PROOF),
    "assertion": Parser(_text(client_named_in), OAuthError, PROOF),
    "detached signature": Parser(_text(lambda text: verify_detached(text, b"x", KEYS)), OAuthError, b"e30..AAAA"),
    "authorization details": Parser(
        _text(lambda text: read_details(text, purposes=frozenset({"underwriting"}))), OAuthError, DETAILS
    ),
    "key set": Parser(_key_set, OAuthError, json.dumps(KEYS).encode()),
    "credential": Parser(_credential, CredentialError, b'{"proof":{"type":"DataIntegrityProof","proofValue":"z1"}}'),
    "webhook": Parser(_webhook, AssertionError),
}


@st.composite
def spoiled(draw: st.DrawFn, seed: bytes) -> bytes:
    """Make bytes, JSON, or the seed with a piece cut out, doubled or put in."""
    kind = draw(st.sampled_from(["bytes", "json", "seed", "deep"]))
    if kind == "bytes" or (kind == "seed" and not seed):
        return draw(st.binary(max_size=300))
    if kind == "json":
        return json.dumps(draw(_JSON)).encode()
    if kind == "deep":
        opening = draw(st.sampled_from([b"[", b'{"a":', b"(", b"((01)"]))
        return opening * draw(st.integers(1, 20_000))
    start, end = sorted((draw(st.integers(0, len(seed))), draw(st.integers(0, len(seed)))))
    # More digits than Python turns into a number without being asked twice.
    piece = draw(st.sampled_from([b"", seed[start:end] * 2, b"9" * 5000]) | st.binary(max_size=20))
    return seed[:start] + piece + seed[end:]


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_nonsense_is_refused_by_the_parsers_own_error(name: str) -> None:
    parser = PARSERS[name]

    @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    @given(data=spoiled(parser.seed))
    def holds(data: bytes) -> None:
        with contextlib.suppress(parser.refusal):
            parser.read(data)

    holds()


@pytest.mark.parametrize("name", sorted(set(PARSERS) - {"webhook"}))
def test_a_megabyte_of_nonsense_takes_little_memory(name: str) -> None:
    parser = PARSERS[name]
    tracemalloc.start()
    try:
        for data in (b"[" * 1_000_000, b"A" * 1_000_000, b"\x00\xff" * 500_000, parser.seed + b"9" * 1_000_000):
            with contextlib.suppress(parser.refusal):
                parser.read(data)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < _MOST_BYTES
