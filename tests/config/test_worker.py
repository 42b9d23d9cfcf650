"""A worker whose broker is away."""

from typing import Any

from kombu.utils.functional import retry_over_time

from config.celery import app
from config.worker import SteadyConsumer


class Away:
    """A broker that is away, as the consumer asks for it: it notes how it would be waited for."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}

    def ensure_connection(self, _errback: object, max_retries: int | None, **said: Any) -> "Away":
        self.said = {"max_retries": max_retries, **said}
        return self


def test_it_looks_for_its_broker_every_few_seconds_and_never_gives_up() -> None:
    consumer = object.__new__(SteadyConsumer)
    consumer.app, consumer.first_connection_attempt = app, False
    broker = Away()

    assert consumer.ensure_connected(broker) is broker

    assert broker.said.pop("callback")
    assert broker.said == {"max_retries": None, "interval_max": 5}
    assert "interval_max" in retry_over_time.__code__.co_varnames


def test_workers_are_of_this_kind() -> None:
    assert app.conf.worker_consumer == "config.worker:SteadyConsumer"
