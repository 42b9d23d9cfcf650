"""The browser's formats, one by one, against published vectors and against Python's."""

import base64
import hashlib
import hmac
import json
from contextlib import nullcontext
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browser.node import Big, Verifier, VerifierError
from tests.traceability.ledger.vectors import cases, read
from traceability.ledger import CanonicalError, canonicalize, check_profile
from traceability.ledger.ed25519 import check_public_key, verify_signature
from traceability.ledger.errors import SignatureError

many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ORDER = 2**252 + 27742317777372353535851937790883648493


def accepts(verifier: Verifier, module: str, name: str, *args: Any) -> bool:
    try:
        verifier.call(module, name, *args)
    except VerifierError:
        return False
    return True


@cases(read("jcs/derived_cases.json").get("canonicalize", []))
def test_canonical_form_is_that_of_the_vectors(verifier: Verifier, case: dict[str, Any]) -> None:
    found = verifier.call("canonical", "canonicalize", json.loads(case["input"]))

    assert found == case["canonical"]


@cases(read("jcs/derived_cases.json").get("must_reject", []))
def test_what_is_not_canonical_json_is_refused(verifier: Verifier, case: dict[str, Any]) -> None:
    given_ = case["input"]
    data = base64.b64decode(given_[7:]) if given_.startswith("base64:") else given_.encode()

    assert not accepts(verifier, "canonical", "parseCanonical", data)


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)  # fmt: skip


@given(value=documents)
@many
def test_both_sides_write_the_same_canonical_bytes(verifier: Verifier, value: Any) -> None:
    assert verifier.call("canonical", "canonicalize", value).encode() == canonicalize(value)


@given(value=documents)
@many
def test_both_sides_judge_the_profile_alike(verifier: Verifier, value: Any) -> None:
    try:
        check_profile(value)
        keeps = True
    except CanonicalError:
        keeps = False
    # A whole double is an integer to JavaScript, and its canonical bytes are those of the integer.
    whole = json.loads(canonicalize(value)) if not keeps else value
    try:
        check_profile(whole)
        keeps = True
    except CanonicalError:
        keeps = False

    assert accepts(verifier, "canonical", "checkProfile", value) == keeps


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        # Browsers of Unicode 16 compose these two, those of Unicode 15 and Python 3.11 do not.
        ("\U000105d2\u0307", True),
        ("\U000113c2\U000113c2", True),
        # And here they would put the second mark, which moves since Unicode 15, before the first.
        ("x\u0301\U00010efd", True),
        ("\U000105d2e\u0301", False),
        ("e\u0301\U0001e08f", False),
        ("\u00e9\U0001fae8", True),
    ],
)
def test_both_sides_judge_newer_characters_as_unicode_14_does(verifier: Verifier, text: str, *, keeps: bool) -> None:
    assert accepts(verifier, "canonical", "checkProfile", text) is keeps
    with nullcontext() if keeps else pytest.raises(CanonicalError, match="not in Unicode form NFC"):
        check_profile(text)


@cases(read("merkle/inclusion.json").get("cases", []))
def test_inclusion_is_judged_as_the_vectors_say(verifier: Verifier, case: dict[str, Any]) -> None:
    proof = {
        "leafHash": base64.b64decode(case["leafHash"] or ""),
        "index": Big(case["leafIdx"]),
        "size": Big(case["treeSize"]),
        "proof": [base64.b64decode(one) for one in case["proof"] or []],
        "root": base64.b64decode(case["root"] or ""),
    }

    assert accepts(verifier, "merkle", "verifyInclusion", proof) is not case["wantErr"]


@pytest.mark.parametrize("level", [0, 1, 2])
def test_nodes_are_those_of_the_reference_tree(verifier: Verifier, level: int) -> None:
    tree = read("merkle/reference_tree.json")
    if not tree:
        pytest.skip("no conformance data")
    rows = [[bytes.fromhex(one) for one in row] for row in tree["node_hashes_hex_by_level"]]
    leaves = [bytes.fromhex(one) for one in tree["leaf_inputs_hex"]]

    parents = [
        verifier.call("merkle", "nodeHash", left, right)
        for left, right in zip(rows[level][::2], rows[level][1::2], strict=True)
    ]

    assert parents == rows[level + 1]
    assert [verifier.call("merkle", "leafHash", leaf) for leaf in leaves] == rows[0]


NOTES = read("note/signed_note.json")


@cases(NOTES.get("open", []) + NOTES.get("derived_from_spec_text", []))
def test_notes_are_opened_as_the_vectors_say(verifier: Verifier, case: dict[str, Any]) -> None:
    if "note" not in case:
        pytest.skip("the browser reads notes out of JSON: what is not UTF-8 never comes so far")

    assert accepts(verifier, "note", "openNote", case["note"], case["vkeys"]) is (case["want"] == "ok")


@cases([one["vkey"] for one in NOTES.get("vkeys", {}).get("good", [])])
def test_good_verifier_keys_are_taken(verifier: Verifier, case: str) -> None:
    assert verifier.call("note", "parseVkey", case)["text"] == case


