import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from psycopg.pq import TransactionStatus

from tests.factories.events import NOON, append, new_entity, opening, tending
from traceability import hot_statements
from traceability.models import OutboxEntry
from traceability.services import chain

pytestmark = pytest.mark.django_db(transaction=True)


def deallocate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")


def test_what_a_pooler_had_the_server_forget_is_told_again() -> None:
    entity = new_entity()
    append(opening(entity))
    deallocate()

    (receipt,) = append(tending(entity))

    assert receipt.eseq == 1


def test_what_psycopg_had_the_server_forget_is_told_again() -> None:
    entity = new_entity()
    append(opening(entity))
    connection.connection.prepare_threshold = 0
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute("SELECT 1")
    with transaction.atomic():
        transaction.set_rollback(True)
        psycopg.Cursor(connection.connection).execute("SELECT 1")
    connection.connection.prepare_threshold = None

    (receipt,) = chain.append_alone([tending(entity)], at=NOON)

    assert receipt.eseq == 1


def test_psycopg_prepares_nothing_of_its_own() -> None:
    connection.ensure_connection()

    assert connection.connection.prepare_threshold is None


def test_another_connection_is_told_anew() -> None:
    entity = new_entity()
    append(opening(entity))
    connection.close()

    (receipt,) = chain.append_alone([tending(entity)], at=NOON)

    assert receipt.eseq == 1


def test_a_lost_connection_is_replaced_by_the_next_attempt() -> None:
    entity = new_entity()
    append(opening(entity))
    connection.connection.pgconn.finish()

    with pytest.raises(OperationalError):
        hot_statements.run(begin=True)
    hot_statements.roll_back()
    (receipt,) = chain.append_alone([tending(entity)], at=NOON)

    assert (receipt.eseq, OutboxEntry.objects.count()) == (1, 2)
    assert connection.connection.pgconn.transaction_status == TransactionStatus.IDLE
