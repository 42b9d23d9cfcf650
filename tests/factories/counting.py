"""How many statements a page takes; what the menu asks for grows with the product and is the same each time."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def statements(client: Client, url: str) -> int:
    # The first answer writes to the session.
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)