@cases(NOTES.get("vkeys", {}).get("bad", []) + NOTES.get("vkeys_strict", {}).get("bad", []))
def test_bad_verifier_keys_are_refused(verifier: Verifier, case: str) -> None:
    assert not accepts(verifier, "note", "parseVkey", case)


CHECKPOINTS = read("note/checkpoint.json")


@cases(CHECKPOINTS.get("body_from_transparency_dev_formats", []) + CHECKPOINTS.get("body_derived_from_spec_text", []))
def test_checkpoints_are_read_as_the_vectors_say(verifier: Verifier, case: dict[str, Any]) -> None:
    assert accepts(verifier, "checkpoint", "parseCheckpoint", case["body"]) is (case["strict_c2sp"] == "ok")


@cases(CHECKPOINTS.get("signed", []))
def test_signed_checkpoints_are_opened_as_the_vectors_say(verifier: Verifier, case: dict[str, Any]) -> None:
    vkeys = case.get("vkeys") or [case["vkey"]]

    opened = accepts(verifier, "checkpoint", "openCheckpoint", case["note"], vkeys)

    assert opened is (case["want"] == "ok" and not case.get("verifier_must_reject", False))


@given(data=st.binary(max_size=200), key=st.binary(max_size=64))
@many
def test_hashes_are_those_of_python(verifier: Verifier, scripted_verifier: Verifier, data: bytes, key: bytes) -> None:
    for one in (verifier, scripted_verifier):
        assert one.call("sha2", "sha256", data) == hashlib.sha256(data).digest()
        assert one.call("sha2", "hmacSha256", key, data) == hmac.digest(key, data, "sha256")


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=100), spoil=st.integers(0, 64 * 8))
@settings(parent=many, max_examples=40)
def test_signatures_are_judged_alike_by_engine_script_and_python(
    verifier: Verifier, scripted_verifier: Verifier, seed: bytes, message: bytes, spoil: int
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    raw = key.public_key().public_bytes_raw()
    signature = bytearray(key.sign(message))
    if spoil < 64 * 8:
        signature[spoil // 8] ^= 1 << spoil % 8

    answers = [
        accepts(one, "ed25519", "verifySignature", raw, bytes(signature), message)
        for one in (verifier, scripted_verifier)
    ]

    assert answers == [spoil == 64 * 8] * 2


def test_a_signature_with_the_order_added_is_refused(verifier: Verifier, scripted_verifier: Verifier) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    raw, signature = key.public_key().public_bytes_raw(), key.sign(b"x")
    second = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")

    for one in (verifier, scripted_verifier):
        assert accepts(one, "ed25519", "verifySignature", raw, signature, b"x")
        assert not accepts(one, "ed25519", "verifySignature", raw, second, b"x")


SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]


@pytest.mark.parametrize("sign", [0, 0x80])
@pytest.mark.parametrize("point", SMALL_ORDER)
def test_points_of_small_order_are_no_keys(verifier: Verifier, point: str, sign: int) -> None:
    raw = bytearray.fromhex(point)
    raw[31] |= sign

    assert not accepts(verifier, "ed25519", "checkPublicKey", bytes(raw))


def test_a_signature_that_fits_only_by_the_cofactor_is_refused(verifier: Verifier, scripted_verifier: Verifier) -> None:
    # R moved by a point of order 8, and S reckoned for the challenge that follows: [8]S B = [8]R + [8]k A holds,
    # S B = R + k A does not.
    raw, signature, message = _torsion_signature()

    with pytest.raises(SignatureError):
        verify_signature(raw, signature, message)
    for one in (verifier, scripted_verifier):
        assert not accepts(one, "ed25519", "verifySignature", raw, signature, message)


P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
BASE_Y = 4 * pow(5, -1, P) % P


def _x_of(y: int, *, odd: bool) -> int:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x % 2 == odd else P - x


def _sum(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


def _times(number: int, point: tuple[int, int]) -> tuple[int, int]:
    result = (0, 1)
    while number:
        if number & 1:
            result = _sum(result, point)
        point, number = _sum(point, point), number >> 1
    return result


def _encoded(point: tuple[int, int]) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def _torsion_signature() -> tuple[bytes, bytes, bytes]:
    base = (_x_of(BASE_Y, odd=False), BASE_Y)
    order_8_y = int.from_bytes(bytes.fromhex(SMALL_ORDER[3]), "little")
    torsion = (_x_of(order_8_y, odd=False), order_8_y)
    secret, nonce, message = 12345, 67890, b"cofactor"
    raw = _encoded(_times(secret, base))
    commitment = _encoded(_sum(_times(nonce, base), torsion))
    challenge = int.from_bytes(hashlib.sha512(commitment + raw + message).digest(), "little") % ORDER
    return raw, commitment + ((nonce + challenge * secret) % ORDER).to_bytes(32, "little"), message


@given(raw=st.binary(min_size=31, max_size=33))
@many
def test_both_sides_trust_the_same_keys(verifier: Verifier, raw: bytes) -> None:
    try:
        check_public_key(raw)
        trusted = True
    except SignatureError:
        trusted = False

    assert accepts(verifier, "ed25519", "checkPublicKey", raw) is trusted
