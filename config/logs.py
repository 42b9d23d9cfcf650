"""Log lines: JSON for machines or plain for a terminal, with the ids of request and task, and no personal data."""

import logging
import re
from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

import structlog

# A mobile number or an identity number that slipped into a text, such as the detail of a database's error.
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:1[3-9]\d{9}|\d{17}[\dXx])(?![0-9A-Za-z])")
_MASK = "[personal]"
# Sent each second, and worth no line while all is well.
_TICKS = frozenset({"traceability.relay"})
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def without_personal_data(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask numbers of phones and people in every text of a line; of a request only what our own line tells."""
    # Django adds the request itself, whose text has the query string.
    event.pop("request", None)
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _PERSONAL.sub(_MASK, value)
    return event


def without_known_traces(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the error of a request that was told to come again, and leave out where it arose.

    While a database is away every request has one, and whoever looks for a fault of ours would drown in them.
    """
    error = event.get("exc_info")
    if event.get("status_code") == HTTPStatus.SERVICE_UNAVAILABLE and isinstance(error, tuple):
        del event["exc_info"]
        event["error"] = error[0].__name__
    return event


def is_no_tick(record: logging.LogRecord) -> bool:
    """Leave out that a task of each second was received and went well: 170,000 lines a day, in which others drown."""
    told = record.args if isinstance(record.args, Mapping) else {}
    return record.levelno > logging.INFO or told.get("name") not in _TICKS


def settings(*, as_json: bool, level: str = "INFO") -> dict[str, Any]:
    """Make Django's LOGGING: all loggers, those of libraries too, through one handler."""
    last: list[Any] = [structlog.processors.JSONRenderer(ensure_ascii=False)]
    if not as_json:
        last = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    # In JSON a traceback is text like any other, so that it is masked too.
    told = [structlog.processors.format_exc_info] if as_json else []
    formatter = {
        "()": "structlog.stdlib.ProcessorFormatter",
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_known_traces,
            *told,
            without_personal_data,
            *last,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {"no ticks": {"()": lambda: is_no_tick}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no ticks"]}},
        "root": {"handlers": ["console"], "level": level},
        # What it would say, the line of the request says with more.
        "loggers": {"django.server": {"level": "WARNING"}},
    }
