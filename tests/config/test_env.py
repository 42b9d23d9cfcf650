from pathlib import Path

import pytest

from config import env


def test_text_comes_from_a_file_when_one_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))

    assert env.text("SECRET_KEY") == "from the file"


def test_missing_text_names_both_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)

    with pytest.raises(env.SettingError, match=r"^SECRET_KEY: not set, and neither is SECRET_KEY_FILE$"):
        env.text("SECRET_KEY")


@pytest.mark.parametrize(
    ("written", "meant"), [("1", True), ("Yes", True), ("TRUE", True), ("0", False), ("no", False)]
)
def test_flag_reads_yes_and_no(monkeypatch: pytest.MonkeyPatch, *, written: str, meant: bool) -> None:
    monkeypatch.setenv("DEBUG", written)

    assert env.flag("DEBUG", default=not meant) is meant


@pytest.mark.parametrize("written", ["", "on", "2", " 1", "ja"])
def test_flag_refuses_what_is_neither(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("DEBUG", written)

    with pytest.raises(env.SettingError, match=r"^DEBUG: .* is neither yes nor no$"):
        env.flag("DEBUG", default=False)


@pytest.mark.parametrize("written", ["", "-1", "1.5", "1e3", "٣", "0"])
def test_number_refuses_what_is_none_or_too_small(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("OUTBOX_LIMIT", written)

    with pytest.raises(env.SettingError, match=r"^OUTBOX_LIMIT: "):
        env.number("OUTBOX_LIMIT", 4096, at_least=1)


def test_a_word_that_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_FACTOR_KINDS", "BANK, REGULATER")

    with pytest.raises(env.SettingError, match="SECOND_FACTOR_KINDS: 'REGULATER' is none of BANK, REGULATOR"):
        env.words("SECOND_FACTOR_KINDS", known=["REGULATOR", "BANK"])


def test_words_are_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.example ,, b.example")

    assert env.words("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_postgres_reads_a_host_and_port() -> None:
    found = env.postgres("postgresql://us%40er:pa%2Fss@db.example:5433/suyuan?sslmode=require")

    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "suyuan",
        "USER": "us@er",
        "PASSWORD": "pa/ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_postgres_reads_a_folder_of_sockets() -> None:
    found = env.postgres("postgresql://suyuan_app@/suyuan?host=/var/run/postgresql&port=6000")

    assert (found["HOST"], found["PORT"], found["OPTIONS"]) == ("/var/run/postgresql", "6000", {})


def test_postgres_refuses_another_engine() -> None:
    with pytest.raises(env.SettingError, match="scheme 'sqlite' is not postgresql"):
        env.postgres("sqlite:///suyuan.db")
