"""What letters and small words say of a text's language: often enough, and a detector's prior knowledge where not.

Letters are those of the standard orthographies (Unicode CLDR's exemplar sets say the same). A word stands here where it is
among the commonest of its language; the neighbours that share it have it too, so that it decides nothing between them.
"""

import re
from collections import defaultdict
from math import log

COMMON = frozenset(("ru", "uk", "be", "en", "az", "kk", "tr", "fa"))
"""What watched channels are written in; another language needs more to be believed."""
SURE = 27.0
"""The lead over the second best, in weights, from which a language is beyond doubt: two letters, or letters and words."""
_LETTER, _WORD, _UNCOMMON = 18.0, 6.6, 10.0  # natural logarithms, sharpened: langdetect trusts its n-grams too much
_OFTEN = {"kk": 0.15, "uk": 0.06}
"""The share of a text's letters that Russian does not have, cautiously: where none stands in a long text, it is not this language."""
_ENOUGH = 3  # letters of a kind; more of them prove no more
_SCRIPTS = {
    "cyrillic": re.compile("[\u0400-\u04ff]+"),
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]+"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u0259]+"),
}
_BEYOND: dict[str, dict[str, str]] = {  # the letters of each language beyond those that all of its script share
    "cyrillic": {
        "ru": "ийщъыьэюяё",
        "uk": "ийщьюяіїєґ",
        "be": "йыьэюяёіў",
        "bg": "ийщъьюя",
        "mk": "ијљњџѓќѕ",
        "sr": "ијљњћђџ",
        "kk": "ийщъыьэюяёіәғқңөұүһ",
        "ky": "ийщъыьэюяёңөү",
        "tt": "ийщъыьэюяёәөүҗңһ",
        "tg": "ийъэюяёғӣқӯҳҷ",
        "uz": "ийъьэюяёўқғҳ",
        "az": "иыјәғҝөүһҹ",
    },
    "latin": {
        "en": "qwx",
        "az": "çəğıöşüqx",
        "tr": "çğıöşüâîû",
        "de": "äöüßqwx",
        "es": "áéíñóúüqx",
        "fr": "àâæçéèêëîïôœùûüÿqwx",
        "it": "àèéìòùq",
        "nl": "éëïqwx",
        "pl": "ąćęłńóśźżw",
        "pt": "ãáàâçéêíóõúqx",
        "ro": "ăâîșțşţx",
        "uz": "qx",
    },
    "arabic": {
        "fa": "پچژگکیيكأؤئء",
        "ar": "ةىيكإأؤئء",
        "ur": "پچژگکیٹڈڑںھہےئؤء",
        "ckb": "پچژگکیڕڵۆێەڤئھ",
    },
}
_WORDS: dict[str, str] = {
    "ru": (
        "и что это как не на он она его ее их из по то так уже все был было были быть будет для или если только также "
        "когда после при об до от года году с а но же мы вы они которые который нет более под во со еще чтобы сегодня"
    ),
    "uk": (
        "і та що це як не на він вона його її їх із за по то так вже все був було були бути буде для або якщо тільки "
        "також коли після при від до року у з а але ж ми ви вони які який немає більше під й ще щоб сьогодні має про "
        "є цей цього"
    ),
    "be": (
        "і што гэта як не на ён яна яго яе іх з за па то так ужо усе усё быў было былі быць будзе для або калі толькі "
        "таксама пасля пры ад да года ў у а але ж мы вы яны які якія няма больш пад яшчэ каб сёння мае пра гэты "
        "гэтага ці"
    ),
    "bg": (
        "и че това как не на той тя го я ги от по то така вече всички беше са бъде за или ако само също когато след "
        "при до година с а но ние вие те които който няма повече под във със още да днес се е ще като"
    ),
    "mk": (
        "и дека ова како не на тој таа го ја ги од по тоа така веќе сите беше се биде за или ако само исто кога при "
        "до година со а но ние вие тие кои кој нема повеќе под во уште да денес е ќе"
    ),
    "sr": (
        "и да ово како не на он она га је их од по то тако већ сви био било су бити за или ако само такође када после "
        "при до године са а али ми ви они које који нема више под у још данас се ће као што сам"
    ),
    "kk": (
        "және бұл деп мен бен пен да де үшін болды бар жоқ осы сол ол қазақстан туралы кейін дейін болып екі жыл еді "
        "екен бір деді ғана енді өз оның алматы бойынша қазір бола тек емес"
    ),
    "ky": (
        "жана бул деп менен да де үчүн болду бар жок ошол ал кыргыз тууралуу кийин чейин болуп эки жыл эле экен бир "
        "деди гана эми өз анын боюнча азыр болгон эмес"
    ),
    "tt": (
        "һәм бу дип белән да дә өчен булды бар юк шул ул татар турында соң кадәр булып ике ел иде икән бер диде генә "
        "инде үз аның буенча хәзер тик түгел"
    ),
    "tg": (
        "ва ин ки дар бо аз ба барои шуд аст ҳам он тоҷикистон бораи баъд то буд ду сол як гуфт танҳо акнун худ ҳар "
        "мардум нест ё кард"
    ),
    "uz": (
        "ва бу деб билан ҳам учун бўлди бор йўқ шу у ҳақида кейин бўлиб икки йил эди экан бир деди эмас va bu deb "
        "bilan ham uchun boʻldi bor yoʻq shu haqida keyin boʻlib ikki yil edi ekan bir dedi emas bo'ldi yo'q bo'lib"
    ),
    "en": (
        "the of and to in is that for on with as was at by it from are be this has have an not were which will his "
        "her their its after said who more than been new about over into you we they what can all"
    ),
    "az": (
        "və bu ki ilə da də üçün oldu var yox o bir olan olub haqqında sonra qədər iki il idi isə deyib etdi yalnız "
        "indi öz onun üzrə hələ çox daha bakı azərbaycan ve ile de ucun qeder ise bakida haqqinda men sen deyil "
        "bundan kimi"
    ),
    "tr": (
        "ve bu ki ile da de için oldu var yok o bir olan olup hakkında sonra kadar iki yıl idi ise dedi etti yalnız "
        "şimdi kendi onun göre çok daha türkiye değil ne gibi her mi en ben sen olarak diye icin"
    ),
    "de": (
        "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er "
        "hat dass sie nach wird bei noch um am sind war"
    ),
    "fr": (
        "de la le et les des en un une du que est pour dans qui sur au par pas plus ne se ce il avec sont aux son "
        "elle été mais ont cette après"
    ),
    "es": (
        "de la que el en y a los del se las por un para con no una su al lo es más como o fue pero sus este ha sobre "
        "entre está"
    ),
    "it": (
        "di e il la che in a per un è del con non una sono le si da al della dei i alla più nel anche lo come ha dal "
        "gli ma questo"
    ),
    "nl": (
        "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij nog uit door naar heeft "
        "hij ze wordt werd over"
    ),
    "pl": (
        "w i na z się do nie że jest to o od po za jak dla przez przy ale są był co tym jego roku już także może "
        "tylko oraz który która"
    ),
    "pt": (
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu "
        "sua ou ser"
    ),
    "ro": (
        "de și în a la cu o pe nu că din se pentru un mai care este au fi sa ce ca prin s-a după ale lui sunt am dar "
        "fost"
    ),
    "fa": (
        "و در به از که این را با است برای آن یک شد می بر تا کرد خود هم شود ما او اما شده های ایران بود نیز باید یا "
        "گفت اند هر كه اين براي مي يك كرد ى"
    ),
    "ar": (
        "في من على إلى أن التي الذي عن مع هذا هذه كان ما لا بعد قال قد كما بين ذلك الى ان او أو و هو هي لم كل عند قبل "
        "أكثر حيث"
    ),
    "ur": "کے میں کی ہے اور سے کا کو اس کہ نے پر ہیں یہ ایک بھی کر تھا گیا لیے جو وہ نہیں تو ہو کیا",
    "ckb": "و لە بە بۆ کە ئەم ئەو لەگەڵ یەک کرد هەر بوو دەکات نییە هەیە ئێمە من",
}


