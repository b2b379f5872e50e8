"""HTML and MarkdownV2 as Telegram's own parser takes them; most cases are facts that its own tests state."""

import pytest

from sandbox.botapi.entity import Entity
from sandbox.botapi.html import parse_html
from sandbox.botapi.markdown import RESERVED, parse_markdown
from sandbox.botapi.refusal import RefusalError


def shown(entities: list[Entity]) -> list[str]:
    """`bold 0+2`, and what the entity says beside."""
    rest = ("url", "language", "custom_emoji_id", "unix_time", "date_time_format")
    return [
        " ".join(
            [f"{each['type']} {each['offset']}+{each['length']}", *(str(each[name]) for name in rest if name in each)]
        )
        for each in entities
    ]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("привет <br>", 'Unsupported start tag "br" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x"', "Unclosed start tag at byte offset 0"),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        ("🏟 🏟&lt;<i>a</em   >", 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
        ("<span class=x>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ('<tg-emoji emoji-id="-5">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
        ("&#57311;",
         "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"),
    ],
)  # fmt: skip
def test_broken_html_is_named(markup: str, words: str) -> None:
    with pytest.raises(RefusalError) as refused:
        parse_html(markup)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("&lt;&gt;&amp;&quot;&laquo;&raquo;&#12345678;", '<>&"&laquo;&raquo;&#12345678;', []),
        ("&lt&gt &#65;&#x42;&#67 Tom & Jerry", "<> ABC Tom & Jerry", []),
        ("🏟 🏟<i>🏟 &gt;<b aba   =   caba>&lt🏟</b></i>", "🏟 🏟🏟 ><🏟", ["italic 5+7", "bold 9+3"]),
        ("🏟 🏟&lt;<i    aba  =  '&lt;&gt;&quot;'>a</>", "🏟 🏟<a", ["italic 6+1"]),
        ("<b></b>", "", []),
        ("<code><i><b> </b></i></code>", " ", ["code 0+1", "bold 0+1", "italic 0+1"]),
        ("<a   href=  'telegram.org?&lt;'   > </a>", " ", ["text_link 0+1 http://telegram.org/?<"]),
        ("<a>telegram.org</a>", "telegram.org", ["text_link 0+12 http://telegram.org/"]),
        ("<a>telegram.org </a>", "telegram.org ", []),
        ("<a> </a><a href='nodot'>x</a>", " x", []),
        ('<pre><code class="language-fift">x</></>', "x", ["pre 0+1 fift"]),
        ('<code class="language-fift"><pre>x</></>', "x", ["pre 0+1 fift"]),
        ('<pre><code class="language-fift">x</> </>', "x ", ["pre 0+2", "code 0+1"]),
        ("<pre><code>x</code></pre>", "x", ["pre 0+1", "code 0+1"]),
        ("<blockquote expandable>e</blockquote><tg-spoiler>s</tg-spoiler>", "es", ["expandable_blockquote 0+1", "spoiler 1+1"]),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", ["custom_emoji 0+2 5368324170671202286"]),
        ('<tg-time unix="1700000000" format="dt">x</tg-time>', "x", ["date_time 0+1 1700000000 dt"]),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(markup: str, text: str, entities: list[str]) -> None:
    found = parse_html(markup)
    assert (found[0], shown(found[1])) == (text, entities)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("🏟 🏟_abacaba", "Can't find end of Italic entity at byte offset 9"),
        ("🏟 🏟_abac * asd ", "Can't find end of Bold entity at byte offset 15"),
        ("🏟 🏟_abac * asd _", "Can't find end of Italic entity at byte offset 21"),
        ("🏟 🏟`", "Can't find end of Code entity at byte offset 9"),
        ("🏟 🏟```a", "Can't find end of Pre entity at byte offset 9"),
        ("🏟 🏟```a ", "Can't find end of PreCode entity at byte offset 9"),
        ("🏟 🏟_🏟 🏟__", "Can't find end of Underline entity at byte offset 19"),
        ("🏟 🏟```🏟 🏟`", "Can't find end of Code entity at byte offset 21"),
        ("[telegram\\.org](asd\\)", "Can't find end of a URL at byte offset 16"),
    ],
)
def test_broken_markdown_is_named(markup: str, words: str) -> None:
    with pytest.raises(RefusalError) as refused:
        parse_markdown(markup)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


@pytest.mark.parametrize("char", [char for char in RESERVED if char not in "_*[~`>"])
def test_reserved_characters_must_be_escaped(char: str) -> None:
    with pytest.raises(RefusalError) as refused:
        parse_markdown(char)
    reason = f"Character '{char}' is reserved and must be escaped with the preceding '\\'"
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"
    assert parse_markdown("\\" + char) == (char, [])


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("🏟 🏟_abac \\* asd _", "🏟 🏟abac * asd ", ["italic 5+11"]),
        ("🏟 🏟_🏟 __🏟___", "🏟 🏟🏟 🏟", ["italic 5+5", "underline 8+2"]),
        ("🏟 🏟__🏟 _🏟_ __", "🏟 🏟🏟 🏟 ", ["underline 5+6", "italic 8+2"]),
        ("🏟 🏟```🏟 🏟```", "🏟 🏟 🏟", ["pre 5+3 🏟"]),
        ("🏟 🏟```🏟\n\r🏟```", "🏟 🏟🏟", ["pre 5+2 🏟"]),
        ("🏟 🏟```🏟\n\n🏟```", "🏟 🏟\n🏟", ["pre 5+3 🏟"]),
        ("🏟 🏟**``````____", "🏟 🏟", []),
        ("`_* *_`__*` `*__", "_* *_ ", ["code 0+5", "code 5+1", "bold 5+1", "underline 5+1"]),
        ("||a|| ~b~", "a b", ["spoiler 0+1", "strikethrough 2+1"]),
        ("[telegram\\.org](telegram.dog)", "telegram.org", ["text_link 0+12 http://telegram.dog/"]),
        ("[telegram\\.org](https://telegram.dog?)", "telegram.org", ["text_link 0+12 https://telegram.dog/?"]),
        ("[ ](as)", " ", []),
        (">a\n>*b*\nc", "a\nb\nc", ["blockquote 0+3", "bold 2+1"]),
        ("**>a\n>b||", "a\nb", ["expandable_blockquote 0+3"]),
        ("![👍](tg://emoji?id=5)", "👍", ["custom_emoji 0+2 5"]),
    ],
)
def test_markdown_becomes_text_and_entities(markup: str, text: str, entities: list[str]) -> None:
    found = parse_markdown(markup)
    assert (found[0], shown(found[1])) == (text, entities)
