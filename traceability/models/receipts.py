from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """What the server answered when it took an event: kept for ever, so that an id is never taken twice."""

    record_id = models.UUIDField(_("record"), primary_key=True)
    entity = models.CharField(_("entity"), max_length=180, db_collation="C")
    eseq = models.BigIntegerField(_("number in the entity's chain"))
    leaf_hash = models.BinaryField(_("leaf hash"), max_length=32)
    # The server's own word: no proof covers it, only the checkpoints around it bound it.
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        db_table = "traceability_receipt"

    def __str__(self) -> str:
        return f"{self.record_id} {self.recorded_at}"


class Publication(models.Model):
    """When a checkpoint was published, for people who watch the log's age."""

    size = models.BigIntegerField(_("size"), primary_key=True)
    published_at = models.DateTimeField(_("published at"))

    def __str__(self) -> str:
        return f"{self.size} {self.published_at}"


class ActorKey(models.Model):
    """A public key by which an actor signs: a phone's, a laboratory's, a machine's."""

    key_id = models.CharField(_("key id"), max_length=16, primary_key=True)
    public = models.BinaryField(_("Ed25519 public key"), max_length=32)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="actor_keys")
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="actor_keys")
    label = models.CharField(_("label"), max_length=60, blank=True)
    revoked = models.BooleanField(_("revoked"), default=False)

    def __str__(self) -> str:
        return self.key_id
