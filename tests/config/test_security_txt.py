from datetime import UTC, datetime

import time_machine
from django.test import Client
from pytest_django import Settings

NOON = datetime(2026, 5, 21, 4, tzinfo=UTC)


def test_security_txt_names_a_contact_and_a_day(client: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = "mailto:security@trace.example.cn"

    with time_machine.travel(NOON, tick=False):
        answer = client.get("/.well-known/security.txt", headers={"host": "trace.example.cn"})

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines() == [
        "Contact: mailto:security@trace.example.cn",
        "Expires: 2026-11-17T00:00:00Z",
        "Preferred-Languages: zh, en",
        "Canonical: http://trace.example.cn/.well-known/security.txt",
    ]


def test_without_a_setting_the_contact_is_the_mailbox_that_every_domain_keeps(settings: Settings) -> None:
    assert settings.SECURITY_CONTACT == "mailto:security@suyuan.localhost"
