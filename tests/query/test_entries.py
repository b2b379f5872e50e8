import pytest

from monitor.query import fts5
from monitor.query.analysis import raw_tokens
from monitor.query.document import Document
from monitor.query.entries import fts5_entry
from monitor.query.indexing import pair_term, pairs_of, terms_beside, token_of


@pytest.mark.parametrize(
    "document",
    [
        Document(""),
        Document("Министр обороны, министра обороны: министр!"),
        Document("№5 из 1 000 · t.me/durov/12?single #ВыборыПрезидента @news $BTC don't e-mail", language="ru"),
        Document("Ссылка", links=("https://example.org/a-b?c=1",), media=frozenset({"photo"}), is_forward=True, is_edited=True),
    ],
)  # fmt: skip
def test_an_entry_made_of_its_tokens_has_the_words_of_the_terms(document: Document) -> None:
    tokens = list(map(token_of, raw_tokens(document.text)))
    pairs = map(pair_term, pairs_of(tokens))
    terms = {term for token in tokens for term in token.terms}
    expected = fts5.document({*terms, *pairs, *terms_beside(document, -5, tokens)})
    assert set(fts5_entry(document, -5).decode().split("\n")) - {""} == set(expected.split("\n")) - {""}
