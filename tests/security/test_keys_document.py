import re
from pathlib import Path

from config import settings

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")


def test_every_key_of_the_settings_is_in_the_inventory() -> None:
    source = "\n".join(one.read_text(encoding="utf-8") for one in Path(settings.__file__).parent.glob("*.py"))
    named = set(re.findall(r"^(\w*(?:_KEY|_KEY_FILE|_TOKEN|_SIGNER))\s*=", source, re.MULTILINE))

    assert {"LOG_KEY_FILE", "VAULT_KEY_FILE", "SECRET_KEY", "LOG_SIGNER"} <= named
    assert {name for name in named if f"`{name}`" not in INVENTORY} == set()


def test_the_inventory_says_of_each_key_how_it_is_replaced() -> None:
    table = [line.split("|")[1:-1] for line in INVENTORY.splitlines() if line.startswith("| ")]
    keys = table[1:]

    assert len(keys) >= 9
    assert all(cell.strip() for row in keys for cell in row)
