from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """What a thing of the tables is called in both languages of the product."""

    english: str
    chinese: str

    def in_language(self, language: str) -> str:
        """Return the name for a language code such as zh-hans; English for all but Chinese."""
        return self.chinese if language.startswith("zh") else self.english
