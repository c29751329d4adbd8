"""The public training sets: licence, where it stands, and what each set's own labels mean in our categories.

This table is the only place that knows. A label of several kinds joins them with "+". What a set does not tell stays
unknown: silence about threats is no label.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from data.model import Category, Characteristic

HARASSMENT, SEXUAL, THREAT = Category.HARASSMENT, Category.SEXUAL_HARASSMENT, Category.THREAT
DISCRIMINATION, PROFANITY = Category.DISCRIMINATION, Category.PROFANITY
EVERY_KIND = "*"


@dataclass(frozen=True, slots=True)
class PublicSet:
    """One public set.

    `stated`: whether its authors state the licence themselves. `meets` maps a kind to the categories it means;
    `tells` are the categories that a harmful row of another kind surely does not meet; `clean` are the kinds
    without profanity; `about` limits which characteristics the set was annotated for (empty: all). `natural` are sets
    drawn as posts come, not chosen or written to be hard: what a share of false alarms is told on.
    """

    name: str
    licence: str
    stated: bool
    what: str
    meets: Mapping[str, tuple[Category, ...]] = field(default_factory=dict)
    tells: tuple[Category, ...] = ()
    clean: frozenset[str] = frozenset()
    about: tuple[Characteristic, ...] = ()
    natural: bool = False

    @property
    def benign(self) -> bool:
        """Whether the set is harmless public text by assumption, labelled by nobody."""
        return self.name.startswith("benign_")


def _benign(name: str, licence: str, what: str, stated: bool = True) -> PublicSet:
    return PublicSet(name, licence, stated, what, clean=frozenset({EVERY_KIND}))


_ALL = (
    PublicSet("dynahate", "none stated by its authors (ACL 2021)", False, "adversarial pairs by trained annotators"),
    PublicSet(
        "hatemojibuild", "CC BY 4.0", True, "adversarial text with emoji", {"threatening": (THREAT,)}, tells=(THREAT,)
    ),
    PublicSet("toxigen_human", "CDLA-Permissive-2.0 and MIT", True, "implicit, machine-written, rated by people"),
    PublicSet("mhs", "CC BY 4.0", True, "comments of three platforms; only hate is used"),
    PublicSet(
        "edos",
        "CC0 1.0",
        True,
        "sexism on Gab and Reddit",
        {
            "1.1 threats of harm": (THREAT,),
            "1.2 incitement and encouragement of harm": (THREAT,),
            "2.3 dehumanising attacks & overt sexual objectification": (SEXUAL,),
            "3.1 casual use of gendered slurs, profanities, and insults": (HARASSMENT, PROFANITY),
        },
        tells=(THREAT,),
        about=(Characteristic.SEX,),
    ),
    PublicSet("hatexplain", "MIT", True, "lower-cased tweets and Gab posts"),
    PublicSet(
        "davidson",
        "MIT",
        True,
        "tweets with words of a hate lexicon",
        {"offensive_language": (PROFANITY,)},
        clean=frozenset({"neither"}),
    ),
    PublicSet(
        "cad",
        "CC BY 4.0 believed, unverified",
        False,
        "Reddit threads at natural prevalence",
        {"PersonDirectedAbuse": (HARASSMENT,), "AffiliationDirectedAbuse": (HARASSMENT,)},
        natural=True,
    ),
    PublicSet(
        "toxic_spans",
        "CC0 1.0",
        True,
        "news comments",
        {"insult": (HARASSMENT,), "threat": (THREAT,), "profane/obscene": (PROFANITY,)},
        tells=(THREAT,),
        clean=frozenset({"not toxic"}),
    ),
    PublicSet(
        "gab_hate_corpus",
        "CC BY 4.0 believed, unverified",
        False,
        "Gab posts at natural prevalence",
        {
            "call_for_violence": (THREAT,),
            "cv": (THREAT,),
            "vo": (PROFANITY,),
            "vulgar_offensive_only": (PROFANITY,),
        },
        tells=(THREAT,),
        clean=frozenset({"none"}),
        natural=True,
    ),
    PublicSet("stormfront", "CC BY-SA 3.0", True, "sentences of a far-right forum", natural=True),
    PublicSet("sbic_dev", "CC BY 4.0", True, "posts with implied statements", {"lewd": (SEXUAL,)}),
    PublicSet(
        "convabuse",
        "CC BY 4.0",
        True,
        "what people say to chat robots",
        {
            "sex_harassment": (SEXUAL, HARASSMENT),
            "intellectual": (HARASSMENT,),
            "abuse": (HARASSMENT,),
        },
        tells=(SEXUAL,),
        clean=frozenset({"none"}),
    ),
    PublicSet("fox_news_comments", "MIT", True, "comments on news"),
    _benign("benign_crisislex_orgs", "MIT", "organisations' tweets in crises"),
    _benign(
        "benign_uk_petitions", "MIT repository; Open Parliament Licence text, unchecked", "petitions", stated=False
    ),
    _benign("benign_govuk", "Open Government Licence v3 by our reading", "UK government guidance"),
)
SETS: Mapping[str, PublicSet] = {one.name: one for one in _ALL}


def of_variant(variant: str) -> tuple[str, ...]:
    """Return the names of the sets of a variant: "full" has all, "clear" only those whose authors state a licence."""
    return tuple(name for name, one in SETS.items() if variant == "full" or one.stated)
