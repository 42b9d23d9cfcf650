import re

from tests.architecture.sources import APPS, ROOT

TELLING = re.compile(r"\d{4}_(initial|[a-z0-9]+(_[a-z0-9]+)+)")
MIGRATIONS = [path for app in APPS for path in sorted((ROOT / app / "migrations").glob("[0-9]*.py"))]


def test_migrations_have_telling_names() -> None:
    dull = [path.name for path in MIGRATIONS if "_auto_" in path.stem or not TELLING.fullmatch(path.stem)]

    assert dull == []


def test_migrations_can_be_taken_back_or_say_why_not() -> None:
    one_way = [path.name for path in MIGRATIONS if _runs_one_way(path.read_text(encoding="utf-8"))]

    assert one_way == []


def _runs_one_way(text: str) -> bool:
    operations = re.findall(r"migrations\.Run(?:SQL|Python)\(([^)]*)\)", text)
    return "irreversible:" not in text and any("," not in operation for operation in operations)
