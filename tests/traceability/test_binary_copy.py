import pytest
from django.db import IntegrityError, connection, transaction

from traceability.binary_copy import copy_rows

pytestmark = pytest.mark.django_db


def test_rows_arrive_as_they_were_sent() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE sent (number bigint, name text, data bytea)")
        copy_rows(
            cursor,
            "COPY sent FROM STDIN (FORMAT BINARY)",
            [((7).to_bytes(8, "big"), "盐丰47".encode(), b"\x00\xff"), (bytes(8), b"", None)],
        )
        cursor.execute("SELECT number, name, data FROM sent")
        rows = cursor.fetchall()

    assert [(number, name, data and bytes(data)) for number, name, data in rows] == [
        (7, "盐丰47", b"\x00\xff"),
        (0, "", None),
    ]


def test_no_rows_are_a_copy_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE sent (number bigint)")
        copy_rows(cursor, "COPY sent FROM STDIN (FORMAT BINARY)", [])
        cursor.execute("SELECT count(*) FROM sent")

        assert cursor.fetchone() == (0,)


def test_what_the_server_refuses_is_an_error_of_djangos_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE sent (number bigint NOT NULL)")
        with pytest.raises(IntegrityError, match="violates not-null constraint"), transaction.atomic():
            copy_rows(cursor, "COPY sent FROM STDIN (FORMAT BINARY)", [(None,)])
