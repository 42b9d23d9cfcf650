import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import farm, stories
from tests.factories.log import publish
from traceability import log_key
from traceability.ledger import NoteError
from traceability.ledger.report import verify_bundle
from traceability.queries.bundles import bundle_of
from traceability.queries.log import NotInLogError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def test_a_bundle_verifies_with_the_log_s_key() -> None:
    told = stories.rice()
    publish()

    report = verify_bundle(bundle_of(told.bag), vkeys=[log_key.vkey()])

    assert report.subject == told.bag.entity
    assert report.size == 15
    assert len(report.records) == 15
    assert {one.partition(":")[0] for one in report.entities} == {"lot", "plot", "process", "season"}


def test_the_same_log_gives_the_same_bytes() -> None:
    told = stories.rice()
    publish()

    assert bundle_of(told.bag) == bundle_of(told.bag)


def test_records_beyond_the_checkpoint_are_left_out() -> None:
    told = stories.rice()
    publish()
    before = bundle_of(told.bag)
    farm.log(told.season, "tended", by=told.farmer, days=100, operation="weeding")

    assert bundle_of(told.bag) == before


def test_a_bundle_of_what_waits_is_refused() -> None:
    told = stories.rice()

    with pytest.raises(NotInLogError, match="in no published checkpoint"):
        bundle_of(told.bag)


def test_a_lot_that_waits_beside_a_published_one_is_refused() -> None:
    told = stories.rice()
    publish()
    later = farm.make_lot(told.farmer)

    with pytest.raises(NotInLogError, match=str(later.pk)):
        bundle_of(later)


def test_strangers_are_shown_nothing_that_is_private() -> None:
    told = stories.rice()
    publish()

    bundle = bundle_of(told.bag)

    assert json.loads(bundle)["disclosed"] == []
    records = b"".join(base64.b64decode(one) for one in json.loads(bundle)["records"])
    for private in ("东大方", "122.0712", "张三", told.farmer.user.phone):
        assert private.encode() not in records


def test_a_reader_with_more_rights_is_shown_what_they_cover() -> None:
    told = stories.rice()
    publish()

    bundle = bundle_of(told.bag, disclosing={"plot.registered": frozenset({"name"})})

    assert [(one["path"], one["value"]) for one in json.loads(bundle)["disclosed"]] == [("name", "东大方")]
    assert verify_bundle(bundle, vkeys=[log_key.vkey()]).openings == 1


def test_a_bundle_with_a_signed_record_proves_its_key() -> None:
    told = stories.rice()
    stories.signed_photo(told.season, told.farmer)
    publish()

    assert verify_bundle(bundle_of(told.bag), vkeys=[log_key.vkey()]).signatures == 1


def test_a_bundle_takes_three_statements_whatever_its_length() -> None:
    told = stories.rice()
    publish()

    with CaptureQueriesContext(connection) as queries:
        bundle_of(told.bag)

    assert len(queries) == 3


def test_a_bundle_of_another_log_s_key_is_refused() -> None:
    told = stories.rice()
    publish()

    with pytest.raises(NoteError, match="no signature of a trusted key"):
        verify_bundle(bundle_of(told.bag), vkeys=["PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"])


def test_the_command_on_the_page_checks_the_file(tmp_path: Path) -> None:
    told = stories.rice()
    publish()
    file = tmp_path / "lot.trace.json"
    file.write_bytes(bundle_of(told.bag))

    done = subprocess.run(
        [sys.executable, "-m", "traceability.ledger", "verify", str(file), "--vkey", log_key.vkey()],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert told.bag.entity in done.stdout
