"""Loading at start what the first post, or the first question, would otherwise wait for."""

from monitor.query.analyzer import post_keys
from monitor.query.beginnings import needless

SAMPLE = (
    "Ибрагимовым",
    "гражданства",
    "неведомскому",
    "Ібрагімова",
    "вулицями",
    "citizenship",
    "Azərbaycanda",
    "№5",
    "t.me/durov",
)


def warm() -> None:
    """Load the dictionaries: a word of each kind, one that no dictionary knows among them."""
    for word in SAMPLE:
        needless(frozenset(post_keys(word)), ())
