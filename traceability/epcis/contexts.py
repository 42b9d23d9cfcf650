"""JSON-LD contexts: which namespace a prefix stands for. Nothing is fetched; the published contexts are shipped."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from traceability.epcis.schema import FOLDER

# Both are "the" EPCIS 2.0 context, and differ in the datatype of quantities only.
FILES = ("epcis-context.ref-2.0.0.jsonld", "epcis-context.gs1-github.jsonld")


def namespaces(contexts: Iterable[Any]) -> dict[str, str]:
    """Collect the prefixes that contexts declare, on top of those of the EPCIS context itself; later ones win."""
    found = dict(_standard())
    for context in contexts:
        if isinstance(context, dict):
            found |= _prefixes(context)
    return found


def expand(text: str, prefixes: Mapping[str, str]) -> str:
    """Write out a compact URI (`gs1:Mass`) whose prefix is known; any other text stays as it is."""
    prefix, colon, rest = text.partition(":")
    # What follows with two slashes is a URI already (JSON-LD 1.1, 5.2).
    return prefixes[prefix] + rest if colon and prefix in prefixes and not rest.startswith("//") else text


def split_name(name: str, prefixes: Mapping[str, str]) -> str:
    """Write a member's name as the event hash does: its namespace in braces, then its local name."""
    prefix, colon, local = name.partition(":")
    return f"{{{prefixes[prefix]}}}{local}" if colon and prefix in prefixes else name


@cache
def _standard() -> Mapping[str, str]:
    context = json.loads((FOLDER / FILES[0]).read_bytes())["@context"]
    return {name: uri for name, uri in _prefixes(context).items() if uri.endswith(("/", "#", ":"))}


def _prefixes(context: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, term in context.items():
        uri = term.get("@id") if isinstance(term, dict) else term
        if isinstance(uri, str) and not name.startswith("@"):
            found[name] = uri
    return found
