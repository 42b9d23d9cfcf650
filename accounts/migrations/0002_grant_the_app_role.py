"""Give the product's role its rights: on the tables that stand, and on those that the owner makes later.

Migrations that guard a table take rights away again afterwards.
"""

from django.conf import settings
from django.db import migrations

ROLE = settings.DATABASE_APP_ROLE
FORWARD = f"""
GRANT USAGE ON SCHEMA public TO "{ROLE}";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{ROLE}";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{ROLE}";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "{ROLE}";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO "{ROLE}";
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM "{ROLE}";
"""
BACK = f"""
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM "{ROLE}";
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM "{ROLE}";
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{ROLE}";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM "{ROLE}";
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
