from django.db import migrations, models

# What processes said; links of EPCIS events get theirs when the event's history is read anew.
FILL = """
WITH said AS (
    SELECT split_part(entity, ':', 2)::uuid AS event, convert_from(leaf, 'UTF8')::jsonb AS leaf
    FROM (
        SELECT entity, leaf FROM ledger_entry WHERE entity LIKE 'process:%' AND eseq = 0
        UNION ALL
        SELECT entity, leaf FROM ledger_outbox WHERE entity LIKE 'process:%' AND eseq = 0
    ) AS record
), part AS (
    SELECT event, 'in' AS side, one ->> 'lot' AS lot, sum((one ->> 'kg')::numeric) AS kg
    FROM said, jsonb_array_elements(leaf -> 'body' -> 'inputs') AS one GROUP BY event, lot
    UNION ALL
    SELECT event, 'out', one ->> 'lot', sum((one ->> 'kg')::numeric)
    FROM said, jsonb_array_elements(
        (leaf -> 'body' -> 'outputs') || coalesce(leaf -> 'body' -> 'by_products', '[]'::jsonb)
    ) AS one GROUP BY event, one ->> 'lot'
)
UPDATE traceability_lotlink AS link
SET at = (said.leaf ->> 'time')::timestamptz, kg_in = went_in.kg, kg_out = came_out.kg
FROM said, part AS went_in, part AS came_out
WHERE said.event = link.event AND went_in.event = link.event AND came_out.event = link.event
  AND went_in.side = 'in' AND went_in.lot = 'lot:' || link.source_id
  AND came_out.side = 'out' AND came_out.lot = 'lot:' || link.product_id
"""


class Migration(migrations.Migration):
    dependencies = [("traceability", "0007_lots_on_their_way_and_runs")]

    operations = [
        migrations.AddField("lotlink", "at", models.DateTimeField(null=True, verbose_name="when")),
        migrations.AddField("lotlink", "packed", models.BooleanField(default=False, verbose_name="packed")),
        migrations.AddField(
            "lotlink",
            "kg_in",
            models.DecimalField(decimal_places=3, max_digits=14, null=True, verbose_name="went in, kg"),
        ),
        migrations.AddField(
            "lotlink",
            "kg_out",
            models.DecimalField(decimal_places=3, max_digits=14, null=True, verbose_name="came out, kg"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
