import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.traceability.ledger import vectors
from tests.traceability.ledger.makers import SIGNER, VKEY
from traceability.ledger.audit import AuditReport, audit_log
from traceability.ledger.checkpoint import Checkpoint, sign_checkpoint
from traceability.ledger.errors import AuditError, LedgerError, NoteError
from traceability.ledger.merkle import leaf_hash, root_of
from traceability.ledger.note import Ed25519Signer
from traceability.ledger.tiles import TILE_WIDTH, Tile, pack_entries

TESSERA = vectors.FOLDER / "tlog" / "tessera"
TESSERA_VKEY = vectors.read("tlog/tessera/expected.json").get("vkey", "")


def entries_of(size: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(size)]


def write(folder: Path, path: str, data: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


def write_tiles(folder: Path, entries: list[bytes]) -> None:
    """Write the bundles and tiles of a log of this size, as a log that just published it would."""
    for start in range(0, len(entries), TILE_WIDTH):
        part = entries[start : start + TILE_WIDTH]
        write(folder, Tile(None, start // TILE_WIDTH, len(part) % TILE_WIDTH).path(), pack_entries(part))
    row, level = [leaf_hash(entry) for entry in entries], 0
    while row:
        parts = [row[start : start + TILE_WIDTH] for start in range(0, len(row), TILE_WIDTH)]
        for number, part in enumerate(parts):
            write(folder, Tile(level, number, len(part) % TILE_WIDTH).path(), b"".join(part))
        row, level = [root_of(part) for part in parts if len(part) == TILE_WIDTH], level + 1


def write_checkpoint(folder: Path, entries: list[bytes], name: str = "checkpoint") -> None:
    checkpoint = Checkpoint(SIGNER.vkey.name, len(entries), root_of(map(leaf_hash, entries)))
    write(folder, name, sign_checkpoint(checkpoint, SIGNER).encode())


def make_log(folder: Path, size: int) -> list[bytes]:
    entries = entries_of(size)
    write_tiles(folder, entries)
    write_checkpoint(folder, entries)
    return entries


@pytest.fixture
def tessera(tmp_path: Path) -> Path:
    if not TESSERA.is_dir():
        pytest.skip("no conformance data")
    # Without the modes: the vectors may be read-only, and these files are about to be damaged.
    return Path(shutil.copytree(TESSERA, tmp_path / "tessera", copy_function=shutil.copyfile))


def test_a_log_that_others_wrote_is_audited(tessera: Path) -> None:
    report = audit_log(tessera, vkeys=[TESSERA_VKEY])

    assert (report.origin, report.size) == ("example.com/log/testdata", 15)
    # 16 checkpoints and the newest once more; 15 bundles and 15 tiles of growing width.
    assert (report.checkpoints, report.files) == (17, 30)


def test_every_file_of_that_log_is_held_to_account(tessera: Path) -> None:
    files = [path for path in tessera.rglob("*") if path.is_file() and path.name != "expected.json"]
    assert len(files) == 47

    for path in files:
        good = path.read_bytes()
        for at in {0, len(good) // 2, len(good) - 1}:
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            with pytest.raises(LedgerError):
                audit_log(tessera, vkeys=[TESSERA_VKEY])
        path.write_bytes(good)

    audit_log(tessera, vkeys=[TESSERA_VKEY])


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 700])
def test_logs_of_many_sizes_are_audited(tmp_path: Path, size: int) -> None:
    entries = make_log(tmp_path, size)

    report = audit_log(tmp_path, vkeys=[VKEY])

    files = [path for path in tmp_path.glob("tile/**/*") if path.is_file()]
    assert report == AuditReport(SIGNER.vkey.name, size, root_of(map(leaf_hash, entries)), 1, len(files))


def test_a_log_of_three_levels_is_audited(tmp_path: Path) -> None:
    make_log(tmp_path, TILE_WIDTH * TILE_WIDTH + 1)

    report = audit_log(tmp_path, vkeys=[VKEY])

    # 257 bundles, 257 tiles of leaves, one full tile above them and one with a single hash above that.
    assert (report.size, report.files) == (65_537, 257 + 257 + 1 + 1)


def test_a_full_tile_stands_in_for_the_partial_one_that_was_deleted(tmp_path: Path) -> None:
    entries = entries_of(300)
    write_tiles(tmp_path, entries)
    write_checkpoint(tmp_path, entries[:200])

    assert audit_log(tmp_path, vkeys=[VKEY]).size == 200


def test_older_checkpoints_within_and_between_bundles_are_checked(tmp_path: Path) -> None:
    entries = make_log(tmp_path, 700)
    for size in (0, 1, 255, 256, 300, 512):
        write_checkpoint(tmp_path, entries[:size], f"checkpoint.{size}")

    assert audit_log(tmp_path, vkeys=[VKEY]).checkpoints == 7

    write_checkpoint(tmp_path, [*entries[:299], b"another"], "checkpoint.300")
    with pytest.raises(AuditError, match=r"checkpoint\.300: the entries do not make its root at size 300"):
        audit_log(tmp_path, vkeys=[VKEY])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda log: (log / "checkpoint").unlink(), "holds no file named checkpoint"),
        (lambda log: (log / "tile/entries/000").unlink(), "tile/entries/000: missing"),
        (lambda log: (log / "tile/entries/001.p/44").unlink(), "tile/entries/001.p/44: missing"),
        (lambda log: (log / "tile/0/001.p/44").unlink(), "tile/0/001.p/44: missing"),
        (lambda log: (log / "tile/0/000").unlink(), "tile/0/000: missing"),
        (lambda log: (log / "tile/1/000.p/1").unlink(), "tile/1/000.p/1: missing"),
        (lambda log: write(log, "tile/1/000.p/1", bytes(32)), "tile/1/000.p/1: not the hashes of the entries"),
        (lambda log: write(log, "tile/0/001.p/9", bytes(288)), "tile/0/001.p/9: not the hashes of the entries"),
        (lambda log: write(log, "tile/0/001.p/50", bytes(1600)), "tile/0/001.p/50: not the hashes of the entries"),
        (lambda log: write(log, "tile/0/001.p/44", bytes(31)), "tile/0/001.p/44: not the hashes of the entries"),
        (lambda log: write(log, "tile/entries/001.p/1", b"\x00\x01x"), "tile/entries/001.p/1: other entries"),
        (lambda log: write(log, "tile/entries/001.p/1", b"\x00"), "not exactly 1 whole entries"),
        (lambda log: write(log, "tile/entries/000", b"\x00\x01x" * 256), "tile/0/000: not the hashes of the entries"),
    ],
)
def test_whatever_contradicts_the_entries_is_named(
    tmp_path: Path, spoil: Callable[[Path], object], reason: str
) -> None:
    make_log(tmp_path, 300)
    spoil(tmp_path)

    with pytest.raises(AuditError, match=reason):
        audit_log(tmp_path, vkeys=[VKEY])


