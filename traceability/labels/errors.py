from traceability.errors import InputError


class LabelError(InputError):
    """A label cannot be drawn so that people and scanners can read it."""
