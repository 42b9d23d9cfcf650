from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_english_names_of_grades_and_regions")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="placed_at",
            field=models.DateTimeField(null=True, verbose_name="placed at"),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(fields=["offer", "placed_at"], include=["kg", "state"], name="order_line_of_offer"),
        ),
    ]
