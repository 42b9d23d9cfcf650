"""The old name of `traceability.web.trace.text`, for pages that are being written beside this one."""

from traceability.web.trace.text import (
    area,
    capitalised,
    day,
    full_day,
    in_words,
    listed,
    mass,
    plain,
    product,
    village,
)

__all__ = ["area", "capitalised", "day", "full_day", "in_words", "listed", "mass", "plain", "product", "village"]
