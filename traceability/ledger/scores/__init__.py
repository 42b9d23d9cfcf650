"""Scores that anybody can recompute: cards, features from proven events, records, evidence files.

Pure like all of the ledger. The rules are those of `docs/protocol.md`, sections 11 to 14.
"""

from traceability.ledger.scores.card import Card, CropYield, Gate, Scale, Scored, build_card, parse_card
from traceability.ledger.scores.errors import CardError, InputError, Part, ScoreError
from traceability.ledger.scores.evidence import Evidence, build_evidence, evidence_root, openings_of, parse_evidence
from traceability.ledger.scores.features import Features, features_of
from traceability.ledger.scores.figures import Figure
from traceability.ledger.scores.levels import Levels, level_text, levels_of
from traceability.ledger.scores.record import (
    CODE_VERSION,
    Claim,
    Judged,
    approval_text,
    behind_of,
    judge,
    record_bytes,
    sign_record,
)
from traceability.ledger.scores.told import Told
from traceability.ledger.scores.variables import Bin, CategoryVariable, Coded, NumberVariable
from traceability.ledger.scores.verify import ScoreReport, told_of, verify_score

__all__ = [
    "CODE_VERSION",
    "Bin",
    "Card",
    "CardError",
    "CategoryVariable",
    "Claim",
    "Coded",
    "CropYield",
    "Evidence",
    "Features",
    "Figure",
    "Gate",
    "InputError",
    "Judged",
    "Levels",
    "NumberVariable",
    "Part",
    "Scale",
    "ScoreError",
    "ScoreReport",
    "Scored",
    "Told",
    "approval_text",
    "behind_of",
    "build_card",
    "build_evidence",
    "evidence_root",
    "features_of",
    "judge",
    "level_text",
    "levels_of",
    "openings_of",
    "parse_card",
    "parse_evidence",
    "record_bytes",
    "sign_record",
    "told_of",
    "verify_score",
]
