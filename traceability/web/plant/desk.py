"""Who has a desk here."""

from accounts import enums

# Whoever takes goods in, turns them into others, or sends them on.
MAKERS = enums.MAKERS
