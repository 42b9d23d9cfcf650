"""The ground of a storm, made through the services: farms with phones, and whom else the storm needs. All generated."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import import_module
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.enums import KINDS_TO_CONFIRM, KeyRole, OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from accounts.services.keys import RANDOM_BYTES, create_key
from benchmarks.storm_people import Farm
from traceability.models import Season
from traceability.services.entries import Entry
from traceability.services.harvests import Harvest, harvest_lot
from traceability.services.keys import NewKey, possession_statement
from traceability.services.lots import LotFacts
from traceability.services.phone_keys import register_phone
from traceability.services.plots import PlotFacts, register_plot
from traceability.services.seasons import SeasonFacts, open_season
from traceability.web.trace.addresses import address_of

_VILLAGE = "211104105203"
_FIRST_PHONE = 13_900_000_000


def make_member(kind: OrganisationKind, *, name: str, number: int, at: datetime) -> Membership:
    """Make a party and somebody who acts for it."""
    confirmed = at if kind in KINDS_TO_CONFIRM else None
    party = Organisation.objects.create(kind=kind, name=name, confirmed_at=confirmed)
    user = User.objects.create(phone=f"+86{_FIRST_PHONE + number}", name=name, phone_verified=True)
    return Membership.objects.create(user=user, organisation=party, role=Role.OWNER)


def make_farm(number: int, *, at: datetime) -> Farm:
    """Make a household with a plot, a season that has begun, a phone whose key is registered, and a lot to trace."""
    member = make_member(OrganisationKind.HOUSEHOLD, name=f"generated farm {number}", number=number, at=at)
    season = _season(member, at=at)
    key = Ed25519PrivateKey.generate()
    _register(key, member, at=at)
    facts = LotFacts(kg=Decimal(900), product_form="paddy", product_name="稻谷")
    picked = Entry(id=uuid4(), time=at - timedelta(days=1))
    lot = harvest_lot(season=season, entry=picked, harvest=Harvest(lot=facts), membership=member, at=at)
    return Farm(
        log=settings.LOG_ORIGIN,
        session=_session(member.user),
        actor={"id": str(member.user.public_id), "party": str(member.organisation.public_id)},
        season=season.entity,
        key=key.private_bytes_raw().hex(),
        trace=address_of(lot),
        api_key=make_api_key(member, at=at),
    )


def make_api_key(member: Membership, *, at: datetime) -> str:
    """Make a key for a party's machine."""
    random = secrets.token_bytes(RANDOM_BYTES)
    return create_key(by=member, name="generated", role=KeyRole.RECORDER, random=random, at=at)[1]


def _season(member: Membership, *, at: datetime) -> Season:
    begun = at - timedelta(days=100)
    plot_facts = PlotFacts(number="G-1", division_code=_VILLAGE, declared_mu=Decimal(12))
    plot = register_plot(entry=Entry(id=uuid4(), time=begun), facts=plot_facts, membership=member, at=at)
    facts = SeasonFacts(crop="rice", variety="generated", year=begun.year, area_mu=Decimal(12))
    return open_season(plot=plot, entry=Entry(id=uuid4(), time=begun), facts=facts, membership=member, at=at)


def _register(key: Ed25519PrivateKey, member: Membership, *, at: datetime) -> None:
    public = key.public_key().public_bytes_raw()
    made = NewKey(public=public, proof=key.sign(possession_statement(public, member)))
    register_phone(entry=Entry(id=uuid4(), time=at - timedelta(days=99)), key=made, membership=member, at=at)


def _session(user: User) -> str:
    """Log somebody in as a farmer's own phone is: for a season."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)
