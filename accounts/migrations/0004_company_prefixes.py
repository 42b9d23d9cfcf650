import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_who_may_log_for_whom")]

    operations = [
        migrations.CreateModel(
            name="CompanyPrefix",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prefix", models.CharField(max_length=12, verbose_name="GS1 company prefix")),
                ("claimed_at", models.DateTimeField(verbose_name="claimed at")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed at")),
                (
                    "claimed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="company_prefixes",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "GS1 company prefix",
                "verbose_name_plural": "GS1 company prefixes",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "prefix"), name="company_prefix_claimed_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", False)),
                        fields=("prefix",),
                        name="company_prefix_of_one",
                    ),
                ],
            },
        )
    ]
