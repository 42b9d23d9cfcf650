"""The event hash id of CBV 2.0 (section 8.9): one name for one event, however it is written down.

An event becomes a pre-hash string: names and values in a fixed order without separators, moments in UTC with
milliseconds, numbers without trailing zeros, words of the vocabulary and GS1 keys as web URIs, lists sorted. The
reference implementation of GS1's working group decides where the text leaves a choice.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from traceability.epcis import identifiers
from traceability.epcis.contexts import expand, namespaces, split_name
from traceability.epcis.documents import Event
from traceability.epcis.formats import moment
from traceability.epcis.numbers import MAX_DIGITS, Number, plain

_CBV = "https://ref.gs1.org/cbv/"
_VOC = "https://gs1.org/voc/"
_URN_WORDS = {"bizstep": "BizStep-", "disp": "Disp-", "btt": "BTT-", "sdt": "SDT-", "er": "ER-"}
_WORDS = {
    "bizStep": f"{_CBV}BizStep-",
    "disposition": f"{_CBV}Disp-",
    "set": f"{_CBV}Disp-",
    "unset": f"{_CBV}Disp-",
    "bizTransactionList": f"{_CBV}BTT-",
    "sourceList": f"{_CBV}SDT-",
    "destinationList": f"{_CBV}SDT-",
    "sensorReport": _VOC,
    "exception": _VOC,
    "component": f"{_CBV}Comp-",
}
# Moments of extensions stay as they are written: no context says that they are moments.
_MOMENTS = frozenset({"eventTime", "time", "startTime", "endTime"})
_NUMERIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
# Comments say nothing about the event; the rest differs between two captures of one event.
_COMMENTS = frozenset({"rdfs:comment", "comment"})
_LEFT_OUT = _COMMENTS | {"@context", "type", "recordTime", "eventID", "errorDeclaration"}
_ORDER = (
    "eventTime",
    "eventTimeZoneOffset",
    "certificationInfo",
    "epcList",
    "parentID",
    "inputEPCList",
    "childEPCs",
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "action",
    "transformationID",
    "bizStep",
    "disposition",
    "persistentDisposition",
    "readPoint",
    "bizLocation",
    # Transactions, sources and destinations come after it, sorted among ilmd and extensions: the standard's table has
    # them before, its reference implementation and the hashes published with it do not.
    "sensorElementList",
)
_QUANTITY = ("epcClass", "quantity", "uom")
_METADATA = (
    "time",
    "startTime",
    "endTime",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
)
_REPORT = (
    "type",
    "exception",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "time",
    "microorganism",
    "chemicalSubstance",
    "value",
    "component",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
    "uom",
    "coordinateReferenceSystem",
)


def event_hash_id(event: Event) -> str:
    """Compute the hash id of one event: `ni:///sha-256;...?ver=CBV2.0`. Requires an event that keeps to the schema."""
    digest = hashlib.sha256(prehash(event).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def prehash(event: Event) -> str:
    """Write the string that is hashed. Requires an event that keeps to the schema."""
    return _Writer(namespaces(event.contexts)).event(event)


@dataclass(frozen=True, slots=True)
class _Writer:
    prefixes: Mapping[str, str]

    def event(self, event: Event) -> str:
        members = {
            name: value
            for name, value in event.value.items()
            if name not in _LEFT_OUT and name not in event.ignored and value is not None
        }
        ordered = "".join(self._standard(name, members[name]) for name in _ORDER if name in members)
        rest = [self._other(name, value) for name, value in members.items() if name not in _ORDER]
        rest.append(self._rules_of_reports(members.get("sensorElementList", ())))
        return f"eventType={event.type}{ordered}{''.join(sorted(rest))}"

    def _standard(self, name: str, value: Any) -> str:
        writer = _WRITERS.get(name)
        return writer(self, name, value) if writer else self._repeated(name, value)

    def _other(self, name: str, value: Any) -> str:
        if name in {"bizTransactionList", "sourceList", "destinationList"}:
            return self._pairs(name, value)
        if name == "ilmd":
            return name + self._extensions(value)
        return self._extension(name, value)

    def _repeated(self, name: str, value: Any) -> str:
        values = value if isinstance(value, list) else [value]
        return "".join(sorted(self._scalar(name, one) for one in values))

    def _scalar(self, name: str, value: Any, words: str = "") -> str:
        text = self._text(value, words or _WORDS.get(name, "")) if name not in _MOMENTS else _moment(value)
        return f"{name}={text}" if text else ""

    def epcs(self, name: str, value: Sequence[Any]) -> str:
        return name + self._repeated("epc", value) if value else ""

    def quantities(self, name: str, value: Sequence[Any]) -> str:
        elements = sorted("quantityElement" + self._members(one, _QUANTITY) for one in value)
        return name + "".join(elements) if elements else ""

    def dispositions(self, name: str, value: Mapping[str, Any]) -> str:
        return name + "".join(self._repeated(part, value[part]) for part in ("set", "unset") if part in value)

    def place(self, name: str, value: Mapping[str, Any]) -> str:
        return name + self._members(value, ("id",))

    def _pairs(self, name: str, value: Sequence[Any]) -> str:
        inner = name.removesuffix("List")
        pairs = [self._members(one, ("type", inner), _WORDS[name]) for one in value]
        return name + "".join(sorted(pairs)) if pairs else ""

    def sensor_elements(self, name: str, value: Sequence[Any]) -> str:
        return name + "".join(sorted(map(self._sensor_element, value))) if value else ""

    def _sensor_element(self, element: Mapping[str, Any]) -> str:
        metadata = element.get("sensorMetadata")
        reports = (
            self._members({name: one for name, one in report.items() if name != "bizRules"}, _REPORT, _VOC)
            for report in element["sensorReport"]
        )
        return "".join(
            (
                "sensorElement",
                "sensorMetadata" + self._members(metadata, _METADATA) if metadata else "",
                *sorted("sensorReport" + report for report in reports),
                self._extensions(element, but=("sensorMetadata", "sensorReport")),
            )
        )

    def _rules_of_reports(self, elements: Sequence[Any]) -> str:
        # The order of the standard forgets the rules of a single report. The reference implementation writes such
        # remains behind the ordered part, under the names that lead to them.
        remains = []
        for element in elements:
            rules = [self._scalar("bizRules", one["bizRules"]) for one in element["sensorReport"] if "bizRules" in one]
            if rules:
                remains.append("sensorElement" + "".join(sorted("sensorReport" + one for one in rules)))
        return "sensorElementList" + "".join(sorted(remains)) if remains else ""

    def _members(self, value: Mapping[str, Any], order: Sequence[str], words_of_type: str = "") -> str:
        """Write an object: members of the standard in their order, then extensions sorted."""
        known = (
            self._scalar(name, value[name], words_of_type if name == "type" else "")
            for name in order
            if value.get(name) is not None
        )
        return "".join(known) + self._extensions(value, but=order)

    def _extensions(self, value: Mapping[str, Any], *, but: Sequence[str] = ()) -> str:
        skipped = _COMMENTS.union(but, ("#text",))
        return "".join(sorted(self._extension(name, one) for name, one in value.items() if name not in skipped))

    def _extension(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, list):
            return "".join(sorted(self._extension(name, one) for one in value))
        written = split_name(name, self.prefixes)
        inner = value.get("#text", "") if isinstance(value, dict) else value
        text = self._text(inner, "")
        nested = self._extensions(value) if isinstance(value, dict) else ""
        return written + (f"={text}" if text else "") + nested

    def _text(self, value: Any, words: str) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Number):
            return plain(value)
        text = str(value).strip()
        if words and ":" not in text:
            return words + text
        return _canonical(expand(text, self.prefixes))


_WRITERS: Mapping[str, Callable[[_Writer, str, Any], str]] = {
    **dict.fromkeys(("epcList", "inputEPCList", "childEPCs", "outputEPCList"), _Writer.epcs),
    **dict.fromkeys(
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _Writer.quantities
    ),
    "persistentDisposition": _Writer.dispositions,
    "readPoint": _Writer.place,
    "bizLocation": _Writer.place,
    "sensorElementList": _Writer.sensor_elements,
}


def _canonical(text: str) -> str:
    if text.startswith("urn:epcglobal:cbv:"):
        vocabulary, _, word = text.removeprefix("urn:epcglobal:cbv:").partition(":")
        return _CBV + _URN_WORDS[vocabulary] + word if vocabulary in _URN_WORDS else text
    # XML has no numbers, so that a text of digits must read the same as the number.
    if len(text) <= MAX_DIGITS and _NUMERIC.fullmatch(text):
        return plain(Decimal(text))
    return identifiers.canonical(text)


def _moment(text: str) -> str:
    # Cut to milliseconds: rounding came with CBV 2.1.
    return moment(text.strip()).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