def _without(languages: dict[str, str]) -> dict[str, tuple[str, ...]]:
    letters = set().union(*languages.values())
    return {letter: tuple(code for code, own in languages.items() if letter not in own) for letter in letters}


def _speakers(languages: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code in languages:
        for word in _WORDS[code].split():
            found[word].append(code)
    return {word: tuple(codes) for word, codes in found.items()}


_THEIRS = {code: frozenset(_BEYOND["cyrillic"][code]) - frozenset(_BEYOND["cyrillic"]["ru"]) for code in _OFTEN}
_WITHOUT = {script: _without(languages) for script, languages in _BEYOND.items()}
_SPEAKERS = {script: _speakers(languages) for script, languages in _BEYOND.items()}


def own(letters: str) -> tuple[str, str] | None:
    """The script that the words are in ("cyrillic", "arabic", "latin") and those of them that are; None where no letter is.

    A third of the letters is enough for a script other than Latin: names and terms are in Latin everywhere.
    """
    total = len(letters) - letters.count(" ")
    counted: dict[str, int] = {}
    for name, pattern in _SCRIPTS.items():
        counted[name] = sum(map(len, pattern.findall(letters)))
        if total and counted[name] == total:  # as in most texts
            return name, letters
    if not any(counted.values()):
        return ("latin", letters) if letters.isascii() and letters else None
    counted["latin"] //= 2
    best = max(counted, key=lambda name: counted[name])
    return best, " ".join(filter(_SCRIPTS[best].search, letters.split()))


def weigh(script: str, words: str) -> dict[str, float]:
    """{language of the script: weight} for words in lower case between single spaces; the likeliest weighs most."""
    weights = {code: 0.0 if code in COMMON else -_UNCOMMON for code in _BEYOND[script]}
    without, speakers = _WITHOUT[script], _SPEAKERS[script]
    for letter in without.keys() & set(words):
        lost = _LETTER * min(words.count(letter), _ENOUGH)
        for code in without[letter]:
            weights[code] -= lost
    for word in filter(speakers.__contains__, words.split()):
        for code in speakers[word]:
            weights[code] += _WORD
    return weights


def lead(weights: dict[str, float]) -> tuple[str, float]:
    """The likeliest language, and by how much it outweighs the second."""
    best, second = sorted(weights, key=lambda code: weights[code], reverse=True)[:2]
    return best, weights[best] - weights[second]


def certain(words: str, weights: dict[str, float]) -> str | None:
    """The language that is beyond doubt.

    Russian has no letter that Kazakh has not, and few that Ukrainian has not: there it tells that theirs are nowhere in a long text.
    """
    best, gained = lead(weights)
    if gained < SURE and best == "ru" and gained > 0:
        absent = {code: -log(1 - _OFTEN[code]) for code, letters in _THEIRS.items() if letters.isdisjoint(words)}
        others = [weight - len(words) * absent.get(code, 0) for code, weight in weights.items() if code != best]
        gained = weights[best] - max(others)
    return best if gained >= SURE else None
