from django.db import migrations

# Rows of runs that were recorded before their tables were there, from the leaves that tell of them. No run had been
# withdrawn yet: nothing could do so.
_COMPLETED = """
CREATE TEMP TABLE completed ON COMMIT DROP AS
SELECT split_part(entity, ':', 2)::uuid AS id, convert_from(leaf, 'UTF8')::jsonb AS leaf
FROM (SELECT entity, leaf, eseq FROM ledger_entry UNION ALL SELECT entity, leaf, eseq FROM ledger_outbox) AS found
WHERE entity LIKE 'process:%%' AND eseq = 0
"""
_RUNS = """
INSERT INTO traceability_processrun (id, party_id, step, finished_on, moisture_in_percent, moisture_out_percent)
SELECT completed.id, party.id, leaf #>> '{body,process}', (leaf #>> '{body,date}')::date,
    (leaf #>> '{body,moisture_in_percent}')::numeric, (leaf #>> '{body,moisture_out_percent}')::numeric
FROM completed JOIN accounts_organisation AS party ON party.public_id = (leaf #>> '{actor,party}')::uuid
ON CONFLICT DO NOTHING
"""
_PARTS = """
INSERT INTO traceability_processpart (run_id, position, kind, lot_id, name, kg)
SELECT completed.id,
    row_number() OVER (PARTITION BY completed.id ORDER BY named.place, line.place) - 1, named.kind,
    split_part(line.said ->> 'lot', ':', 2)::uuid, coalesce(line.said ->> 'name', line.said ->> 'reason', ''),
    (line.said ->> 'kg')::numeric
FROM completed
JOIN traceability_processrun AS run ON run.id = completed.id
CROSS JOIN (
    VALUES (1, 'inputs', 'INPUT'), (2, 'outputs', 'OUTPUT'), (3, 'by_products', 'BY_PRODUCT'), (4, 'losses', 'LOSS')
) AS named (place, member, kind)
CROSS JOIN LATERAL jsonb_array_elements(leaf -> 'body' -> named.member) WITH ORDINALITY AS line (said, place)
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """Write the rows of earlier runs. Taken back, they stay: the tables go with the migration that made them."""

    dependencies = [("traceability", "0013_recalls_and_notices")]

    operations = [
        migrations.RunSQL([_COMPLETED, _RUNS, _PARTS, "DROP TABLE completed"], migrations.RunSQL.noop),
        # Foreign keys that wait for the end are checked before a later migration changes a table.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
    ]
