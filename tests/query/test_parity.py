"""The same text gives the same answer one by one, among other standing queries, and through a full-text index."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.query.analysis import analyze
from monitor.query.document import Document
from monitor.query.evaluation import parts
from monitor.query.explain import Highlighter, explain
from monitor.query.matcher import Matcher
from monitor.query.syntax import Query, parse
from monitor.query.tokens import TOKEN
from monitor.query.tree import And, Exact, From, Is, Name, Node, Not, Or, Pattern, Phrase, Prefix, Word
from tests.conftest import NOW

VOCABULARY = ["арест", "ареста", "арестовали", "Песков", "песком", "Ибрагимов", "Ібрагімова", "İbrahimovun", "кошки",
              "cats", "cat", "Bakıda", "в", "24/7", "#тег", "t.me/a", "п'ять"]  # fmt: skip
words = st.sampled_from(VOCABULARY)
leaves = st.one_of(
    words.map(Word),
    words.map(Exact),
    st.sampled_from(["арест", "песк", "cat"]).map(Prefix),
    st.sampled_from(["Ибрагимов", "Ibragimov", "Песков"]).map(Name),
    st.builds(Phrase, st.lists(words, min_size=1, max_size=3).map(" ".join), st.integers(0, 2), st.booleans()),
    st.sampled_from([Pattern(r"\bарест"), Pattern(r"\w+ов\b"), From("news"), Is("forward")]),
)
nodes: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda items: Or(tuple(items))),
        st.tuples(inner, inner).map(And),
        st.tuples(inner, inner).map(lambda pair: And((pair[0], Not(pair[1])))),
    ),
    max_leaves=6,
)
documents = st.builds(
    Document,
    st.lists(words, max_size=8).map(" ".join),
    channel=st.sampled_from(["news", "other"]),
    is_forward=st.booleans(),
)


def oracle(node: Node, document: Document) -> bool:
    """The meaning of a query, spelled out over lists; patterns and filters are asked alone."""
    keys = [set(token.keys) for token in analyze(document.text).tokens]
    if isinstance(node, And):
        return all(oracle(item, document) for item in node.items)
    if isinstance(node, Or):
        return any(oracle(item, document) for item in node.items)
    if isinstance(node, Not):
        return not oracle(node.item, document)
    if isinstance(node, Word | Exact | Name | Phrase):
        slop = node.slop if isinstance(node, Phrase) else 0
        return any(follows(list(parts(node)), keys, start, slop) for start in range(len(keys)))
    if isinstance(node, Prefix):
        return any(raw.lower().startswith(node.text) for raw in TOKEN.findall(document.text))
    return explain(Query(node), document) is not None


def follows(wanted: list[frozenset[str]], keys: list[set[str]], start: int, slop: int) -> bool:
    if start >= len(keys) or not wanted[0] & keys[start]:
        return False
    if len(wanted) == 1:
        return True
    return any(follows(wanted[1:], keys, start + step, slop) for step in range(1, slop + 2))


@given(nodes, documents)
@settings(deadline=None, max_examples=300)
def test_a_query_means_the_same_to_the_oracle_and_to_explain(node: Node, document: Document) -> None:
    found = explain(Query(node), document)
    assert (found is not None) == oracle(node, document)


@given(nodes, st.lists(documents, min_size=1, max_size=4))
@settings(deadline=None, max_examples=300)
def test_who_asks_several_documents_gets_the_answers_of_each(node: Node, several: list[Document]) -> None:
    highlighter = Highlighter(Query(node), NOW)
    for document in several:
        found = explain(Query(node), document, NOW)
        assert highlighter.explain(document) == found
        assert found is None or highlighter.bold(document) == found


@given(st.lists(nodes, min_size=1, max_size=6), documents)
@settings(deadline=None, max_examples=200)
def test_many_standing_queries_answer_as_each_would_alone(roots: list[Node], document: Document) -> None:
    matcher = Matcher()
    for number, root in enumerate(roots):
        matcher.add(number, Query(root))
    assert sorted(matcher.match(document)) == [number for number, root in enumerate(roots) if oracle(root, document)]
    for number in range(len(roots)):
        matcher.remove(number)
    assert list(matcher.match(document)) == []


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=300)
def test_any_text_has_tokens_that_lie_within_it_in_order(text: str) -> None:
    end = 0
    for token in analyze(text).tokens:
        assert end <= token.start < token.end <= len(text)
        end = token.end


@given(nodes)
@settings(deadline=None, max_examples=300)
def test_a_printed_query_reads_back_as_the_same_query(node: Node) -> None:
    query = parse(str(Query(node)))
    assert parse(str(query)) == query
