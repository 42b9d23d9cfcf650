import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.epcis.urns import key_of_urn


@pytest.mark.parametrize(
    ("urn", "path"),
    [
        ("urn:epc:id:sgtin:690123.4000001.A7", "/01/46901230000018/21/A7"),
        ("urn:epc:id:sgtin:690123400001.0.007", "/01/06901234000016/21/007"),
        ("URN:EPC:ID:SGTIN:690123400001.0.a", "/01/06901234000016/21/a"),
        ("urn:epc:class:lgtin:4012345.012345.Lot987", "/01/04012345123456/10/Lot987"),
        ("urn:epc:class:lgtin:4012345.012345.1.2", "/01/04012345123456/10/1.2"),
        ("urn:epc:id:sscc:6901234.1000000012", "/00/169012340000000129"),
        ("urn:epc:id:sgln:6901234.00100.0", "/414/6901234001006"),
        ("urn:epc:id:sgln:6901234.00100.PLOT-0117", "/414/6901234001006/254/PLOT-0117"),
        ("urn:epc:id:sgln:690123400100..PLOT", "/414/6901234001006/254/PLOT"),
        ("urn:epc:id:pgln:6901234.00200", "/417/6901234002003"),
        ("urn:epc:id:grai:4012345.00022.334455", "/8003/04012345000221334455"),
        ("urn:epc:id:giai:6901234.DRYER7", "/8004/6901234DRYER7"),
        ("urn:epc:id:gdti:4012345.00009.PO-4711", "/253/4012345000092PO-4711"),
        ("urn:epc:id:sgcn:4012345.67890.04711", "/255/401234567890104711"),
        ("urn:epc:id:ginc:4012345.xyz47%2F11", "/401/4012345xyz47%2F11"),
        ("urn:epc:id:gsrnp:4012345.0000098765", "/8017/401234500000987658"),
        ("urn:epc:id:itip:4012345.012345.01.02.987", "/8006/040123451234560102/21/987"),
        ("urn:epc:id:cpi:4012345.AB12.42", "/8010/4012345AB12/8011/42"),
        ("urn:epc:idpat:sgtin:4012345.012345.*", "/01/04012345123456"),
        ("urn:epc:idpat:grai:4012345.00022.*", "/8003/04012345000221"),
        ("urn:epc:idpat:sgcn:4012345.67890.*", "/255/4012345678901"),
        ("urn:epc:idpat:itip:4012345.012345.01.02.*", "/8006/040123451234560102"),
        ("urn:epc:idpat:cpi:4012345.AB12.*", "/8010/4012345AB12"),
    ],
)
def test_an_epc_names_a_key(urn: str, path: str) -> None:
    key = key_of_urn(urn)

    assert key is not None
    assert key.uri == f"https://id.gs1.org{path}"


@pytest.mark.parametrize(
    "urn",
    [
        "",
        "urn:epc:id:sgtin",
        "urn:epc:id:sgtin:",
        "urn:epc:id:sgtin:4012345.0123456.1",
        "urn:epc:id:sgtin:40123.01234567.1",
        "urn:epc:id:sgtin:4012345.012345",
        "urn:epc:id:sgtin:4012345.012345.",
        "urn:epc:id:sgtin:4012345.012345.%E7%A8%BB",
        "urn:epc:id:sgtin:401234５.012345.1",
        "urn:epc:id:sscc:08600031303.0003",
        "urn:epc:id:lgtin:4012345.012345.1",
        "urn:epc:class:sgtin:4012345.012345.1",
        "urn:epc:idpat:sgtin:4012345.*.*",
        "urn:epc:idpat:sgtin:4012345.012345.1",
        "urn:epc:idpat:sscc:4012345.*",
        "urn:epc:id:giai:4012345",
        "urn:epc:id:cpi:4012345.AB12",
        "urn:epc:id:nothing:4012345.1",
        "urn:gdst:example.org:product:lot:class:processor.2u.v1-0122-2022",
    ],
)
def test_what_is_no_well_formed_epc_names_nothing(urn: str) -> None:
    assert key_of_urn(urn) is None


_schemes = st.sampled_from(
    ["id:sgtin", "id:sscc", "id:sgln", "id:cpi", "id:itip", "class:lgtin", "idpat:grai", "id:giai"]
)


@given(_schemes, st.text("0123456789.*%2FA\n") | st.text())
def test_any_name_is_read_or_not_and_raises_nothing(scheme: str, name: str) -> None:
    key = key_of_urn(f"urn:epc:{scheme}:{name}")

    assert key is None or key.is_well_formed
