import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_grant_the_app_role"), ("traceability", "0004_epcis_documents_and_items")]

    operations = [
        # Nobody could hold a lot before.
        migrations.AddField("lot", "held", models.BooleanField(default=False, verbose_name="held")),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("failed_test", "failed a test"),
                            ("recall", "recall"),
                            ("suspicion", "suspicion"),
                            ("authority", "order of an authority"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("held_at", models.DateTimeField(verbose_name="held at")),
                ("released_at", models.DateTimeField(null=True, verbose_name="released at")),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="traceability.lot"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("released_at", None)), fields=["lot"], name="hold_in_force")
                ],
            },
        ),
    ]
