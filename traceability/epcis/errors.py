"""What is wrong with a document or an event: where, against which rule, and in words.

The words are templates, so that whoever shows them can translate them first.
"""

from collections.abc import Mapping

_ = str  # marks a text for translation; who shows it translates

MESSAGES: Mapping[str, str] = {
    # The bytes.
    "size": _("%(size)s bytes are more than the limit of %(limit)s"),
    "encoding": _("not UTF-8 at byte %(position)s"),
    "json": _("not JSON at line %(line)s, column %(column)s"),
    "depth": _("nested deeper than %(limit)s levels"),
    "duplicate_name": _("the name “%(name)s” occurs twice in one object"),
    "not_a_number": _("%(text)s is not a JSON number"),
    "number_range": _("the number %(text)s is too long or too large"),
    "surrogate": _("the text holds half of a character (a lone surrogate)"),
    # The document.
    "document_type": _("the type must be EPCISDocument, EPCISQueryDocument or one of the five event types"),
    "no_events": _("the document holds no list of events"),
    # The schema.
    "required": _("“%(name)s” is missing"),
    "unknown_member": _("“%(name)s” is no member of this object; an extension needs a prefix"),
    "wrong_type": _("the value must be of type %(expected)s"),
    "uri": _("“%(value)s” is not a URI"),
    "date_time": _("“%(value)s” is not a date and time with an offset (RFC 3339)"),
    "vocabulary": _("“%(value)s” is neither a word of the standard vocabulary nor a URI of your own"),
    "one_of": _("“%(value)s” must be one of: %(allowed)s"),
    "time_zone_offset": _("“%(value)s” is not an offset such as +08:00"),
    "uom": _("“%(value)s” is not a unit code of two or three characters, such as KGM"),
    "pattern": _("“%(value)s” does not have the form that this member needs"),
    "empty_list": _("the list must not be empty"),
    "repeated_value": _("the list holds a value twice"),
    "no_items": _("the event names no item: give %(expected)s"),
    "ilmd_action": _("“ilmd” is for items that begin: an ObjectEvent with action ADD, or a TransformationEvent"),
    "schema": _("the value does not fit the EPCIS schema"),
    # Beyond the schema.
    "event_type": _("“%(value)s” is not one of the five event types"),
    "future": _("the event's time %(value)s lies in the future"),
    "negative_quantity": _("a quantity must not be negative: %(value)s"),
    "check_digit": _("the check digit of “%(key)s” is wrong: %(expected)s was expected"),
    "too_long": _("the value has %(length)s characters, more than the limit of %(limit)s"),
    "too_large": _("the event touches %(items)s items; its record would have %(size)s bytes of at most %(limit)s"),
}


class EpcisError(Exception):
    """A fault: `pointer` leads to the member (RFC 6901), `rule` is a key of MESSAGES, `params` fill its template."""

    def __init__(self, rule: str, pointer: str = "", /, **params: str | int) -> None:
        super().__init__(rule, pointer, params)
        self.rule = rule
        self.pointer = pointer
        self.params = params

    @property
    def template(self) -> str:
        """Sentence before its parameters are filled in: what to translate."""
        return MESSAGES[self.rule]

    @property
    def message(self) -> str:
        """English sentence, without the pointer."""
        return self.template % self.params

    def __str__(self) -> str:
        return f"{self.pointer or 'document'}: {self.message}"


class DocumentError(EpcisError):
    """The bytes are not a document that two readers would read alike, or it holds no events."""


class SchemaError(EpcisError):
    """A member breaks the JSON Schema of EPCIS 2.0."""


class RuleError(EpcisError):
    """A member keeps to the schema, and yet breaks a rule of the standard or of this platform."""


class SizeError(EpcisError):
    """An event's normal form does not fit into one record of the log."""
