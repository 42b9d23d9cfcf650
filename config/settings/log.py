"""The log, its keys and its witnesses; and who answers for it."""

from config import env
from config.settings.places import VAR

# The log: its name is part of every record and of every checkpoint, so it never changes.
LOG_ORIGIN = env.text("LOG_ORIGIN", "suyuan.localhost/log1")
LOG_KEY_FILE = env.folder("LOG_KEY_FILE", VAR / "keys" / "log.key")
# Who signs in place of that file, so that no machine of ours holds the key: `command:...` or `https://...`
# (traceability.remote_signer).
LOG_SIGNER = env.text("LOG_SIGNER", "")
LOG_SIGNER_TOKEN = env.text("LOG_SIGNER_TOKEN", "")
# How many bursts of phones one process of the web takes at once; others are asked to come again (docs/adr/0022).
BURSTS_AT_ONCE = env.number("BURSTS_AT_ONCE", 2, at_least=1)
# For how long a trace page may be given again without being made anew; 0: never. A record or a recall shows at once.
PAGE_SECONDS = env.number("PAGE_SECONDS", 30)
# Where labels lead, such as https://trace.example.cn: it is printed on bags. Without it, the address of the request.
LABEL_ORIGIN = env.text("LABEL_ORIGIN", "").rstrip("/")
# What encrypts personal values at rest: one Fernet key a line, the newest first.
VAULT_KEY_FILE = env.folder("VAULT_KEY_FILE", VAR / "keys" / "vault.keys")
# By this the platform signs scores; made at the first approval of a card.
SCORE_KEY_FILE = env.folder("SCORE_KEY_FILE", VAR / "keys" / "score.key")
OUTBOX_LIMIT = env.number("OUTBOX_LIMIT", 4096, at_least=1)
# The integrator works when so many rows wait, or after so many seconds, whichever comes first.
INTEGRATE_ROWS = env.number("INTEGRATE_ROWS", 256, at_least=1)
INTEGRATE_SECONDS = 0.25
PUBLISH_SECONDS = 1.0
# After how long without a checkpoint for what is in the log something is wrong.
STALE_CHECKPOINT_SECONDS = 60
# Entries in a chunk of the nightly verification: a power of two, so that chunks are whole subtrees.
VERIFY_CHUNK = 65_536
# Who must cosign what is published (c2sp.org/tlog-policy): `witness`, `group` and `quorum` lines. Without the quorum
# nothing is published; without a file no witness is asked.
WITNESS_POLICY_FILE = env.text("WITNESS_POLICY_FILE", "")
# What takes part in publishing beside the log's own key (traceability.services.publisher.Step): dotted names, in order.
PUBLISHING_STEPS: list[str] = env.words("PUBLISHING_STEPS")
# What is told of a new finding (traceability.services.findings.Alarm), by dotted names.
FINDING_ALARMS: list[str] = env.words("FINDING_ALARMS")

# Who runs this platform, as every consent names it (PIPL, art. 17).
CONTROLLER_NAME = env.text("CONTROLLER_NAME", "溯源平台 Suyuan")
CONTROLLER_CONTACT = env.text("CONTROLLER_CONTACT", "12316")
# Whom people who find a hole write to: the mailbox that RFC 2142 asks of every domain, unless another is named.
SECURITY_CONTACT = env.text("SECURITY_CONTACT", f"mailto:security@{LOG_ORIGIN.partition('/')[0]}")
