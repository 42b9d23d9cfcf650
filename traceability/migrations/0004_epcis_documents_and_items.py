import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    """Keep captured events by their bytes, under a hash that the database works out. No event was captured before."""

    dependencies = [("traceability", "0003_custody_and_samples")]

    operations = [
        migrations.DeleteModel("EpcisItem"),
        migrations.RemoveField("epcisevent", "document"),
        migrations.AddField(
            "epcisevent", "document", models.BinaryField(default=b"", verbose_name="event as captured")
        ),
        migrations.AddField(
            "epcisevent",
            "document_sha256",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func("document", function="sha256"),
                output_field=models.BinaryField(max_length=32),
            ),
        ),
        migrations.AlterField(
            "epcisevent", "record_time", models.DateTimeField(db_default=Now(), verbose_name="record time")
        ),
        migrations.AddIndex(
            "epcisevent", models.Index(fields=["party", "record_time", "record_id"], name="epcis_event_page")
        ),
        migrations.CreateModel(
            "EpcisItem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "event", "position", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="position in the event")),
                ("role", models.CharField(max_length=10, verbose_name="role")),
                ("quantity", models.CharField(blank=True, max_length=40, verbose_name="quantity")),
                ("uom", models.CharField(blank=True, max_length=3, verbose_name="unit")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="traceability.epcisevent",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="epcis_items",
                        to="traceability.lot",
                    ),
                ),
            ],
        ),
    ]
