"""The story as data: tables beside this module, in the words of the services that record them."""

import functools
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from traceability.standards.days import CHINA

FOLDER = Path(__file__).parent / "data"


@functools.cache
def table(name: str) -> Mapping[str, Any]:
    """Read a table. Its weights and shares are decimal text, since a float would not say how finely was measured."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def moment(local: datetime) -> datetime:
    """Give the moment at which clocks in China showed a time."""
    return local.replace(tzinfo=CHINA)
