"""Other people's documents: every item in the published EPCIS examples has a page, and a bundle that checks."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from accounts.enums import OrganisationKind, Provenance
from tests.browser.node import Verifier
from tests.factories import farm
from tests.factories.log import publish
from tests.factories.parties import make_member
from traceability import log_key
from traceability.ledger.report import verify_bundle
from traceability.models import Lot
from traceability.queries.bundles import bundle_of
from traceability.services.capture import take
from traceability.services.captured_events import Capturer
from traceability.web.trace.addresses import address_of
from traceability.web.trace.text import capitalised

EXAMPLES = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "epcis" / "examples"
CHAIN = EXAMPLES / "fsma204-gs1us"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("log_keys"),
    pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"no conformance data at {EXAMPLES}"),
]


def capture(folder: Path) -> None:
    member = make_member(OrganisationKind.PROCESSOR, name="GS1 examples")
    member.organisation.provenance = Provenance.EXAMPLE
    member.organisation.save()
    capturer = Capturer(party=member.organisation, user=member.user)
    for document in sorted(path for path in folder.rglob("*") if path.suffix in {".json", ".jsonld"}):
        if document.name != "expected.json":
            take(document.read_bytes(), capturer=capturer, proceed=True, at=farm.NOW)
    publish()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_item_of_the_examples_has_a_page_that_names_its_source(client: Client, language: str) -> None:
    capture(EXAMPLES)

    pages = {lot.epc: client.get(f"{address_of(lot)}?lang={language}") for lot in Lot.objects.all()}

    assert len(pages) > 20
    assert {page.status_code for page in pages.values()} == {200}
    with translation.override(language):
        label = capitalised(str(Provenance.EXAMPLE.label))
    assert all(label in page.content.decode() for page in pages.values())


def test_every_item_of_a_food_chain_is_proven_by_both_verifiers(verifier: Verifier) -> None:
    capture(CHAIN)
    vkey = log_key.vkey()

    bundles = {lot.epc: bundle_of(lot) for lot in Lot.objects.all()}

    for bundle in bundles.values():
        by_python = verify_bundle(bundle, vkeys=[vkey])
        by_browser = verifier.call("verify", "verifyBundle", bundle, {"vkeys": [vkey]})
        assert by_browser["ok"] is True
        assert by_browser["proven"] == len(by_python.records)
