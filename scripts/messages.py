"""Translations without gettext's tools: extract texts from the source, take translations from JSON, check, compile.

Catalogues hold no dates and no line numbers and are sorted, so that two branches rarely touch the same line.
Texts in the source are English. The English catalogue therefore holds only what should read otherwise.
"""

import argparse
import contextlib
import fcntl
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("accounts", "config", "finance", "orders", "traceability")
TRANSLATED = "zh_Hans"
SOURCE = "en"
PLURALS = {TRANSLATED: "nplurals=1; plural=0;", SOURCE: "nplurals=2; plural=(n != 1);"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# How a context stands before its text in a key, in catalogues and in our JSON alike.
CONTEXT_END = "\x04"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


@dataclass(slots=True)
class Message:
    """A text of the source: its plural where it has one, and the files that use it."""

    context: str | None
    text: str
    plural: str = ""
    files: set[str] = field(default_factory=set)


def collect(root: Path = ROOT) -> dict[str, Message]:
    """Collect every text for people from Python files and templates, by its key."""
    found: dict[str, Message] = {}
    for path in _sources(root):
        name = path.relative_to(root).as_posix()
        for message in _messages(path):
            known = found.setdefault(key(message.context, message.text), message)
            known.plural = known.plural or message.plural
            known.files.add(name)
    return found


def key(context: str | None, text: str) -> str:
    """Give the name of a text in a catalogue."""
    return f"{context}{CONTEXT_END}{text}" if context else text


def merge(locale: Path, messages: dict[str, Message]) -> None:
    """Bring both catalogues in line with the source: add what is new, drop what is gone, keep translations."""
    for language in PLURALS:
        old = read(locale, language)
        new = {name: _entry(message, old.get(name), language) for name, message in messages.items()}
        kept = new if language == TRANSLATED else {name: entry for name, entry in new.items() if entry.translated()}
        write(locale, language, kept)


def translate(locale: Path, translations: dict[str, str | list[str]]) -> list[str]:
    """Fill in Chinese translations, by key; give the keys that the catalogue does not know."""
    entries = read(locale, TRANSLATED)
    unknown = []
    for name, given in translations.items():
        if name not in entries:
            unknown.append(name)
            continue
        text = given if isinstance(given, str) else given[0]
        if entries[name].msgid_plural:
            entries[name].msgstr_plural = {0: text}
        else:
            entries[name].msgstr = text
    write(locale, TRANSLATED, entries)
    return unknown


def faults(locale: Path, messages: dict[str, Message]) -> Iterator[str]:
    """Tell, text by text, what keeps the Chinese catalogue from being whole."""
    entries = read(locale, TRANSLATED)
    yield from (f"not extracted: {name!r} ({_places(messages[name])})" for name in sorted(messages.keys() - entries))
    yield from (f"no longer used: {name!r}" for name in sorted(entries.keys() - messages))
    for name in sorted(entries.keys() & messages):
        entry = entries[name]
        if not entry.translated():
            yield f"{'fuzzy' if entry.fuzzy else 'not translated'}: {name!r} ({_places(messages[name])})"
        elif fault := _mismatch(entry):
            yield f"{fault}: {name!r}"


def compile_all(locale: Path) -> None:
    """Write what gettext reads at run time beside each catalogue."""
    for path in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        _replace(path.with_suffix(".mo"), polib.pofile(str(path)).to_binary())


def read(locale: Path, language: str) -> dict[str, polib.POEntry]:
    """Read one catalogue, by key; an absent one is empty."""
    path = _path(locale, language)
    entries = polib.pofile(str(path)) if path.exists() else []
    return {key(entry.msgctxt, entry.msgid): entry for entry in entries if not entry.obsolete}


def write(locale: Path, language: str, entries: dict[str, polib.POEntry]) -> None:
    """Write one catalogue, sorted by key, in one step."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    catalogue.extend(entries[name] for name in sorted(entries))
    _replace(_path(locale, language), f"{catalogue}\n".encode())


def _path(locale: Path, language: str) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)


def _sources(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            template = path.suffix in {".html", ".txt"} and "templates" in path.parts
            if template or (path.suffix == ".py" and "migrations" not in path.parts):
                yield path


def _messages(path: Path) -> Iterator[Message]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Blanked templates keep their odd indentation, which means nothing within brackets.
        source = f"(\n{templatize(source, origin=str(path))}\n)"
    for _line, text, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        parts = (text,) if isinstance(text, str) else tuple(text)
        yield Message(context, parts[0], "".join(parts[1:2]))


def _entry(message: Message, old: polib.POEntry | None, language: str) -> polib.POEntry:
    entry = polib.POEntry(msgctxt=message.context, msgid=message.text, msgid_plural=message.plural)
    entry.occurrences = [(name, "") for name in sorted(message.files)]
    if not message.plural:
        entry.msgstr = old.msgstr if old else ""
        return entry
    forms = int(PLURALS[language][len("nplurals=")])
    known = old.msgstr_plural if old else {}
    entry.msgstr_plural = {form: known.get(form, "") for form in range(forms)}
    return entry


def _mismatch(entry: polib.POEntry) -> str:
    wanted = {frozenset(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text}
    for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
        if frozenset(PLACEHOLDER.findall(text)) not in wanted:
            return f"placeholders differ in {text!r}"
        if (text[0] == "\n", text[-1] == "\n") != (entry.msgid[0] == "\n", entry.msgid[-1] == "\n"):
            return f"line ends differ in {text!r}"
    return ""


def _places(message: Message) -> str:
    return ", ".join(sorted(message.files))


@contextlib.contextmanager
def _alone(locale: Path) -> Iterator[None]:
    """Wait until no other call works on the catalogues."""
    locale.mkdir(exist_ok=True)
    descriptor = os.open(locale, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _command_extract(locale: Path) -> None:
    merge(locale, collect())


def _command_translate(locale: Path, files: Sequence[Path]) -> None:
    merge(locale, collect())
    for path in files:
        for name in translate(locale, json.loads(path.read_text(encoding="utf-8"))):
            print(f"{path}: no such text in the source: {name!r}", file=sys.stderr)


def _command_check(locale: Path) -> None:
    found = list(faults(locale, collect()))
    if found:
        sys.exit("\n".join([*found, f"{len(found)} faults in the Chinese catalogue"]))


def main() -> None:
    """Run one of the four commands."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--locale", type=Path, default=ROOT / "locale")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract", help="bring the catalogues in line with the source")
    commands.add_parser("check", help="list what is missing, unused or wrong, and fail")
    commands.add_parser("compile", help="write .mo files")
    commands.add_parser("translate", help="extract, then fill in translations").add_argument(
        "files", type=Path, nargs="+"
    )
    arguments = parser.parse_args()
    with _alone(arguments.locale):
        match arguments.command:
            case "extract":
                _command_extract(arguments.locale)
            case "translate":
                _command_translate(arguments.locale, arguments.files)
            case "check":
                _command_check(arguments.locale)
            case _:
                compile_all(arguments.locale)


if __name__ == "__main__":
    main()
