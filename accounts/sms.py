"""Text messages: what sends them stands behind an interface and is chosen by the setting SMS_SENDER."""

import sys
from dataclasses import dataclass
from typing import ClassVar, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


class Sender(Protocol):
    """What brings a text to a phone."""

    def send(self, *, phone: str, text: str) -> None:
        """Send a text to a number in E.164; raises OSError where the network fails."""
        ...


class ConsoleSender:
    """Prints messages, for development: whoever runs the server reads the codes there."""

    def send(self, *, phone: str, text: str) -> None:
        """Print the message."""
        sys.stdout.write(f"SMS to {phone}: {text}\n")
        sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Message:
    """A text that a test reads."""

    phone: str
    text: str


class MemorySender:
    """Keeps messages in memory, for tests."""

    outbox: ClassVar[list[Message]] = []

    def send(self, *, phone: str, text: str) -> None:
        """Keep the message."""
        self.outbox.append(Message(phone, text))


def sender() -> Sender:
    """Make the sender that the settings name."""
    return cast("Sender", import_string(settings.SMS_SENDER)())
