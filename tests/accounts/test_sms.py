import pytest
from pytest_django import Settings

from accounts.sms import ConsoleSender, MemorySender, Message, sender


def test_sender_is_the_one_that_the_settings_name(settings: Settings) -> None:
    settings.SMS_SENDER = "accounts.sms.ConsoleSender"

    assert isinstance(sender(), ConsoleSender)


def test_memory_sender_keeps_messages(texts: list[Message]) -> None:
    MemorySender().send(phone="+8613800138000", text="你好")

    assert texts == [Message("+8613800138000", "你好")]


def test_console_sender_prints_messages(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleSender().send(phone="+8613800138000", text="你好")

    assert capsys.readouterr().out == "SMS to +8613800138000: 你好\n"
