"""The dictionary laid out anew answers as simplemma does."""

from simplemma import Lemmatizer
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from monitor.query import latin
from monitor.query.english import English


def test_every_form_has_the_lemma_that_simplemma_gives_it() -> None:
    theirs = DefaultDictionaryFactory().get_dictionary("en")
    words = English()
    assert len(words) == len(theirs)
    assert {form: words.get(form) for form in theirs} == dict(theirs.items())
    assert list(words)[:1000] == list(theirs)[:1000]


def test_unknown_words_are_taken_as_simplemma_takes_them() -> None:
    whole = Lemmatizer()
    for word in ["dozorments", "paris", "can't", "it's", "e-mails", "dozorized", "qarabağ", "x", "zzz", "London"]:
        assert latin.lemmas(word) == {word, whole.lemmatize(word, lang="en").lower()}
