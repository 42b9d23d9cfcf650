"""What the rules of consent, scores and loans say where they are broken."""

from traceability.errors import RefusedError


class FinanceConflictError(RefusedError):
    """The same number or id was used for something else."""


MESSAGES: dict[str, str] = {}
