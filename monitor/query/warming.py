"""Loading at start what the first post would otherwise wait for."""

from monitor.query.analyzer import post_keys

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
        post_keys(word)
