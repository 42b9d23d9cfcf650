"""What is wrong with a document or an event: the member, the rule, and the words (`traceability.errors.MESSAGES`)."""

from functools import reduce

from traceability.errors import InputError, child


class EpcisError(InputError):
    """The base of all errors of this package."""


class DocumentError(EpcisError):
    """The bytes are not a document that two readers would read alike, or it holds no events."""


class SchemaError(EpcisError):
    """A member breaks the JSON Schema of EPCIS 2.0."""


class RuleError(EpcisError):
    """A member keeps to the schema, and yet breaks a rule of the standard or of this platform."""


class SizeError(EpcisError):
    """An event's normal form does not fit into one record of the log."""


def join(pointer: str, *steps: str | int) -> str:
    """Lengthen a JSON Pointer by member names and list positions."""
    return reduce(child, steps, pointer)
