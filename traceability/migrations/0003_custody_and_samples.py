import datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_grant_the_app_role"), ("traceability", "0002_guard_the_ledger")]

    operations = [
        migrations.AddField(
            "season",
            "opened_on",
            models.DateField(default=datetime.date(2000, 1, 1), verbose_name="begun on"),
            preserve_default=False,
        ),
        migrations.AddField(
            "lot",
            "custodian",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lots_in_hand",
                to="accounts.organisation",
            ),
        ),
        # Nobody could hand a lot over before.
        migrations.RunSQL("UPDATE traceability_lot SET custodian_id = registrant_id", migrations.RunSQL.noop),
        # What the update left for later is checked before the table is changed again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.AlterField(
            "lot",
            "custodian",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lots_in_hand",
                to="accounts.organisation",
            ),
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=60, verbose_name="sample number")),
                ("taken_on", models.DateField(verbose_name="taken on")),
                ("reported_on", models.DateField(null=True, verbose_name="reported on")),
                (
                    "laboratory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="samples", to="traceability.lot"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("lot", "number"), name="sample_number_once")],
            },
        ),
    ]
