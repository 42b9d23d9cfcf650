"""The base of this app's errors, and the errors that name a member of what was sent."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from traceability.msgids import gettext_noop as _


class TraceabilityError(Exception):
    """The base of all errors of this app."""


class InputError(TraceabilityError):
    """A member of what was sent breaks a rule.

    `pointer` names the member (JSON Pointer, RFC 6901; empty for the whole), `rule` is a key of MESSAGES, `params` fill
    its places. A page translates `MESSAGES[rule]` and fills in `params`; `message` is the English. `others` are what
    else is wrong, where that was found in the same look.
    """

    others: Sequence["InputError"] = ()

    def __init__(self, pointer: str, rule: str, **params: object) -> None:
        self.pointer = pointer
        self.rule = rule
        self.params = params
        self.message = MESSAGES[rule].format(**params)
        super().__init__(f"{pointer}: {self.message}" if pointer else self.message)


class EventError(InputError):
    """An event's body or its private members break the schema of its type."""


class GeometryError(InputError):
    """A plot's boundary is not one that can be measured."""


class UnitError(InputError):
    """A quantity cannot be read, or not in that unit."""


class DivisionError(InputError):
    """A division code does not name a village."""


class RefusedError(InputError):
    """What was sent is well formed, and a rule of the trade forbids it."""


class NotYoursError(TraceabilityError):
    """Something belongs to another party; to this one it does not exist."""


def child(pointer: str, name: str | int) -> str:
    """Lengthen a JSON Pointer by one member name or index (RFC 6901, section 3)."""
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


