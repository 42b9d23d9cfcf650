import json

from traceability.epcis.contexts import FILES, expand, namespaces, split_name
from traceability.epcis.schema import FOLDER


def test_prefixes_of_the_epcis_context_are_known_without_fetching_it() -> None:
    known = namespaces(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"])

    assert known["gs1"] == "https://gs1.org/voc/"
    assert known["cbv"] == "https://ref.gs1.org/cbv/"
    assert known["cbvmda"] == "urn:epcglobal:cbv:mda:"
    assert "ObjectEvent" not in known


def test_later_contexts_win_and_terms_may_be_objects() -> None:
    contexts = [
        {"ln": "https://a.cn/"},
        "https://b.cn/context",
        5,
        {"ln": "https://c.cn/", "x": {"@id": "https://x.cn#"}},
    ]

    known = namespaces(contexts)

    assert (known["ln"], known["x"]) == ("https://c.cn/", "https://x.cn#")


def test_only_known_prefixes_are_written_out() -> None:
    known = {"ln": "https://a.cn/voc/", "http": "https://wrong.cn/"}

    assert expand("ln:dry", known) == "https://a.cn/voc/dry"
    assert expand("http://a.cn/x", known) == "http://a.cn/x"
    assert expand("urn:uuid:1", known) == "urn:uuid:1"
    assert expand("plain", known) == "plain"
    assert split_name("ln:loss", known) == "{https://a.cn/voc/}loss"
    assert split_name("other:loss", known) == "other:loss"


def test_both_published_contexts_are_shipped_and_differ_in_the_type_of_quantities() -> None:
    published = [json.loads((FOLDER / name).read_bytes())["@context"] for name in FILES]

    assert [context["gs1"] for context in published] == ["https://gs1.org/voc/"] * 2
    assert [context["quantity"]["@type"] for context in published] == ["xsd:double", "xsd:decimal"]
