"""Fruit lots and their certificates, made through the services as a person would make them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Membership
from tests.factories import farm
from traceability.models import Certificate, Lot
from traceability.services import certificates
from traceability.services.certificates import CertificateFacts
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.holds import Grounds
from traceability.services.lots import LotFacts
from traceability.services.processes import Input, Process, complete_process

PICKED = datetime(2026, 6, 10, 1, 0, tzinfo=UTC)


def make_fruit(member: Membership, *, crop: str = "strawberry", kg: str = "200", **said: Any) -> Lot:
    season = farm.make_season(member, crop=crop, variety="红颜")
    harvest = Harvest(lot=LotFacts(kg=Decimal(kg), product_form="fresh fruit", product_name="丹东草莓", **said))
    return harvest_lot(season=season, entry=farm.entry(PICKED), harvest=harvest, membership=member, at=farm.NOW)


def pack(*sources: Lot, by: Membership, kg: str = "100", name: str = "packing") -> Lot:
    """Pack so much of each lot into one."""
    process = Process(
        name=name,
        inputs=[Input(lot=lot, kg=Decimal(kg)) for lot in sources],
        outputs=[LotFacts(kg=Decimal(kg) * len(sources), product_form="fresh fruit", product_name="草莓礼盒")],
    )
    made = farm.entry(PICKED + timedelta(days=1))
    return complete_process(entry=made, process=process, membership=by, at=farm.NOW)[0]


def facts(**said: Any) -> CertificateFacts:
    known = {"basis": ["quality_control"], "product": "丹东草莓", "kg": Decimal(100), "origin": "辽宁省丹东市东港市"}
    return CertificateFacts(**{**known, "contact": "13900000001", **said})


def issue(lot: Lot, *, by: Membership, days: int = 1, **said: Any) -> Certificate:
    made = farm.entry(PICKED + timedelta(days=days))
    return certificates.issue(lot=lot, entry=made, facts=facts(**said), membership=by, at=farm.NOW)


def void(certificate: Certificate, *, by: Membership, reason: str = "wrong_content") -> Certificate:
    made = farm.entry(PICKED + timedelta(days=3))
    return certificates.void(
        certificate=certificate, entry=made, reason=Grounds(reason=reason), membership=by, at=farm.NOW
    )


def collect(certificate: Certificate, *, by: Membership, days: int = 2) -> Certificate:
    made = farm.entry(PICKED + timedelta(days=days))
    return certificates.collect(certificate=certificate, entry=made, membership=by, at=farm.NOW)
