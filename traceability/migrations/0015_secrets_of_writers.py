from django.db import migrations, models


class Migration(migrations.Migration):
    """Give feedback a secret of its writer, and the time when a regulator read it.

    What was written before has none: its address was its id, which the maker's desk shows, and leads nowhere now.
    """

    dependencies = [("traceability", "0014_runs_that_were_recorded_before")]

    operations = [
        migrations.AddField(
            model_name="feedback",
            name="secret_sha256",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="SHA-256 of the writer's secret"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="feedback",
            name="regulator_read_at",
            field=models.DateTimeField(null=True, verbose_name="read by a regulator at"),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.UniqueConstraint(
                fields=["secret_sha256"], condition=~models.Q(secret_sha256=""), name="feedback_secret_once"
            ),
        ),
    ]
