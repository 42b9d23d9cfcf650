"""Triggers and rights that refuse change to what the ledger holds.

They stop mistakes and the product's own role. Whoever owns the database can take them away: what such a person changes is
found by verification, which is why every guard has a check beside it.
"""

from django.conf import settings
from django.db import migrations

# Rows that are final once written.
FINAL = ("ledger_entry", "ledger_node", "ledger_checkpoint")
# What the product's role may do besides SELECT and INSERT.
RIGHTS = {
    "ledger_entry": "",
    "ledger_node": "",
    "ledger_checkpoint": "",
    "ledger_head": "UPDATE",
    "ledger_state": "UPDATE",
    "ledger_outbox": "DELETE",
    "ledger_opening": "DELETE",
    "traceability_receipt": "",
    # A finding is closed with a reason; it is never made to go away.
    "traceability_finding": "UPDATE",
}

FUNCTIONS = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % is refused', TG_TABLE_NAME, lower(TG_OP) USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION ledger_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entity <> OLD.entity OR NEW.eseq <= OLD.eseq THEN
        RAISE EXCEPTION 'ledger_head: % cannot go from % to %', OLD.entity, OLD.eseq, NEW.eseq
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_state_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.origin <> OLD.origin OR NEW.size < OLD.size THEN
        RAISE EXCEPTION 'ledger_state: the log cannot go from % to %', OLD.size, NEW.size
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION ledger_refuse();
DROP FUNCTION ledger_head_moves_on();
DROP FUNCTION ledger_state_grows();
"""


def trigger(table, name, timing, call):
    return (
        f"CREATE TRIGGER {table}_{name} {timing} ON {table} {call};",
        f"DROP TRIGGER {table}_{name} ON {table};",
    )


def refuse_rows(table, events):
    name = "refuse_" + events.lower().replace(" or ", "_")
    return trigger(table, name, f"BEFORE {events}", "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()")


def refuse_truncate(table):
    return trigger(table, "refuse_truncate", "BEFORE TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()")


def triggers():
    yield from (refuse_rows(table, "UPDATE OR DELETE") for table in FINAL)
    yield from (refuse_truncate(table) for table in RIGHTS)
    yield refuse_rows("ledger_outbox", "UPDATE")
    yield refuse_rows("ledger_opening", "UPDATE")
    yield refuse_rows("traceability_receipt", "UPDATE OR DELETE")
    yield refuse_rows("ledger_head", "DELETE")
    yield refuse_rows("ledger_state", "DELETE")
    yield trigger("ledger_head", "moves_on", "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION ledger_head_moves_on()")
    yield trigger("ledger_state", "grows", "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION ledger_state_grows()")


def rights():
    role = settings.DATABASE_APP_ROLE
    for table, more in RIGHTS.items():
        granted = ", ".join(filter(None, ("SELECT, INSERT", more)))
        yield (
            f'REVOKE ALL ON {table} FROM "{role}"; GRANT {granted} ON {table} TO "{role}";',
            f'GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO "{role}";',
        )


# The head and the state are updated all the time: room on the page keeps those updates off the indexes.
STORAGE = (
    "ALTER TABLE ledger_head SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);"
    "ALTER TABLE ledger_state SET (fillfactor = 10);"
    "ALTER TABLE ledger_outbox SET (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000);"
    # The second index that Django gives a text key serves LIKE in other collations than "C", which these names have.
    "DO $$ DECLARE name text; BEGIN"
    "  FOR name IN SELECT indexname FROM pg_indexes WHERE tablename = 'ledger_head' AND indexname LIKE '%\\_like' LOOP"
    "    EXECUTE format('DROP INDEX %I', name);"
    "  END LOOP; END $$;"
)
STORAGE_BACK = (
    "ALTER TABLE ledger_head RESET (fillfactor, autovacuum_vacuum_scale_factor);"
    "ALTER TABLE ledger_state RESET (fillfactor);"
    "ALTER TABLE ledger_outbox RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);"
)


class Migration(migrations.Migration):
    dependencies = [("traceability", "0001_initial"), ("accounts", "0002_grant_the_app_role")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *(migrations.RunSQL(forward, back) for forward, back in triggers()),
        *(migrations.RunSQL(forward, back) for forward, back in rights()),
        migrations.RunSQL(STORAGE, STORAGE_BACK),
    ]
