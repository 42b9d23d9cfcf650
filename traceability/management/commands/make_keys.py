from django.conf import settings
from django.core.management.base import BaseCommand

from traceability import log_key, vault


class Command(BaseCommand):
    help = (
        "Make the log's signing key and the vault's key where they are missing; keys that are there stay as they are."
    )

    def handle(self, **_options: object) -> None:
        made = log_key.make()
        self.stdout.write(f"log key: {'made' if made else 'kept'} {settings.LOG_KEY_FILE}")
        made = vault.make_key(settings.VAULT_KEY_FILE)
        self.stdout.write(f"vault key: {'made' if made else 'kept'} {settings.VAULT_KEY_FILE}")
        # The one line that whoever checks the log must have from us beforehand.
        self.stdout.write(log_key.vkey())
