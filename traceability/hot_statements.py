"""The few statements that every event passes through: prepared once, binary values, several to one round trip.

Django's cursors write each value into the text of the statement, which the server then parses and plans every time. And
of 0.5 ms of Python that psycopg's cursors spend on locking, writing and committing one event, 0.4 ms go into what these
statements have no use for; its own pipeline mode costs as much. `psycopg.pq` is the layer below them.
"""

import select
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.adapt import Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from traceability.binary_values import KINDS

Rows = list[tuple[Any, ...]]
_Session = psycopg.Connection[tuple[Any, ...]]


class HotStatement:
    """A statement and the name by which the server keeps it; its values are $1, $2 and so on, in binary form."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name.encode()
        self.text = text


# A statement with its values.
Call = tuple[HotStatement, Sequence[bytes | None]]


class RowsStatement:
    """A statement on rows of some types; in its text {rows} stands for them, or {any} for any one of single values.

    Arrays carry any number of rows in a statement that stays the same. The one row of a form travels as plain values:
    to take arrays apart would cost the server half as much again.
    """

    def __init__(self, name: str, text: str, *kinds: str) -> None:
        self._kinds = [KINDS[kind] for kind in kinds]
        places = ", ".join(f"${number}::{kind}" for number, kind in enumerate(kinds, 1))
        arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(kinds, 1))
        unnested = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - types and places, no values
        self._one = HotStatement(f"{name}_one", text.format(rows=f"VALUES ({places})", any=places))
        self._many = HotStatement(f"{name}_many", text.format(rows=unnested, any=f"ANY({arrays})"))

    def on(self, rows: Sequence[Sequence[Any]]) -> Call:
        """Return the call with these rows."""
        if len(rows) == 1:
            return self._one, [kind.value(item) for kind, item in zip(self._kinds, rows[0], strict=True)]
        columns = zip(*rows, strict=True)
        return self._many, [kind.array(column) for kind, column in zip(self._kinds, columns, strict=True)]


_BEGIN: Call = (HotStatement("suyuan_begin", "BEGIN"), ())
_COMMIT: Call = (HotStatement("suyuan_commit", "COMMIT"), ())


def run(*calls: Call, begin: bool = False, commit: bool = False) -> list[Rows]:
    """Run statements one after the other on Django's connection, sent as one; give what each of them returned.

    They join the transaction of the atomic block around them. Where there is none, `begin` and `commit` say with which
    statements a transaction begins and ends; whoever begins one calls `roll_back` when anything fails before its end.
    Raises Django's DatabaseError for the first statement that fails; those behind it were not run.
    """
    # Looked up once: behind the name `connection` stands a search that takes 2 us each time.
    database = connections[DEFAULT_DB_ALIAS]
    database.validate_no_broken_transaction()
    if database.connection is None:
        database.ensure_connection()
    session: _Session = database.connection
    # As psycopg itself does: the transaction of an atomic block begins with its first statement.
    begins = begin or (not session.autocommit and session.pgconn.transaction_status == TransactionStatus.IDLE)
    whole = [_BEGIN] * begins + [*calls] + [_COMMIT] * commit
    # Whoever watches statements, or makes them fail, sees one after the other.
    watched = database.execute_wrappers
    returned = [_watched(database, call) for call in whole] if watched else _run(database, whole)
    return returned[begins : begins + len(calls)]


def roll_back() -> None:
    """Undo the transaction that `run` began, if it has not ended."""
    database = connections[DEFAULT_DB_ALIAS]
    session: _Session | None = database.connection
    if session is None or session.pgconn.transaction_status == TransactionStatus.IDLE:
        return
    if session.pgconn.status == ConnStatus.OK:
        # Not prepared: nothing can be, in a transaction that failed.
        with database.wrap_database_errors:
            _tell(session, b"ROLLBACK")
    else:
        # It went with its connection; the next statement opens another one.
        database.close()


def _watched(database: BaseDatabaseWrapper, call: Call) -> Rows:
    def execute(*_: object) -> Rows:
        return _run(database, [call])[0]

    for wrapper in reversed(database.execute_wrappers):
        execute = partial(wrapper, execute)
    return execute(call[0].text, call[1], False, {"connection": database, "cursor": None})


def _run(database: BaseDatabaseWrapper, calls: Sequence[Call]) -> list[Rows]:
    session: _Session = database.connection
    pgconn = session.pgconn

    def send() -> None:
        for statement, values in calls:
            pgconn.send_query_prepared(statement.name, values, [Format.BINARY] * len(values), Format.BINARY)

    try:
        _prepare(session, calls)
        results = _converse(pgconn, send)
    except psycopg.Error as error:
        if isinstance(error, InvalidSqlStatementName):
            # Somebody had the server forget: a pooler by DISCARD ALL; psycopg by DEALLOCATE ALL after each ROLLBACK,
            # once it prepared anything itself. The next attempt of the transaction tells it again.
            _prepared.session = None
        with database.wrap_database_errors:
            raise
    return [_rows(session, result) if result.ntuples else [] for result in results]


class _Prepared(threading.local):
    """What the server of this thread's session has been told."""

    session: _Session | None = None
    statements: set[HotStatement]


_prepared = _Prepared()


def _prepare(session: _Session, calls: Sequence[Call]) -> None:
    if _prepared.session is not session:
        # After an error nobody knows what the server has kept of it all.
        _tell(session, b"DEALLOCATE ALL")
        _prepared.session, _prepared.statements = session, set()
    for statement, _ in calls:
        if statement not in _prepared.statements:
            _converse(session.pgconn, partial(session.pgconn.send_prepare, statement.name, statement.text.encode()))
            _prepared.statements.add(statement)


def _tell(session: _Session, command: bytes) -> None:
    _converse(session.pgconn, partial(session.pgconn.send_query_params, command, None))


def _rows(session: _Session, result: PGresult) -> Rows:
    transformer = Transformer(session)
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)


def _converse(pgconn: PGconn, send: Callable[[], None]) -> list[PGresult]:
    """Send all, read all, and raise the error of the first that failed: the server skips what stands behind it."""
    try:
        pgconn.enter_pipeline_mode()
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
        if result is None:
            # The end of one statement's results; or of all, where there is nobody any more who could send them.
            if pgconn.status != ConnStatus.OK:
                raise psycopg.OperationalError("the connection to the database was lost")
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return results
        else:
            results.append(result)
