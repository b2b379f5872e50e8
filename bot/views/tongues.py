"""The languages that posts are told apart in, by their own names."""

_NAMES = {
    "ar": "العربية", "az": "azərbaycanca", "be": "беларуская", "bg": "български", "ckb": "کوردی", "de": "Deutsch", "en": "English",
    "es": "español", "fa": "فارسی", "fr": "français", "it": "italiano", "kk": "қазақша", "ky": "кыргызча", "mk": "македонски",
    "nl": "Nederlands", "pl": "polski", "pt": "português", "ro": "română", "ru": "русский", "sr": "српски", "tg": "тоҷикӣ",
    "tr": "Türkçe", "tt": "татарча", "uk": "українська", "ur": "اردو", "uz": "oʻzbekcha",
}  # fmt: skip


def tongue(code: str) -> str:
    """The language of this ISO 639 code as its speakers call it; the code itself if it is not known."""
    return _NAMES.get(code, code)
