"""What a browser calls itself, in two words: enough for its owner to know it again."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

# The first that is found counts: most browsers claim to be others as well.
_PROGRAMS = (
    ("MicroMessenger", "WeChat"),
    ("HuaweiBrowser", "Huawei"),
    ("MiuiBrowser", "Xiaomi"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_name(agent: str) -> str:
    """Name a browser and what it runs on, by its User-Agent."""
    found = [one for one in (_first(_PROGRAMS, agent), _first(_SYSTEMS, agent)) if one]
    return " · ".join(found) or _("Unknown device")


def _first(names: Sequence[tuple[str, str]], agent: str) -> str:
    return next((name for mark, name in names if mark in agent), "")
