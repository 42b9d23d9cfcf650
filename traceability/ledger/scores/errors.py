"""What is wrong with a card, an event or a score, and in which part of an evidence file."""

from enum import StrEnum

from traceability.ledger.errors import LedgerError


class Part(StrEnum):
    """The parts of an evidence file, as a refusal names them."""

    FILE = "file"
    EVENT = "event"
    PROOF = "proof"
    CARD = "card"
    CONSENT = "consent"
    SCORE = "score"


class ScoreError(LedgerError):
    """An evidence file does not show the score that it claims; `part` says where it fails."""

    def __init__(self, part: Part, reason: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part


class CardError(ScoreError):
    """A card is malformed, or its id is not its hash."""

    def __init__(self, reason: str) -> None:
        super().__init__(Part.CARD, reason)


class InputError(ScoreError):
    """A value cannot be scored: not a number, negative, of no known unit, told twice, or from the future."""

    def __init__(self, reason: str) -> None:
        super().__init__(Part.EVENT, reason)
