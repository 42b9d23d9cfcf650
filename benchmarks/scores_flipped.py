"""One byte of an evidence file turned: in its events, proofs, card, consent or score."""

import json
import random
from base64 import b64decode

from traceability.ledger.scores import Part, ScoreError, verify_score

PARTS = (Part.EVENT, Part.PROOF, Part.CARD, Part.CONSENT, Part.SCORE)
_MARKS = {
    Part.CARD: (b'{"card":{', b',"format":"suyuan/score/v1"'),
    Part.SCORE: (b'"record":{"as_of"', b',"trace":{'),
    Part.PROOF: (b'"heads":[', b',"policy":'),
}


def region(data: bytes, part: Part) -> tuple[int, int]:
    """Give the bytes of one part of a file."""
    if part in _MARKS:
        begin, end = _MARKS[part]
        start = data.index(begin) + len(begin)
        return start, data.index(end, start)
    return _record_region(data, "consent" if part is Part.CONSENT else "season")


def flipped(data: bytes, part: Part, chance: random.Random) -> bytes:
    """Turn one bit of one byte of a part."""
    broken = bytearray(data)
    broken[chance.randrange(*region(data, part))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def named(data: bytes, vkeys: list[str]) -> Part | None:
    """Give the part that a refusal names, or nothing where the file is taken."""
    try:
        verify_score(data, vkeys=vkeys)
    except ScoreError as error:
        return error.part
    return None


def _record_region(data: bytes, kind: str) -> tuple[int, int]:
    texts = json.loads(data)["trace"]["records"]
    wanted = next(text for text in texts if json.loads(b64decode(text))["entity"].startswith(kind))
    at = data.index(wanted.encode(), data.index(b'"records":['))
    return at, at + len(wanted)