# What each rule says where it is broken. Services of this app add theirs here; apps above register theirs.
_MESSAGES = {
    # The shape of what was sent.
    "too_many_bytes": _("has {size} bytes; at most {limit} are taken"),
    "not_an_object": _("must be an object"),
    "not_a_list": _("must be a list"),
    "too_few_items": _("needs at least {limit} items"),
    "too_many_items": _("has more than {limit} items"),
    "missing_member": _("the member {name} is missing"),
    "unknown_member": _("the member {name} is unknown here"),
    "one_of_members": _("needs exactly one of the members {names}"),
    "outside_the_profile": _("cannot be recorded: {detail}"),
    # Values.
    "not_text": _("must be text"),
    "empty_text": _("must not be empty"),
    "text_too_long": _("has more than {limit} characters"),
    "text_not_trimmed": _("must not begin or end with a space"),
    "text_not_normal": _("is not in Unicode form NFC"),
    "text_not_printable": _("holds a character that cannot be shown"),
    "wrong_format": _("must look like {example}"),
    "wrong_check_digit": _("has a wrong check digit"),
    "not_in_list": _("must be one of {choices}"),
    "not_a_decimal": _("must be a decimal number written in plain digits, such as {example}"),
    "not_an_integer": _("must be a whole number"),
    "not_a_boolean": _("must be true or false"),
    "below_minimum": _("must not be below {limit}"),
    "above_maximum": _("must not be above {limit}"),
    "too_many_places": _("has more than {limit} digits behind the point"),
    "not_a_date": _("must be a day of the calendar, such as 2026-09-28"),
    "in_the_future": _("lies in the future"),
    # Events.
    "unknown_event_type": _("{name} is no registered type of event"),
    "wrong_entity": _("an event {type} cannot stand on {entity}"),
    "not_first": _("an event {type} must be the first of its history"),
    "cannot_be_first": _("an event {type} cannot be the first of its history"),
    "nothing_corrected": _("a correction must change or withdraw something"),
    "withdrawn_and_changed": _("what is withdrawn cannot be changed as well"),
    "fixed_member": _("the member {name} can never be changed"),
    "cannot_correct": _("an event {name} cannot be corrected by this one"),
    # EPCIS documents.
    "not_utf8": _("is not UTF-8 at byte {position}"),
    "not_json_at": _("is not JSON at line {line}, column {column}"),
    "too_deep": _("is nested deeper than {limit} levels"),
    "repeated_name": _("the name {name} stands twice in one object"),
    "not_json_number": _("{text} is not a number of JSON"),
    "number_out_of_range": _("the number {text} is too long or too large"),
    "lone_surrogate": _("holds half of a character (a lone surrogate)"),
    "unknown_document_type": _("must be an EPCISDocument, an EPCISQueryDocument or an event of one of the five types"),
    "no_event_list": _("must be a list of events"),
    "unprefixed_member": _("{name} is no member of EPCIS here; an extension needs a prefix"),
    "wrong_json_type": _("must be of JSON type {expected}"),
    "not_a_uri": _("must be a URI; {value} is none"),
    "not_a_moment": _("must be a date and time with an offset, such as 2026-09-28T16:30:00+08:00"),
    "unknown_word": _("{value} is neither a word of the standard vocabulary nor a URI of your own"),
    "repeated_value": _("holds a value twice"),
    "no_items_named": _("names no item: needs {expected}"),
    "ilmd_without_beginning": _("stands only where items begin: an ObjectEvent with action ADD, a TransformationEvent"),
    "not_an_epcis_type": _("{value} is none of the five types of EPCIS events"),
    "outside_schema": _("does not fit the EPCIS schema"),
    "unknown_parameter": _("the parameter {name} is unknown here"),
    "unknown_token": _("is no token of a page"),
    "repeated_parameter": _("the parameter {name} comes twice; several values go into one, with | between them"),
    "repeated_event": _("an event {name} was captured before; declare it wrong to correct it"),
    "foreign_item": _("{name} was registered by another party and is not in your hands"),
    "passed_on_since": _("{name} came out of it and is in other hands by now; the event cannot be declared wrong"),
    "used_since": _(
        "of {name}, which came out of it, something was used, packed, shipped, tested or counted since;"
        " take that back first"
    ),
    "too_large_to_record": _("touches {items} items; its record would have {size} bytes, and at most {limit} fit"),
    # Values of GS1 and their Digital Links.
    "unknown_ai": _("{ai} is no application identifier of GS1"),
    "not_an_element_string": _("is no element string of GS1 from character {position} on"),
    "element_count": _("must hold 1 to {limit} values"),
    "value_too_short": _("the value of ({ai}) is too short"),
    "value_too_long": _("the value of ({ai}) is too long"),
    "value_characters": _("the value of ({ai}) holds a character that it may not hold"),
    "value_content": _("the value of ({ai}) cannot be right: {value}"),
    "two_values": _("({ai}) stands there with two different values"),
    "values_exclude": _("({ai}) and ({other}) exclude each other"),
    "partner_missing": _("({ai}) needs one of these beside it: {needed}"),
    "not_a_digital_link": _("is no GS1 Digital Link"),
    "no_key": _("names no key of GS1 that a Digital Link can begin with"),
    "path_order": _("the path {path} has qualifiers that do not belong to its key, or in a wrong order"),
    "element_twice": _("({ai}) stands there twice"),
    "no_attribute": _("({ai}) cannot stand among the attributes of a Digital Link"),
    "belongs_into_path": _("({ai}) belongs into the path of the Digital Link"),
    # Labels.
    "label_too_small": _("the code's modules would measure {size} mm; scanners need {limit} mm"),
    "label_count": _("must be 1 to {limit} labels"),
    # What the trade forbids.
    "viewer_cannot_write": _("you may look at these records, and not add to them"),
    "too_much_feedback": _("too many people write about this lot just now; try again in an hour"),
    "too_early": _("lies before {day}, the first day that can be told of here"),
    "number_taken": _("the number {name} is taken already"),
    "plot_retired": _("the plot {name} is no longer farmed"),
    "area_exceeds_plot": _("is more than the plot has: {limit} mu"),
    "not_this_year": _("the season of {year} cannot begin on that day"),
    "inside_interval": _("lies within the pre-harvest interval, which ends on {day}; say why"),
    "name_taken": _("the name {name} is taken already"),
    "gtin_of_another": _("the GTIN {name} begins with the company prefix of another organisation"),
    "code_taken": _("the lot number {name} is taken already"),
    "not_a_growth_event": _("{name} is no operation of a season"),
    "photo_missing": _("a photo must come with it"),
    "too_many_photos": _("at most {limit} photos can come with one record"),
    "not_a_photo": _("is no photo that can be read (JPEG, PNG or WebP)"),
    "not_a_pdf": _("is no PDF"),
    "too_many_pixels": _("has more than {limit} pixels"),
    # What phones send.
    "other_log": _("was signed for another log than {name}"),
    "other_actor": _("was signed by another person, or for another party, than the one who sends it"),
    "not_from_a_phone": _("{name} cannot be sent by a phone"),
    "signature_refused": _("the phone's signature does not fit: {detail}"),
    "unsealed_member": _("has no salt, or the wrong one, for the commitment that was signed"),
    "other_day": _("says {said}, and the time that was signed lies on {day}"),
    "typed_disagrees": _("{typed} is not {value}"),
    "other_lot": _("names another lot than this harvest makes"),
    "id_taken": _("the number of this entry was taken before, with other content"),
    "unknown_season": _("there is no such season, or you may not log for its holder"),
    "unknown_plot": _("you have no such plot"),
    "unknown_lot": _("there is no such lot, or it is not in your hands"),
    "unknown_photo": _("no record of yours names this photo"),
    "photo_changed": _("these are not the bytes that the record names"),
    "photo_not_clean": _("a photo from a phone is a plain JPEG without metadata, of at most {limit} bytes"),
    "not_a_laboratory": _("{name} is no confirmed laboratory"),
    "sample_number_taken": _("the lot has a sample {name} already"),
    "already_reported": _("the sample {name} has its report already; correct that one"),
    "repeated_analyte": _("{name} stands in the report twice"),
    "lot_on_the_way": _("{name} is on the way to another party"),
    "not_on_the_way": _("the shipment was answered or taken back already"),
    "weights_differ": _("gross less tare are {kg} kg, which is not the net weight"),
    "weight_missing": _("needs the net weight, or gross and tare"),
    "difference_unexplained": _("{kg} kg were shipped; say why the weight differs"),
    "run_in_use": _("of {name} something was used, shipped, tested or counted; take that back first"),
    "nothing_left": _("of {name} nothing is left"),
    "count_unexplained": _("the books say {kg} kg; say why the count differs"),
    "count_above_books": _(
        "the books say {kg} kg, and no lot grows in the store: correct how much came in or came out,"
        " or take in what is new as a lot of its own"
    ),
    "held_count_unexplained": _("the lot {name} is held or recalled; write down why it is less"),
    "weighed_since": _("{name} was weighed or counted since; what was found then stands, so count it again instead"),
    "judged_since": _("the lot {name} was tested, certified or recalled; it cannot be withdrawn"),
    "same_party": _("is in your hands already"),
    "unknown_party": _("no such party"),
    "lot_held": _("the lot {name} is held; it cannot be used or passed on until it is released"),
    "hold_not_yours": _("only its custodian, a regulator, or the laboratory that tested it may hold a lot"),
    "release_not_yours": _("only who held the lot, or a regulator, may release it"),
    "not_on_hold": _("was released already"),
    "outside_the_order": _("needs no certificate: the order does not speak of this product"),
    "certificate_exists": _("the lot has the certificate {name} already; void that first"),
    "certificate_voided": _("the certificate {name} was voided"),
    "no_basis": _("needs at least one basis"),
    "no_test_on_record": _("no laboratory has reported a passing test of this lot"),
    "own_certificate": _("is your own certificate; a buyer collects it"),
    "goods_not_yours": _("the lot {name} is neither with you nor on its way to you"),
    "collected_already": _("you collected the certificate {name} already"),
    "kept_by_law": _("must be kept until {day}"),
    "more_than_there_is": _("is more than there is of {name}: {kg} kg"),
    "repeated_lot": _("the lot {name} stands there twice"),
    "unknown_quantity": _("of {name} nobody has said how much there is"),
    "unexplained_loss": _("{kg} kg neither came out nor were declared lost; say what became of them"),
    "more_out_than_in": _("{out} kg come out of {into} kg that went in"),
    "already_used": _("of the lot {name} something was used or handed over already"),
    "not_in_your_hands": _("{name} is in another party's hands; its quantity cannot be changed by you"),
    "too_many_records": _("{name} rests on more than {limit} records, too many to show at once"),
    "season_in_use": _("of the season more is recorded; withdraw that first"),
    "too_large_a_family": _("the family of this lot has more than {limit} links, too many to show at once"),
    "recall_not_yours": _("only a regulator, or who made or holds the lot, may recall it"),
    "recall_open_already": _("your party has an open recall of this lot; widen or close that"),
    "recall_closed_already": _("the recall is closed already"),
    "recall_is_drill": _("a drill asks nobody for answers"),
    "more_than_found": _("is more than was found"),
    "not_a_webhook": _("must be an https address with a host's name, on the usual port, without a log-in"),
    "nothing_to_widen": _("nothing further was made of the recalled lots"),
    "already_withdrawn": _("the record was withdrawn already"),
    "not_the_record": _("there is no record {name}"),
    "nothing_to_erase": _("holds no personal data, or they were erased already"),
    "nothing_changed": _("nothing was changed"),
    "regulator_reads_first": _("the food authority reads this first; you may erase it then, or after {days} days"),
    "owner_only": _("only an owner of the organisation may do this"),
    "no_gtin": _("the lot {name} has no GTIN, without which a bag cannot have a serial number"),
    "too_many_codes": _("the lot would have more than {limit} serial numbers"),
    "unknown_serial": _("the lot has no bag with the serial number {name}"),
    # Boundaries of plots.
    "unknown_geometry": _("must be a Point, Polygon, MultiPolygon, Feature or FeatureCollection"),
    "one_plot_wanted": _("must hold exactly one plot; it holds {count}"),
    "missing_plot_id": _("has no plot_id among its properties, so that it can never be found again"),
    "repeated_plot_id": _("the plot_id {name} stands in this document twice"),
    "wrong_reference_system": _("must be in WGS 84, longitude before latitude"),
    "not_a_position": _("must be a longitude and a latitude, both numbers"),
    "not_finite": _("is not a finite number"),
    "too_many_digits": _("has more than {limit} digits behind the point"),
    "longitude_out_of_range": _("the longitude {value} is outside -180 to 180"),
    "latitude_out_of_range": _("the latitude {value} is outside -90 to 90"),
    "coordinates_swapped": _("the latitude {value} is outside -90 to 90: longitude must come first"),
    "too_many_positions": _("has more than {limit} positions"),
    "too_few_positions": _("a ring needs at least 4 positions, the last equal to the first"),
    "ring_not_closed": _("the ring is not closed: its last position is not its first"),
    "ring_without_area": _("the ring encloses no area"),
    "self_crossing": _("the boundary crosses or touches itself near longitude {longitude}, latitude {latitude}"),
    "duplicate_ring": _("the ring is the same as an earlier one"),
    "rings_overlap": _("its rings overlap or share a side near longitude {longitude}, latitude {latitude}"),
    "hole_outside": _("a hole lies outside the outer ring near longitude {longitude}, latitude {latitude}"),
    "parts_overlap": _("its parts overlap or share a side near longitude {longitude}, latitude {latitude}"),
    "area_too_small": _("measures less than {limit} mu"),
    "area_too_large": _("measures more than {limit} mu, which is no plot"),
    "polygon_needed": _("a plot above {limit} mu needs its boundary drawn, not only a point"),
    # Units, codes, days.
    "unknown_unit": _("the unit {name} is not known here; known are {choices}"),
    "not_positive": _("must be above zero"),
    "unit_not_convertible": _("{unit} cannot be converted to {wanted}"),
    "division_format": _("a village's division code has 12 digits"),
    "division_province": _("no province has a code that begins with {name}"),
    "division_not_a_village": _("names a county or township, not a village"),
    # Sheets.
    "old_excel": _("is in the old Excel format (.xls); save it as .xlsx or CSV"),
    "not_excel": _("is no Excel file that can be read"),
    "not_csv": _("is no CSV from here on: a quotation mark stands where none may stand"),
    "unknown_encoding": _("is neither in UTF-8 nor in GBK"),
    "too_many_rows": _("has more than {limit} rows; divide it"),
    "too_many_columns": _("has more than {limit} columns"),
    "cell_too_long": _("has a cell of more than {limit} characters"),
    "headings_missing": _("has no heading {names}"),
    "repeated_heading": _("the heading {name} stands there twice"),
    "cells_beyond_heading": _("has cells to the right of the last heading"),
    "looks_like_formula": _("begins with {name} as a formula does; write it as plain text"),
    "unit_missing": _("needs a unit, in the cell or in brackets behind the heading: {choices}"),
    "differs_from_recorded": _("was recorded before with other content; correct that record instead"),
    "no_season_then": _("plot {plot} has no season on that day"),
    "unknown_plot_number": _("you have no plot {plot}"),
    "load_before_check": _("is still being checked"),
    "repeated_row": _("says the same as line {line}"),
    "differs_from_line": _("is about the same as line {line}, and says something else"),
    "day_without_zone": _("a time needs its time zone before its day can be told"),
}
MESSAGES: Mapping[str, str] = MappingProxyType(_MESSAGES)


def register_messages(messages: Mapping[str, str]) -> None:
    """Take up what the rules of an app above say. Raises ValueError for a rule that says something else already."""
    for rule, message in messages.items():
        if _MESSAGES.setdefault(rule, message) != message:
            raise ValueError(f"{rule}: says something else already")
