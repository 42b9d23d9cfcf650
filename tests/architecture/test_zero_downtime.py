"""Migrations that a running older version survives: expand, migrate, contract, in releases of their own."""

import pytest
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

from tests.architecture.sources import APPS, ROOT

# Written while no release was out: nobody runs an older version beside them. Nothing is added here after the first.
BEFORE_THE_FIRST_RELEASE = [
    "0003_cards_and_scores",
    "0003_custody_and_samples",
    "0004_epcis_documents_and_items",
    "0005_lots_that_are_held",
    "0008_kilograms_of_links",
    "0010_products_of_each_party",
    "0014_runs_that_were_recorded_before",
    "0015_secrets_of_writers",
]


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_migration_breaks_the_version_that_still_runs(capsys: pytest.CaptureFixture[str]) -> None:
    linter = MigrationLinter(
        str(ROOT),
        include_apps=list(APPS),
        ignore_name=BEFORE_THE_FIRST_RELEASE,
        no_cache=True,
        quiet=["ok", "ignore", "warning"],
        database="owner",
    )

    linter.lint_all_migrations()

    assert not linter.has_errors, capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('ALTER TABLE "lot" DROP COLUMN "kg"', "DROP_COLUMN"),
        ('ALTER TABLE "lot" RENAME COLUMN "kg" TO "kilograms"', "RENAME_COLUMN"),
        ('ALTER TABLE "lot" ADD COLUMN "kg" integer NOT NULL', "NOT_NULL"),
        ('DROP TABLE "lot"', "DROP_TABLE"),
    ],
)
def test_what_an_older_version_would_trip_over_is_found(statement: str, code: str) -> None:
    errors, _ignored, _warnings = analyse_sql_statements(PostgresqlAnalyser, [statement])

    assert [error.code for error in errors] == [code]
