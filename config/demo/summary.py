"""Where to look, and as whom."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import override

from accounts.models import Membership, User
from accounts.phones import readable
from accounts.queries.memberships import memberships_of
from config.demo.cast import PASSWORD
from config.demo.tables import table
from finance.models import Credential
from traceability.models import BagCode, Lot


def summary() -> dict[str, list[dict[str, str]]]:
    """List the pages and the log-ins that are there, as `make demo` prints them."""
    with override("zh-hans"):
        return {"pages": list(_pages()), "accounts": list(_accounts())}


def _pages() -> Iterator[dict[str, str]]:
    for row in table("shown")["pages"]:
        path = _path(row)
        if path:
            yield {"title": row["title"], "path": path}


def _path(row: Mapping[str, Any]) -> str:
    if "path" in row:
        return str(row["path"])
    if "copied" in row:
        return _copied(row["copied"])
    if "certificate" in row:
        return _certificate(row["certificate"])
    wanted = {"samples__number": row["sample"]} if "sample" in row else {"gtin": row["gtin"], "code": row["code"]}
    lot = Lot.objects.filter(**wanted).first()
    if lot is None:
        return ""
    return reverse("trace:lot", args=[lot.gtin, lot.code]) if lot.gtin else reverse("trace:item", args=[lot.pk])


def _copied(lot: Mapping[str, str]) -> str:
    code = BagCode.objects.filter(gtin=lot["gtin"], batch__lot__code=lot["code"]).exclude(copy_sign="").first()
    return reverse("trace:serial", args=[code.gtin, code.serial]) if code else ""


def _certificate(party: str) -> str:
    owner = next(one["owner"] for one in table("cast")["parties"] if one["key"] == party)
    phone = next(one["phone"] for one in table("cast")["people"] if one["key"] == owner)
    held = Credential.objects.filter(subject__memberships__user__phone=phone, revoked_at=None)
    newest = held.order_by("-issued_at").first()
    return reverse("certificate:show", args=[newest.pk]) if newest else ""


def _accounts() -> Iterator[dict[str, str]]:
    phones = [row["phone"] for row in table("cast")["people"]]
    people = User.objects.in_bulk(phones, field_name="phone")
    for phone in filter(people.__contains__, phones):
        members = list(memberships_of(people[phone]))
        yield {
            "organisation": "、".join(one.organisation.name for one in members),
            "role": _roles(members),
            "phone": readable(phone),
            "password": PASSWORD,
        }


def _roles(members: list[Membership]) -> str:
    return "、".join(dict.fromkeys(one.get_role_display() for one in members))
