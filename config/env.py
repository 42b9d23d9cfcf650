"""The environment, read by typed functions that refuse nonsense."""

import os
from collections.abc import Collection
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class SettingError(ValueError):
    """A setting is missing or cannot be read; the text names the variable."""


def text(name: str, default: str | None = None) -> str:
    """Read a text; `NAME_FILE` may name a file that holds it, so that secrets stay out of the environment."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    found = os.environ.get(name, default)
    if found is None:
        raise SettingError(f"{name}: not set, and neither is {name}_FILE")
    return found


def flag(name: str, *, default: bool) -> bool:
    """Read a yes or no; anything but 1/0, true/false, yes/no is refused."""
    found = os.environ.get(name)
    if found is None:
        return default
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if found.lower() not in words:
        raise SettingError(f"{name}: {found!r} is neither yes nor no")
    return words[found.lower()]


def number(name: str, default: int, *, at_least: int = 0) -> int:
    """Read a whole number that is not below a bound."""
    found = os.environ.get(name, str(default))
    if not found.isascii() or not found.isdigit() or int(found) < at_least:
        raise SettingError(f"{name}: {found!r} is no whole number of at least {at_least}")
    return int(found)


def words(name: str, default: str = "", *, known: Collection[str] | None = None) -> list[str]:
    """Read a list parted by commas, empty parts dropped; a word that is not among the known ones is refused."""
    found = [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]
    if known is not None and (strange := sorted(set(found) - set(known))):
        raise SettingError(f"{name}: {strange[0]!r} is none of {', '.join(sorted(known))}")
    return found


def folder(name: str, default: Path) -> Path:
    """Read a path of a folder, absolute after reading."""
    return Path(os.environ.get(name) or default).resolve()


def postgres(url: str) -> dict[str, object]:
    """Turn `postgresql://user:password@host:port/name?host=/socket/folder` into Django's settings of one database."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingError(f"database address: scheme {parts.scheme!r} is not postgresql")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }
