import json
import os
import random
from base64 import b64decode, b64encode
from typing import Any

import pytest

from benchmarks.scores_flipped import PARTS, flipped, named
from benchmarks.scores_made import make_evidence
from tests.traceability.ledger.scores.grounds import VKEYS, evidence, expert, farm
from traceability.ledger.canonical import canonicalize_profiled
from traceability.ledger.cli import main
from traceability.ledger.scores import Part, ScoreError, parse_evidence, record_bytes, verify_score

# All 1,000 with SCORES=1000, as `benchmarks/scores.py` does too.
SCORES = int(os.environ.get("SCORES", "12"))
FLIPS = int(os.environ.get("FLIPS", "60"))


def refusal(data: bytes) -> ScoreError:
    with pytest.raises(ScoreError) as caught:
        verify_score(data, vkeys=VKEYS)
    return caught.value


def changed(**members: Any) -> bytes:
    return canonicalize_profiled({**json.loads(evidence()), **members})


@pytest.mark.parametrize("seed", range(SCORES))
def test_every_score_is_recomputed_byte_for_byte(seed: int) -> None:
    data = evidence(seed)

    report = verify_score(data, vkeys=VKEYS)

    assert canonicalize_profiled(dict(report.record)) == parse_evidence(data).record


@pytest.mark.parametrize("part", PARTS)
def test_one_flipped_byte_is_refused_and_its_part_named(part: Part) -> None:
    chance = random.Random(part.value)  # noqa: S311 - nothing secret hangs on it

    assert {named(flipped(evidence(), part, chance), VKEYS) for _ in range(FLIPS)} == {part}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"points":[-30,-12,0,10,18]', b'"points":[-30,-12.0,10,18]'),
        (b'"points":[-30,-12,0,10,18]', b'"points":[-30,-12,0.10,18]'),
        (b'"format":"suyuan/card/v1"', b'"format":"suyuan\x0fcard/v1"'),
        (b'"format":"suyuan/card/v1"', b'"format":&suyuan/card/v1"'),
        (b'"format":"suyuan/card/v1"', b'"format":"suyu\xe1n/card/v1"'),
    ],
)
def test_a_byte_of_the_card_that_makes_the_file_unreadable_is_named_as_of_the_card(before: bytes, after: bytes) -> None:
    broken = evidence().replace(before, after, 1)

    assert broken != evidence()
    assert refusal(broken).part is Part.CARD


def test_a_changed_record_of_the_farm_is_named_by_its_history() -> None:
    texts = json.loads(evidence())["trace"]["records"]
    at = next(place for place, text in enumerate(texts) if b'"season.harvested"' in b64decode(text))
    leaf = b64decode(texts[at])
    texts[at] = b64encode(leaf.replace(b'"kg":"', b'"kg":"9')).decode()
    trace = {**json.loads(evidence())["trace"], "records": texts}

    error = refusal(changed(trace=trace))

    assert error.part is Part.EVENT
    assert json.loads(leaf)["entity"] in str(error)


def test_a_time_of_receipt_that_was_changed_is_refused_as_of_the_events() -> None:
    received = json.loads(evidence())["received"]
    name = min(received)

    error = refusal(changed(received={**received, name: "2025-01-01T00:00:00Z"}))

    assert error.part is Part.EVENT


def test_a_party_that_was_given_another_kind_is_refused_as_of_the_events() -> None:
    parties = json.loads(evidence())["parties"]

    error = refusal(changed(parties={**parties, next(iter(parties)): "REGULATOR"}))

    assert error.part is Part.EVENT


def test_another_card_is_refused_as_of_the_card() -> None:
    card = json.loads(expert().data)

    error = refusal(changed(card={**card, "start": 601}))

    assert error.part is Part.CARD


def test_a_better_score_is_refused_as_of_the_score() -> None:
    record = json.loads(evidence())["record"]

    error = refusal(changed(record={**record, "score": record["score"] + 1}))

    assert (error.part, str(error)) == (Part.SCORE, "score: the record is not the one that was signed")


def test_a_record_signed_over_other_figures_is_refused_naming_the_member(monkeypatch: pytest.MonkeyPatch) -> None:
    def better(*given: Any) -> bytes:
        members = json.loads(record_bytes(*given))
        return canonicalize_profiled({**members, "score": members["score"] + 10})

    # The platform itself signs what the evidence does not give.
    monkeypatch.setattr("benchmarks.scores_made.record_bytes", better)
    data = make_evidence(farm(1), expert())

    error = refusal(data)

    assert error.part is Part.SCORE
    assert str(error).startswith("score: score is ")


def test_a_consent_that_was_taken_back_is_refused_as_of_the_consent() -> None:
    book = farm(1)
    granted = next(one for one in book.entries if one.leaf.type == "consent.granted")
    book.tell("consent.revoked", granted.leaf.entity, granted.received)
    data = make_evidence(book, expert())

    assert str(refusal(data)) == f"consent: {granted.leaf.entity} had ended: consent.revoked"


def test_a_log_key_that_is_another_is_refused() -> None:
    other = "other.example/log1+69fd98bd+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"

    with pytest.raises(ScoreError) as caught:
        verify_score(evidence(), vkeys=[other])

    assert caught.value.part is Part.PROOF


def test_verify_command_reads_an_evidence_file(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "score.json"
    path.write_bytes(evidence())

    code = main(["verify", str(path), "--vkey", VKEYS[0]])

    said = capsys.readouterr().out
    score = json.loads(evidence())["record"]["score"]
    assert code == 0
    assert said.startswith(f"OK: score {score}, grade ")


def test_verify_command_names_the_part_that_fails(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "score.json"
    path.write_bytes(evidence().replace(b'"start":600', b'"start":610'))

    code = main(["verify", str(path)])

    assert code == 1
    assert capsys.readouterr().err.startswith("FAILED: card: the log shows no registration of ")
