from django.db import migrations

FILL = """
UPDATE orders_orderline AS line SET placed_at = whole.placed_at
FROM orders_presaleorder AS whole WHERE whole.id = line.order_id AND line.placed_at IS NULL
"""


class Migration(migrations.Migration):
    """Lines that were placed before say when; a version that still runs writes lines that do not, which sort as newest."""

    dependencies = [("orders", "0006_newest_lines_of_offers")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        # What hangs on the rows is checked before anything else touches the table.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
    ]
