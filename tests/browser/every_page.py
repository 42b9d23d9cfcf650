"""Every page that there is, found by the addresses: for each, somebody who may open it and what it is about."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import uuid4

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.cards import card_of
from accounts.enums import OrganisationKind, Role
from accounts.models import Helper, Invitation, Membership, Organisation
from accounts.services.stand_ins import allow_party
from finance.models import AuditRow, BankClient, Consent, Credential, Dispute, Loan, Scorecard
from orders.models import (
    Allocation,
    Campaign,
    MatchRun,
    OrderLine,
    PayoutInstruction,
    PlanSupply,
    PlantingPlan,
    PresaleOffer,
    PresaleOrder,
    Product,
    Recommendation,
    RiskAlert,
    Statement,
    SubstitutionProposal,
)
from orders.queries.orders import token_of
from tests.factories import codes, credit, farm, fruit, market, scored
from tests.factories.bank import make_key, register
from tests.factories.pages import client_of
from tests.factories.parties import make_member, make_user
from tests.factories.stories import Story
from traceability.models import (
    BagCode,
    Certificate,
    Feedback,
    Finding,
    Hold,
    Lot,
    Plot,
    ProcessRun,
    Recall,
    Recipe,
    Sample,
    Season,
    SheetImport,
    Shipment,
)
from traceability.services import recalls
from traceability.services.feedback import Message, give_feedback
from traceability.services.imports import jobs
from traceability.services.imports.jobs import SentSheet

# No page of ours, or none that can be opened by its address alone; each with the reason.
NOT_PAGES: Mapping[str, str] = {
    "admin": "Django's own",
    "metrics": "figures for a program that has the token",
    "account_confirm_login_code": "stands only after a code was sent",
    "account_verify_phone": "stands only after a code was sent",
    "account_reauthenticate": "leads on who has just logged in",
    "account_inactive": "leads on who is active",
    "mfa_login_webauthn": "for the script of the log-in page",
    **dict.fromkeys(
        [
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_add_webauthn",
            "mfa_remove_webauthn",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
        ],
        "stands only after a proof of who asks (tests/browser/test_passkeys.py)",
    ),
    "trace:sent": "its address is a secret of the writer's",
    "labels:clear": "takes a flag away and leads back to the batch",
    "oauth": "for machines; the one page needs a request that was pushed a moment ago",
    "oauth-metadata": "for machines",
    "did-document": "for machines",
    "security-txt": "for who finds a hole",
    "certificate:schema": "for machines",
    "certificate:status": "for machines",
    "certificate:document": "a file",
    "trace:None": "the resolver: it leads to pages, and is none",
    **dict.fromkeys(
        [
            "farm:photo",
            "trace:photo",
            "inspection:file",
            "labels:batch_sheet",
            "labels:card_qr",
            "credit:export",
            "credit:receipt",
            "credit:certificate_code",
            "credit:receivables_json",
            "market:qr",
            "market:file",
            "cards:file",
        ],
        "a file",
    ),
}
_HOLES = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Visit:
    """One page, by its name, its address and who opens it."""

    name: str
    url: str
    member: Membership | None


def furnish(story: Story, operator: Membership) -> list[Membership | None]:
    """Let everything happen that some page tells of, and give everybody who may open pages."""
    regulator = make_member(OrganisationKind.REGULATOR, name="大洼区市场监管局")
    laboratory = make_member(OrganisationKind.LABORATORY, name="检测中心")
    shop = make_member(OrganisationKind.MARKETPLACE, name="辽品优选")
    lot = farm.make_lot(story.farmer)
    farm.make_sample(lot, by=story.farmer, laboratory=laboratory, number="S-9")
    farm.ship(farm.make_lot(story.farmer), by=story.farmer, to=story.mill)
    berries = fruit.make_fruit(story.farmer)
    fruit.issue(berries, by=story.farmer)
    farm.ship(berries, by=story.farmer, to=shop)
    bagged = codes.make_bagged_lot(story.mill)
    codes.make_bags(bagged, by=story.mill)
    farm.hold(farm.make_lot(story.farmer), by=story.farmer)
    farm.recall(farm.make_lot(story.mill), by=story.mill)
    order = recalls.Order(level="2", reason="complaint")
    recalls.open_recall(
        lot=farm.make_lot(story.mill), order=order, entry=farm.entry(farm.NOW), membership=regulator, at=farm.NOW
    )
    milled = farm.make_milled(story.mill, farm.give(farm.make_lot(story.farmer), by=story.farmer, to=story.mill))
    give_feedback(lot=milled, message=Message(id=uuid4(), kind="QUESTION", words="是新米吗？"), at=farm.NOW)
    Recipe.objects.create(
        organisation=story.mill.organisation, name="大米", step="milling", yield_from_percent=60, yield_to_percent=72
    )
    Membership.objects.create(user=make_user("看客"), organisation=story.mill.organisation, role=Role.VIEWER)
    Invitation.objects.create(
        organisation=story.mill.organisation,
        phone="13900000000",
        invited_by=story.mill.user,
        invited_at=farm.NOW,
    )
    _furnish_the_desk(operator)
    season = market.furnish(story.farmer, story.mill, operator)
    harvest = farm.make_lot(story.farmer, season.firm.supply.plan.season)
    market.bring(season.firm, harvest, by=story.farmer, to=story.mill)
    bank = credit.furnish(story.farmer)
    register(bank, make_key())
    allow_party(party=story.mill.organisation, by=story.farmer, at=farm.NOW)
    _send_a_sheet(story.farmer)
    return [story.farmer, story.mill, laboratory, regulator, shop, bank, operator, None]


def _send_a_sheet(farmer: Membership) -> None:
    lines = "地块编号,面积,村代码,登记日期\nA-1,5亩,211104105203,2026-04-01\nA-2,x,1,"
    sheet = SentSheet(id=uuid4(), kind="plots", file_name="地块.csv", data=lines.encode())
    sent = jobs.take(sent=sheet, membership=farmer, at=farm.NOW)
    jobs.run_if_short(sent, clock=lambda: farm.NOW)


def _furnish_the_desk(operator: Membership) -> None:
    Finding.objects.create(table="ledger_entry", row="1", rule="leaf-hash", text="x", found_at=farm.NOW)
    scored.make_card(operator)


def visits(members: Sequence[Membership | None]) -> Iterator[Visit]:
    """Give a visit for each page, or one without an address where nobody can open it."""
    clients = [(member, client_of(member)) for member in members]
    for name, route in routes(get_resolver()):
        part = name.partition(":")[0]
        if part not in NOT_PAGES and name not in NOT_PAGES:
            # A buyer's address is the key to the order: it opens to everybody alike, so one may try all of them.
            yield _visit(name, route, clients[:1] if part == "order" else clients)


def routes(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """List names and routes of everything that is not an API."""
    for one in resolver.url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, route, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern) and not route.startswith("api/"):
            yield f"{space}{one.name}", route


def _visit(name: str, route: str, clients: Sequence[tuple[Membership | None, Client]]) -> Visit:
    for url in _addresses(route):
        for member, client in clients:
            answer = client.get(url)
            if answer.status_code == 200:
                is_page = answer.headers["Content-Type"].startswith("text/html")
                return Visit(name, url if is_page else "", member)
            if answer.status_code == 405:
                # It only takes what a form sends.
                return Visit(name, "", member)
    return Visit(name, "nowhere", None)


def _addresses(route: str) -> Iterator[str]:
    found = known()
    holes = _HOLES.findall(route)
    for values in product(*(found.get(hole, ["x"]) for hole in holes)):
        url = f"/{route}"
        for value in values:
            url = _HOLES.sub(str(value), url, count=1)
        yield url


def known() -> Mapping[str, Sequence[object]]:
    """Give what addresses may be about, by the name of the place that it fills."""
    lots = list(Lot.objects.values_list("pk", flat=True))
    serials = BagCode.objects.select_related("batch__lot")
    return {
        "lot_id": lots,
        "plot_id": list(Plot.objects.values_list("pk", flat=True)),
        "season_id": list(Season.objects.values_list("pk", flat=True)),
        "operation": ["sprayed"],
        "record_id": [*Season.objects.values_list("pk", flat=True), *lots],
        "sample_id": list(Sample.objects.values_list("pk", flat=True)),
        "shipment_id": list(Shipment.objects.values_list("pk", flat=True)),
        **_of_the_market(),
        **_of_credit(),
        "recipe_id": list(Recipe.objects.values_list("pk", flat=True)),
        "recall_id": list(Recall.objects.values_list("pk", flat=True)),
        "hold_id": list(Hold.objects.values_list("pk", flat=True)),
        "certificate_id": list(Certificate.objects.values_list("pk", flat=True)),
        "feedback_id": list(Feedback.objects.values_list("pk", flat=True)),
        "batch_id": sorted({one.batch_id for one in serials}, key=str),
        "import_id": list(SheetImport.objects.values_list("pk", flat=True)),
        "kind": ["plots"],
        "form": ["csv"],
        "card_id": list(Scorecard.objects.values_list("pk", flat=True)),
        "finding_id": list(Finding.objects.values_list("pk", flat=True)),
        "member_id": list(Membership.objects.values_list("pk", flat=True)),
        "key_id": [1],
        "session_number": [1],
        "query_id": list(AuditRow.objects.values_list("pk", flat=True)),
        "client_id": list(BankClient.objects.values_list("pk", flat=True)),
        "gtin": sorted(set(Lot.objects.exclude(gtin="").values_list("gtin", flat=True))),
        "organisation_id": list(Organisation.objects.values_list("pk", flat=True)),
        "invitation_id": list(Invitation.objects.values_list("pk", flat=True)),
        "helper_id": [1],
        "card": [card_of(one) for one in Organisation.objects.filter(kind=OrganisationKind.HOUSEHOLD)],
        "code": [*Product.objects.values_list("code", flat=True), *serials.values_list("serial", flat=True), *_codes()],
        "width": [480],
    }


def _of_the_market() -> Mapping[str, Sequence[object]]:
    return {
        "run_id": [
            *MatchRun.objects.filter(state="proposed").values_list("pk", flat=True),
            *ProcessRun.objects.values_list("pk", flat=True),
        ],
        "offer_id": list(PresaleOffer.objects.order_by("-cutoff_at").values_list("pk", flat=True)),
        "line_id": list(OrderLine.objects.filter(state="placed").order_by("-proposals").values_list("pk", flat=True)),
        "supply_id": list(PlanSupply.objects.order_by("-window__starts_on").values_list("pk", flat=True)),
        "channel": ["shop"],
        "campaign": list(Campaign.objects.values_list("code", flat=True)),
        "recommendation_id": list(Recommendation.objects.values_list("pk", flat=True)),
        "alert_id": list(RiskAlert.objects.values_list("pk", flat=True)),
        "proposal_id": list(SubstitutionProposal.objects.values_list("pk", flat=True)),
        "token": [token_of(one) for one in PresaleOrder.objects.all()],
        "step": ["change", "cancel", "accept", "dispute"],
        "plan_id": list(PlantingPlan.objects.values_list("pk", flat=True)),
        "allocation_id": list(Allocation.objects.values_list("pk", flat=True)),
        "statement_id": list(Statement.objects.values_list("pk", flat=True)),
        "payout_id": list(PayoutInstruction.objects.values_list("pk", flat=True)),
        "name": ["pick", "accept", "inputs_sha256"],
    }


def _of_credit() -> Mapping[str, Sequence[object]]:
    return {
        "consent_id": list(Consent.objects.values_list("pk", flat=True)),
        "credential_id": list(Credential.objects.values_list("pk", flat=True)),
        "loan_id": list(Loan.objects.values_list("pk", flat=True)),
        "farm_id": [one.farm.public_id for one in Helper.objects.select_related("farm")],
        "dispute_id": list(Dispute.objects.values_list("pk", flat=True)),
    }


def _codes() -> list[str]:
    return sorted(set(Lot.objects.exclude(code="").values_list("code", flat=True)))
