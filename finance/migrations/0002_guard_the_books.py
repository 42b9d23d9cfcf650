"""Rows of the books of queries are final: a mistake of the product's own cannot change or drop one.

Whoever owns the database can; what such a person changes is found by `finance.services.audit_check`.
"""

from django.db import migrations

TABLE = "finance_auditrow"
STEPS = [
    ("refuse_update_delete", "BEFORE UPDATE OR DELETE", "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"),
    ("refuse_truncate", "BEFORE TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0001_consents_loans_disputes"),
        ("traceability", "0002_guard_the_ledger"),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER {TABLE}_{name} {timing} ON {TABLE} {call};", f"DROP TRIGGER {TABLE}_{name} ON {TABLE};"
        )
        for name, timing, call in STEPS
    ]
