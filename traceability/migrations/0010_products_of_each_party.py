from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traceability", "0009_entries_of_phones")]

    operations = [
        migrations.AlterField("lot", "epc", models.CharField(db_index=True, max_length=400, verbose_name="identifier")),
        migrations.AlterField(
            "lot",
            "kind",
            models.CharField(
                choices=[
                    ("LOT", "lot"),
                    ("INSTANCE", "single item"),
                    ("CONTAINER", "logistic unit"),
                    ("CLASS", "product"),
                    ("OTHER", "other item"),
                ],
                default="LOT",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            "lot",
            models.UniqueConstraint(condition=~models.Q(kind="CLASS"), fields=["epc"], name="one_lot_of_an_identifier"),
        ),
        migrations.AddConstraint(
            "lot", models.UniqueConstraint(fields=["registrant", "epc"], name="one_class_of_a_party")
        ),
    ]