def test_two_roots_for_one_size_are_equivocation(tmp_path: Path) -> None:
    entries = make_log(tmp_path, 5)
    write_checkpoint(tmp_path, [*entries[:4], b"another"], "checkpoint.old")

    with pytest.raises(AuditError, match=r"checkpoint\.old: another root for size 5 than checkpoint; .* equivocated"):
        audit_log(tmp_path, vkeys=[VKEY])


def test_a_checkpoint_of_another_key_or_log_is_refused(tmp_path: Path) -> None:
    make_log(tmp_path, 5)
    other = Ed25519Signer("trace.example/other", bytes(32))
    note = sign_checkpoint(Checkpoint("trace.example/other", 0, root_of([])), other)
    write(tmp_path, "checkpoint.0", note.encode())

    with pytest.raises(NoteError, match=r"checkpoint\.0: note: no signature of a trusted key"):
        audit_log(tmp_path, vkeys=[VKEY])
    with pytest.raises(AuditError, match=r"checkpoint\.0: of the log 'trace.example/other', but checkpoint is of"):
        audit_log(tmp_path, vkeys=[VKEY, str(other.vkey)])


def test_a_file_that_is_far_too_large_is_not_read_whole(tmp_path: Path) -> None:
    make_log(tmp_path, 5)
    write(tmp_path, "checkpoint.1", bytes(1_000_001))

    with pytest.raises(AuditError, match=r"checkpoint\.1: more than 1000000 bytes"):
        audit_log(tmp_path, vkeys=[VKEY])


def test_entries_that_no_checkpoint_covers_yet_are_left_alone(tmp_path: Path) -> None:
    entries = make_log(tmp_path, 300)
    write_tiles(tmp_path, [*entries, b"new", b"newer"])

    assert audit_log(tmp_path, vkeys=[VKEY]).size == 300


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_log(tmp_path, 5)

    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(AuditError, match="checkpoint: cannot be read: Permission denied"):
        audit_log(tmp_path, vkeys=[VKEY])
