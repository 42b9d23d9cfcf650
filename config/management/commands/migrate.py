from django.core.management.commands import migrate

from config import database_roles


class Command(migrate.Command):
    def handle(self, *args: object, **options: object) -> None:
        super().handle(*args, **options)
        # What was migrated is new to who may only read.
        if options["database"] == "owner" and not options["plan"]:
            database_roles.grant_rights()
