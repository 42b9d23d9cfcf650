import io
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Membership
from tests.factories.pages import client_of, errors_of, send
from traceability.models import Plot, SheetImport
from traceability.web.imports.urls import urlpatterns

pytestmark = pytest.mark.django_db

HEADING = "地块编号,地块名称,面积(亩),村代码,经度,纬度,登记日期,备注,公式"
GOOD = "A-1,东大方,38.6,211104105203,,,2026-04-01,,"
BAD = "A-2,西大方,many,211104105203,,,2026-04-01,,"
FORMULA = "A-3,=1+1,5,211104105203,,,2026-04-01,,"


def file(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("ours.csv", "\n".join(lines).encode())


def upload(member: Membership, *lines: str) -> Any:
    return send(client_of(member), reverse("imports:home"), kind="plots", file=file(*lines))


def the_import() -> SheetImport:
    return SheetImport.objects.get()


def test_a_sheet_is_checked_read_and_loaded(farmer: Membership) -> None:
    client = client_of(farmer)
    answer = upload(farmer, HEADING, GOOD, BAD, FORMULA)
    address = reverse("imports:report", args=[the_import().pk])
    assert answer.url == address

    page = client.get(address)
    text = page.content.decode()
    assert "Record 1 row<" in text
    assert "are left out: 公式" in text
    assert [(one.line, one.column, one.value) for one in page.context["page"]] == [
        (3, "面积", "many"),
        (4, "地块名称", "=1+1"),
    ]
    assert Plot.objects.count() == 0

    for _twice in range(2):
        assert client.post(reverse("imports:load", args=[the_import().pk])).headers["Location"] == address
    assert "1 row is recorded" in client.get(address).content.decode()
    assert Plot.objects.get().number == "A-1"


def test_bad_rows_come_back_as_a_file_that_is_safe_to_open(farmer: Membership) -> None:
    upload(farmer, HEADING, GOOD, BAD, FORMULA)

    answer = client_of(farmer).get(reverse("imports:bad_rows", args=[the_import().pk]))

    assert answer.content.decode("utf-8-sig").split("\r\n")[:3] == [HEADING, BAD, FORMULA.replace("=1+1", "'=1+1")]
    assert "bad%20rows.csv" in answer["Content-Disposition"] or '"bad rows.csv"' in answer["Content-Disposition"]


def test_what_is_no_sheet_is_refused_in_words(farmer: Membership) -> None:
    page = upload(farmer, "a,b", "1,2")

    assert errors_of(page) == {"__all__": ["Has no heading 地块编号, 面积, 村代码, 登记日期"]}
    assert SheetImport.objects.count() == 0


@pytest.mark.parametrize("kind", ["plots", "growth"])
def test_templates_hold_headings_and_an_example(kind: str, farmer: Membership) -> None:
    client = client_of(farmer)

    as_csv = client.get(reverse("imports:template", args=[kind, "csv"])).content.decode("utf-8-sig").splitlines()
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("imports:template", args=[kind, "xlsx"])).content))

    assert as_csv[0].startswith("地块编号,")
    assert "示例" in as_csv[1]
    assert book.worksheets[0]["A1"].value == "地块编号"
    assert client.get(reverse("imports:template", args=["intakes", "csv"])).status_code == 404
    assert client.get(reverse("imports:template", args=[kind, "pdf"])).status_code == 404


def test_to_a_stranger_nothing_of_anothers_is_there(farmer: Membership, stranger: Membership) -> None:
    upload(farmer, HEADING, GOOD)
    own = {"home": [], "template": ["plots", "csv"]}
    of_one = {pattern.name: [the_import().pk] for pattern in urlpatterns if pattern.name not in own}

    for name, args in of_one.items():
        for method in ("get", "post"):
            answer = getattr(client_of(stranger), method)(reverse(f"imports:{name}", args=args))
            assert answer.status_code == (405 if (name, method) == ("load", "get") else 404), (name, method)
    assert b"ours.csv" not in client_of(stranger).get(reverse("imports:home")).content
    assert Plot.objects.count() == 0


def test_a_viewer_reads_and_sends_nothing(farmer: Membership, viewer: Membership) -> None:
    upload(farmer, HEADING, GOOD)
    client = client_of(viewer)

    assert client.get(reverse("imports:report", args=[the_import().pk])).status_code == 200
    assert "form" in client.get(reverse("imports:home")).context
    assert b"enctype" not in client.get(reverse("imports:home")).content
    assert client.post(reverse("imports:load", args=[the_import().pk])).status_code == 403
    page = client.post(reverse("imports:home"), {"import_id": uuid4(), "kind": "plots", "file": file(HEADING, GOOD)})
    assert page.status_code == 200
    assert SheetImport.objects.count() == 1


def test_nobody_is_asked_to_log_in() -> None:
    assert client_of(None).get(reverse("imports:home")).status_code == 302
