"""Scores: computed from the log, signed, kept with their evidence."""

import hashlib
import zlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from accounts.models import Membership, Organisation
from finance import score_key
from finance.models import Consent, Score, ScoreEvidence
from finance.queries.cards import card_named, champion_id
from finance.queries.evidence import Ground, ground_of
from finance.queries.scores import before
from orders.services.events import say
from traceability import vault
from traceability.errors import RefusedError
from traceability.ledger.bundle import build_bundle
from traceability.ledger.note import Signer
from traceability.ledger.scores import (
    Card,
    CardError,
    Claim,
    Evidence,
    Judged,
    Levels,
    ScoreError,
    behind_of,
    build_evidence,
    features_of,
    judge,
    levels_of,
    openings_of,
    record_bytes,
    sign_record,
    told_of,
)
from traceability.ledger.scores.verify import check_card_chain
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction


@business_transaction
def compute(  # noqa: PLR0913 - of whom, as of when, by whose leave, for whom
    *,
    subject: Organisation,
    as_of: datetime,
    consent: Consent,
    membership: Membership,
    entry: Entry,
    at: datetime,
) -> Score:
    """Score a farm by the card that counts, from what the newest published checkpoint holds of it.

    Only what the platform had by `as_of` counts. The score, its signed record and its evidence are written with an
    event of the same transaction; the same entry again gives the same score. Whether the consent lives is for the
    caller to see. Raises StaleCheckpointError where the log does not hold consent and card yet; RefusedError where no
    card is in use, or the records cannot be reckoned with.
    """
    is_known, newest = before(consent, score_id=entry.id)
    if is_known:
        return Score.objects.get(pk=entry.id)
    card = _champion()
    ground = ground_of(subject=subject, consent=consent, card=card)
    keys = _approved_keys(ground, card)
    signer = _signer(keys)
    claim = Claim(
        subject=str(subject.public_id),
        as_of=as_of,
        consent=consent.entity,
        tree_size=ground.checkpoint.size,
        tree_root=ground.checkpoint.root.hex(),
        evidence_root=ground.root,
        replaces=str(newest) if newest else None,
    )
    judged = _judged(card, ground, claim, keys)
    record = record_bytes(card, claim, judged)
    score = _row(judged, claim, record, card, entry=entry, at=at)
    score.subject, score.consent, score.replaces_id = subject, consent, newest
    score.signature = sign_record(record, signer)
    score.save(force_insert=True)
    _keep(score, card, ground)
    body = members(
        record_sha256=score.record_sha256, card_sha256=card.id, replaces=f"score:{newest}" if newest else None
    )
    say("score.computed", score.entity, entry=entry, membership=membership, at=at, body=body)
    return score


def _champion() -> Card:
    found = champion_id()
    if found is None:
        raise RefusedError("", "no_card")
    return card_named(found)


def _approved_keys(ground: Ground, card: Card) -> tuple[str, ...]:
    try:
        return check_card_chain((event.leaf for event in ground.events), card.id)
    except CardError as error:
        raise RefusedError("", "card_not_approved") from error


def _signer(keys: Sequence[str]) -> Signer:
    signer = score_key.signer()
    # Under a key that no approval in the log names, nobody could verify what is signed.
    if str(signer.vkey) not in keys:
        raise RefusedError("", "card_not_approved")
    return signer


def _judged(card: Card, ground: Ground, claim: Claim, keys: Sequence[str]) -> Judged:
    leaves = [event.leaf for event in ground.events]
    try:
        told = told_of(leaves, ground.received, openings_of(ground.bundle.disclosed))
        features = features_of(
            told,
            subject=claim.subject,
            as_of=claim.as_of,
            parties=ground.parties,
            yields=card.yields,
        )
        levels = levels_of(told, card.id, as_of=claim.as_of, vkeys=keys)
        return judge(card, features, seed=bytes.fromhex(claim.evidence_root), levels=levels)
    except ScoreError as error:
        raise RefusedError("", "bad_events", reason=str(error)) from error


def _row(  # noqa: PLR0913 - what a row is made of
    judged: Judged, claim: Claim, record: bytes, card: Card, *, entry: Entry, at: datetime
) -> Score:
    scored = judged.scored
    return Score(
        pk=entry.id,
        card_id=card.id,
        as_of=claim.as_of,
        outcome=judged.outcome,
        score=scored.score if scored else None,
        grade=scored.grade if scored else "",
        low=judged.low,
        high=judged.high,
        gate=list(judged.gate),
        features=judged.features.numbers(),
        points={one.name: one.points for one in scored.bins} if scored else {},
        reasons=[[one.code, one.loss] for one in scored.reasons] if scored else [],
        strengths=[[one.code, one.points] for one in scored.strengths] if scored else [],
        behind=behind_of(judged.features),
        chance_bp=judged.chance,
        level=_level(judged.levels),
        record=record,
        record_sha256=hashlib.sha256(record).hexdigest(),
        tree_size=claim.tree_size,
        tree_root=bytes.fromhex(claim.tree_root),
        evidence_root=claim.evidence_root,
        computed_at=at,
    )


def _level(levels: Levels) -> dict[str, object]:
    """Give what a page says of an overlay: points, until when, why."""
    overlay = levels.overlay
    if overlay is None:
        return {}
    return {"points": overlay.points, "until": overlay.until.isoformat(), "reason": overlay.reason}


def _keep(score: Score, card: Card, ground: Ground) -> None:
    data = build_evidence(
        Evidence(
            card=card.data,
            record=bytes(score.record),
            signature=score.signature,
            trace=build_bundle(ground.bundle, leaves=[event.leaf for event in ground.events]),
            received=ground.received,
            parties=ground.parties,
        )
    )
    digest = hashlib.sha256(data)
    # It holds opened commitments: as encrypted at rest as those are.
    token = vault.seal(digest.digest(), b64encode(zlib.compress(data, 1)).decode("ascii"))
    ScoreEvidence.objects.create(score=score, sha256=digest.hexdigest(), token=token)
