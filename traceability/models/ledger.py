"""The tables of the ledger. Only the services `chain`, `integrator` and `publisher` write them.

Every column can be checked against the leaf's bytes, so that a byte changed anywhere is found; that is why none holds
the time at which the server wrote a row. Names of entities sort by their bytes everywhere: in the order of the locks,
of the indexes and of Python alike.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntityHead(models.Model):
    """The last event of one entity: the row that writers lock, and what the next event's `prev` names."""

    entity = models.CharField(_("entity"), max_length=180, primary_key=True, db_collation="C")
    eseq = models.BigIntegerField(_("number of the last event"))
    head = models.BinaryField(_("leaf hash of the last event"), max_length=32)

    class Meta:
        db_table = "ledger_head"

    def __str__(self) -> str:
        return f"{self.entity}#{self.eseq}"


class OutboxEntry(models.Model):
    """An event that is chained and durable, and waits for its place in the log."""

    record_id = models.UUIDField(_("record"), primary_key=True)
    entity = models.CharField(_("entity"), max_length=180, db_collation="C")
    eseq = models.BigIntegerField(_("number in the entity's chain"))
    prev = models.BinaryField(_("leaf hash of the event before"), max_length=32, null=True)
    leaf = models.BinaryField(_("leaf"))
    leaf_hash = models.BinaryField(_("leaf hash"), max_length=32)

    class Meta:
        db_table = "ledger_outbox"
        constraints = [
            models.UniqueConstraint(fields=["entity", "eseq"], name="outbox_entity_eseq"),
            models.UniqueConstraint(fields=["entity", "prev"], name="outbox_entity_prev", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"{self.entity}#{self.eseq}"


class LogEntry(models.Model):
    """An event at its place in the log."""

    index = models.BigIntegerField(_("index in the log"), primary_key=True)
    record_id = models.UUIDField(_("record"), unique=True)
    entity = models.CharField(_("entity"), max_length=180, db_collation="C")
    eseq = models.BigIntegerField(_("number in the entity's chain"))
    prev = models.BinaryField(_("leaf hash of the event before"), max_length=32, null=True)
    leaf = models.BinaryField(_("leaf"))
    leaf_hash = models.BinaryField(_("leaf hash"), max_length=32)

    class Meta:
        db_table = "ledger_entry"
        constraints = [models.UniqueConstraint(fields=["entity", "eseq"], name="entry_entity_eseq")]

    def __str__(self) -> str:
        return f"{self.index}: {self.entity}#{self.eseq}"


class LogNode(models.Model):
    """The hash of a complete subtree of 2^level leaves. Odd levels are not kept: they are one hash away."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField(_("level"))
    index = models.BigIntegerField(_("index on its level"))
    hash = models.BinaryField(_("hash"), max_length=32)

    class Meta:
        db_table = "ledger_node"

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LogState(models.Model):
    """How far the log has grown: one row, which the active integrator locks."""

    origin = models.CharField(_("origin"), max_length=120, primary_key=True)
    size = models.BigIntegerField(_("size"), default=0)
    frontier = models.BinaryField(_("hashes of the complete subtrees"))

    class Meta:
        db_table = "ledger_state"

    def __str__(self) -> str:
        return f"{self.origin}: {self.size}"


class SignedCheckpoint(models.Model):
    """A signed checkpoint that was given out, byte for byte."""

    size = models.BigIntegerField(_("size"), primary_key=True)
    note = models.TextField(_("signed note"))

    class Meta:
        db_table = "ledger_checkpoint"

    def __str__(self) -> str:
        return str(self.size)


class Opening(models.Model):
    """Salt and value behind one commitment, encrypted. To erase personal data is to delete this row."""

    pk = models.CompositePrimaryKey("record_id", "path")
    record_id = models.UUIDField(_("record"))
    path = models.CharField(_("member"), max_length=120)
    token = models.BinaryField(_("encrypted salt and value"))

    class Meta:
        db_table = "ledger_opening"

    def __str__(self) -> str:
        return f"{self.record_id} {self.path}"
