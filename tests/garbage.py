"""No search for garbage among what is loaded once: modules, tests and tables of addresses stay until the end.

Python would look through all of it again and again, while it is read in and in every full search afterwards.
"""

import gc

import pytest

gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Set apart what there is now, and look for garbage in what tests make."""
    gc.freeze()
    gc.enable()
