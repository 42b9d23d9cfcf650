import threading
from pathlib import Path

import polib
import pytest

from scripts import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("Your plots")
count = ngettext("%(n)s lot", "%(n)s lots", 2)
menu = pgettext("verb", "harvest")
"""
TEMPLATE = """
{% load i18n %}
     <p title="{% translate "Your plots" %}">it's
   {% blocktranslate trimmed count n=lots|length with farm=farm.name %}
        {{ n }} lot of {{ farm }}
     {% plural %}
        {{ n }} lots of {{ farm }}
   {% endblocktranslate %}</p>
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "accounts" / "templates" / "accounts").mkdir(parents=True)
    (tmp_path / "accounts" / "pages.py").write_text(PYTHON)
    (tmp_path / "accounts" / "templates" / "accounts" / "page.html").write_text(TEMPLATE)
    (tmp_path / "locale").mkdir()
    return tmp_path


def test_texts_come_from_python_and_templates(root: Path) -> None:
    found = messages.collect(root)

    assert {name: message.plural for name, message in found.items()} == {
        "Your plots": "",
        "%(n)s lot": "%(n)s lots",
        "verb\x04harvest": "",
        "%(n)s lot of %(farm)s": "%(n)s lots of %(farm)s",
    }
    assert found["Your plots"].files == {"accounts/pages.py", "accounts/templates/accounts/page.html"}


def test_translations_fill_the_chinese_catalogue(root: Path) -> None:
    locale = root / "locale"
    messages.merge(locale, messages.collect(root))

    unknown = messages.translate(
        locale,
        {
            "Your plots": "我的地块",
            "%(n)s lot": "%(n)s 批",
            "%(n)s lot of %(farm)s": ["%(farm)s的 %(n)s 批"],
            "verb\x04harvest": "收获",
            "gone": "没有了",
        },
    )

    assert unknown == ["gone"]
    assert list(messages.faults(locale, messages.collect(root))) == []
    messages.compile_all(locale)
    compiled = {entry.msgid: entry for entry in polib.mofile(str(locale / "zh_Hans/LC_MESSAGES/django.mo"))}
    assert compiled["Your plots"].msgstr == "我的地块"
    assert compiled["%(n)s lot"].msgstr_plural == {0: "%(n)s 批"}


def test_merging_twice_changes_no_byte_and_keeps_translations(root: Path) -> None:
    locale = root / "locale"
    path = locale / "zh_Hans/LC_MESSAGES/django.po"
    messages.merge(locale, messages.collect(root))
    messages.translate(locale, {"Your plots": "我的地块"})
    before = path.read_bytes()

    messages.merge(locale, messages.collect(root))

    assert path.read_bytes() == before
    assert "我的地块".encode() in before


def test_check_names_every_fault(root: Path) -> None:
    locale = root / "locale"
    messages.merge(locale, messages.collect(root))
    messages.translate(locale, {"Your plots": "我的地块", "%(n)s lot": "几批"})
    (root / "accounts" / "pages.py").write_text(PYTHON.replace("harvest", "reap"))

    found = list(messages.faults(locale, messages.collect(root)))

    assert found == [
        "not extracted: 'verb\\x04reap' (accounts/pages.py)",
        "no longer used: 'verb\\x04harvest'",
        "placeholders differ in '几批': '%(n)s lot'",
        "not translated: '%(n)s lot of %(farm)s' (accounts/templates/accounts/page.html)",
    ]


def test_fuzzy_translation_is_none(root: Path) -> None:
    locale = root / "locale"
    path = locale / "zh_Hans/LC_MESSAGES/django.po"
    messages.merge(locale, messages.collect(root))
    messages.translate(locale, {"Your plots": "我的地块"})
    path.write_text(path.read_text().replace('msgid "Your plots"', '#, fuzzy\nmsgid "Your plots"'))

    assert any(fault.startswith("fuzzy: 'Your plots'") for fault in messages.faults(locale, messages.collect(root)))


def test_english_catalogue_holds_only_what_reads_otherwise(root: Path) -> None:
    messages.merge(root / "locale", messages.collect(root))

    assert messages.read(root / "locale", "en") == {}


def test_concurrent_callers_lose_no_translation(root: Path) -> None:
    locale = root / "locale"
    messages.merge(locale, messages.collect(root))
    given = {"Your plots": "我的地块", "%(n)s lot": "%(n)s 批", "verb\x04harvest": "收获"}

    def fill(name: str) -> None:
        with messages._alone(locale):
            messages.translate(locale, {name: given[name]})

    threads = [threading.Thread(target=fill, args=(name,)) for name in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {name for name, entry in messages.read(locale, "zh_Hans").items() if entry.translated()} == set(given)
