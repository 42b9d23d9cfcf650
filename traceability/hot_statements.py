"""The few statements that every event passes through: prepared once, binary values, several to one round trip.

Django's cursors write each value into the text of the statement, which the server then parses and plans every time. And
of 0.5 ms of Python that psycopg's cursors spend on locking, writing and committing one event, 0.4 ms go into what these
statements have no use for; its own pipeline mode costs as much. `psycopg.pq` is the layer below them.
"""

import select
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult


@dataclass(frozen=True, slots=True)
class HotStatement:
    """A statement with the name by which the server keeps it; its values are $1, $2 and so on, in binary form."""

    name: str
    text: str


class Answer(NamedTuple):
    """The rows that a statement returned, and how many it touched."""

    rows: list[tuple[Any, ...]]
    touched: int


Call = tuple[HotStatement, Sequence[bytes | None]]
_Psycopg = psycopg.Connection[tuple[Any, ...]]
# Which statements the server of each connection has been told.
_prepared: WeakKeyDictionary[_Psycopg, set[HotStatement]] = WeakKeyDictionary()


def run(*calls: Call) -> list[Answer]:
    """Run statements one after the other on Django's connection, sent as one.

    They join the transaction of the atomic block around them. Raises Django's DatabaseError for the first that fails;
    those behind it were not run.
    """
    # Looked up once: behind the name `connection` stands a search that takes 2 us each time.
    database = connections[DEFAULT_DB_ALIAS]
    database.validate_no_broken_transaction()
    database.ensure_connection()
    with database.wrap_database_errors:
        if not database.execute_wrappers:
            return _run(database.connection, calls)
        # Whoever watches statements, or makes them fail, sees one after the other.
        return [_watched(database, call) for call in calls]


def _watched(database: BaseDatabaseWrapper, call: Call) -> Answer:
    def execute(*_: object) -> Answer:
        return _run(database.connection, [call])[0]

    for wrapper in reversed(database.execute_wrappers):
        execute = partial(wrapper, execute)
    return execute(call[0].text, call[1], False, {"connection": database, "cursor": None})


def _run(session: _Psycopg, calls: Sequence[Call]) -> list[Answer]:
    pgconn = session.pgconn
    _prepare(session, {statement for statement, _ in calls})
    # As psycopg itself does: a transaction begins with its first statement, and costs no round trip of its own.
    begins = not session.autocommit and pgconn.transaction_status == TransactionStatus.IDLE
    sends: list[Callable[[], None]] = [partial(pgconn.send_query_params, b"BEGIN", None)] if begins else []
    for statement, values in calls:
        formats = [Format.BINARY] * len(values)
        sends.append(
            partial(pgconn.send_query_prepared, statement.name.encode(), values, formats, result_format=Format.BINARY)
        )
    results = _converse(pgconn, sends)
    return [_answer(session, result) for result in results[begins:]]


def _prepare(session: _Psycopg, statements: set[HotStatement]) -> None:
    known = _prepared.setdefault(session, set())
    if statements <= known:
        return
    missing = statements - known
    _converse(
        session.pgconn, [partial(session.pgconn.send_prepare, one.name.encode(), one.text.encode()) for one in missing]
    )
    known |= missing


def _answer(session: _Psycopg, result: PGresult) -> Answer:
    rows: list[tuple[Any, ...]] = []
    if result.ntuples:
        transformer = Transformer(session)
        transformer.set_pgresult(result)
        rows = transformer.load_rows(0, result.ntuples, tuple)
    return Answer(rows, result.command_tuples or 0)


def _converse(pgconn: PGconn, sends: Iterable[Callable[[], None]]) -> list[PGresult]:
    """Send all, read all, and raise the error of the first that failed: the server skips what stands behind it."""
    try:
        pgconn.enter_pipeline_mode()
        for send in sends:
            send()
        pgconn.pipeline_sync()
        results = _results(pgconn)
        pgconn.exit_pipeline_mode()
    except BaseException:
        # Half of a conversation is on the wire: nobody can go on with this connection.
        pgconn.finish()
        raise
    for result in results:
        if result.status == ExecStatus.FATAL_ERROR:
            raise error_from_result(result)
    return results


def _results(pgconn: PGconn) -> list[PGresult]:
    # Waiting here and not inside of libpq: it would keep all other threads from going on, perhaps the very one that
    # holds what this one waits for.
    poll = select.poll()
    poll.register(pgconn.socket, select.POLLIN | select.POLLOUT)
    while pgconn.flush():
        poll.poll()
        pgconn.consume_input()
    poll.modify(pgconn.socket, select.POLLIN)
    results: list[PGresult] = []
    while True:
        while pgconn.is_busy():
            poll.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
            return results
        if result is not None:
            results.append(result)
        elif pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError("the connection to the database was lost")
