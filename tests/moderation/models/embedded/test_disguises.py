"""Disguises that need more than folding: masked letters, words broken off, run together, spaced out, misspelt."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from moderation.models.embedded import Embedded
from moderation.models.embedded.features import BITS, Words
from moderation.models.embedded.meaning import Guesser
from moderation.models.embedded.respell import Respeller, replace, replace_strings
from moderation.models.embedded.spelling import Speller
from moderation.models.embedded.unmask import Unmasker, point_back
from moderation.models.embedded.weights import read_weights
from moderation.models.embedded.wordbook import EMPTY, LEVELS, Use, Wordbook, pack_words
from moderation.text import Folded, fold

COMMON = ("das", "die", "der", "du", "bist", "ein", "und", "dann", "haben", "jeder", "weg", "muss", "voll")
RARE = ("alter", "depp", "dummer", "dummerchen", "kollegen", "kolleginnen", "hund", "hand", "grossmaul", "trans", "mit")
ABUSE = ("idiot", "idioten", "idiotin", "arschloch", "scheisse", "deppen", "fuck")
ENGLISH = ("hand", "mall")
USES = {
    **{word: [Use(0, LEVELS - 3, False)] for word in COMMON},
    **{word: [Use(0, 3, False)] for word in RARE},
    **{word: [Use(0, 4, True)] for word in ABUSE},
    "hand": [Use(0, 3, False), Use(1, 6, False)],
    "hund": [Use(0, 4, False)],
    "mall": [Use(1, 7, False)],
    "auf": [Use(0, LEVELS - 1, False)],
    "eine": [Use(0, LEVELS - 1, False)],
    "klar": [Use(0, 5, False)],
    "derb": [Use(0, 3, False)],
    "trag": [Use(0, 2, False)],
}


@pytest.fixture(scope="module")
def book() -> Wordbook:
    return Wordbook(pack_words(["de", "en"], ["auf"], USES))


@pytest.fixture(scope="module")
def guesser(book: Wordbook) -> Guesser:
    return Guesser(book, {"de": np.zeros(1 << BITS, dtype=np.int8)})


@pytest.fixture(scope="module")
def unmasker(guesser: Guesser) -> Unmasker:
    return Unmasker(guesser, lambda texts: ["de"] * len(texts))


@pytest.fixture(scope="module")
def model() -> Embedded:
    return Embedded(read_weights())


def respell(book: Wordbook, texts: Sequence[str]) -> tuple[Folded, Words]:
    text = fold(texts)
    words = Words(text)
    speller, strings = Speller(book), words.strings()
    changes = Respeller(speller).respell(text, words, strings, list(map(speller.meant, strings)))
    text = replace(text, words, changes)
    assert Words(text).strings() == replace_strings(strings, changes)
    return text, Words(text)


def respelled(book: Wordbook, *texts: str) -> list[str]:
    text, _ = respell(book, texts)
    return [text.string(row) for row in range(len(texts))]


@pytest.mark.parametrize("word", [*COMMON, *RARE, *ABUSE])
def test_a_book_knows_its_words_and_no_parts_of_them(book: Wordbook, word: str) -> None:
    assert book.uses(word) == USES[word]
    assert word in book
    assert word[:-1] not in book or word[:-1] in USES
    assert word + "q" not in book


def test_an_empty_book_knows_nothing() -> None:
    assert "du" not in Wordbook(EMPTY)
    assert respelled(Wordbook(EMPTY), "duidiot d u m m i d i o t") == ["duidiot dummidiot"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Du Id*ot!", "Du idiot!"),
        ("Du I**ot!", "Du idiot!"),
        ("Du *diot", "Du idiot"),
        ("F*** das", "fuck das"),
        ("so ein Idi… echt", "so ein idiot echt"),
        ("Arschlo... halt", "arschloch halt"),
        ("Schei.. drauf", "scheisse drauf"),
        ("Sch*i#se", "scheisse"),
        ("Gro*maul", "grossmaul"),
        ("#Idi*ten raus", "#idioten raus"),
        ("Volld*pp", "volldepp"),
        ("der alterd*pp", "der alterdepp"),
    ],
)
def test_a_masked_word_is_written_out(unmasker: Unmasker, written: str, meant: str) -> None:
    assert unmasker.restore([written])[0] == [meant]


@pytest.mark.parametrize(
    "written",
    [
        "Sch*x",
        "#Idiot und 2 * 3",
        "die... das... dann…",
        "**Dummer** und *Hund*",
        "trans* und depp*",
        "der*die",
        "Türk*innen",
        "@Id*ot",
        "Hund#Hund",
        "*trans",
        "haben…",
        "ein…",
    ],
)
def test_harmless_stars_and_dots_stay(unmasker: Unmasker, written: str) -> None:
    assert unmasker.restore([written])[0] == [written]


def test_a_gender_star_gives_the_word_without_it(unmasker: Unmasker) -> None:
    assert unmasker.restore(["Kolleg*innen, jede*r"])[0] == ["kolleginnen, jeder"]


def test_a_word_of_the_text_s_language_is_meant(guesser: Guesser) -> None:
    assert [guesser.guess("h*nd")[code] for code in ("de", "en")] == ["hund", "hand"]


def test_written_out_words_point_to_what_was_written(unmasker: Unmasker) -> None:
    restored, places = unmasker.restore(["gut", "ihr Idi… ja"])
    text = fold(restored)
    point_back(text, places)
    origin = text.origin[text.starts[1] : text.ends[1]].tolist()
    assert origin[0] == -1
    assert origin[-1] == len("ihr Idi… ja")
    assert origin[5:11] == [4, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("joined", "parted"),
    [("ein alterDepp", "ein alter depp"), ("#WegMitIhm", "#weg mit ihm"), ("IdIoT", "idiot"), ("McDonald", "mcdonald")],
)
def test_capitals_part_joined_words(joined: str, parted: str) -> None:
    assert fold([joined]).string(0) == parted


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("duidiot", "du idiot"),
        ("DUBISTEINIDIOT", "du bist ein idiot"),
        ("dubistdeppq", "dubistdeppq"),
        ("klardudepp", "klardudepp"),
        ("auftrag", "auftrag"),
        ("dummerhund", "dummerhund"),
        ("d u m m e r  i d i o t", "dummer  idiot"),
        ("d u m m e r i d i o t", "dummer idiot"),
        ("d.u.m.m.e.r i.d.i.o.t", "dummer idiot"),
        ("d-e-p-p-e-n", "deppen"),
        ("Idioooot", "idiot"),
        ("Depppppen", "deppen"),
        ("Grossssmaul", "grossmaul"),
        ("Iddiot", "idiot"),
        ("ldiot", "idiot"),
        ("arSchlOch", "arschloch"),
        ("idIot idiOten", "idiot idioten"),
        ("DeppHund", "depp hund"),
        ("DeppQuuxe", "depp quuxe"),
        ("2 3 4 und 1.2.3", "234 und 123"),
    ],
)
def test_a_word_that_nobody_writes_is_read_as_the_one_meant(book: Wordbook, written: str, read: str) -> None:
    assert respelled(book, written) == [read]


def test_parted_words_point_to_their_own_letters(book: Wordbook) -> None:
    texts = ["na", "so duidiot!", "d u m m e r i d i o t"]
    text, words = respell(book, texts)
    places = np.stack([text.origin[words.starts], text.origin[words.ends - 1] + 1], axis=1).tolist()
    assert [texts[row][start:end] for row, (start, end) in zip(words.rows, places, strict=True)] == [
        "na",
        "so",
        "du",
        "idiot",
        "d u m m e r",
        "i d i o t",
    ]
    assert text.origin[text.ends - 1].tolist() == [len(some) for some in texts]


def test_words_are_read_alike_alone_and_among_others(model: Embedded) -> None:
    """Mixed with texts of every kind, and after so many words that earlier ones are forgotten."""
    chance = random.Random(4711)
    words = [
        "duidiot",
        "I\u200bdi\u200b\u200bot",
        "fa$$",
        "Maerz",
        "d u m m e r i d i o t",
        "Depppp",
        "alterDepp",
        "ist",
    ]
    texts = [" ".join(chance.choices(words, k=5)) for _ in range(40)]
    alone = [model.score([text])[0] for text in texts]
    for first in range(0, 18_000, 500):
        model.score([" ".join(f"wort{number:x}".replace("0", "o") for number in range(first, first + 500))])
    assert model.score(texts) == alone


VARIANTS = [
    "Du I d i o t",
    "Du I.d.i.o.t",
    "Du I-d-i-o-t",
    "Du I_d_i_o_t",
    "Du Id**t",
    "Du *diot",
    "Du id!ot",
    "Du ldiot",
    "Du Idi0t",
    "Du Idiiiiot",
    "Du Iddiot",
    "Du iDIoT",
    "Duidiot",
    "Du VollIdiot",
    "Was für ein Idi…",
    "F*** you",
    "Du A****loch",
    "Arschloooch",
    "Du Hurens*hn",
    "dubistdumm",
    "Verp*ss dich",
    "you areanidiot",
    "d u d u m m e r i d i o t",
]


@pytest.mark.parametrize("text", VARIANTS)
def test_a_disguised_insult_is_still_an_insult(model: Embedded, text: str) -> None:
    assert model.score([text], ["de"])[0].probabilities["toxicity"] > model.threshold


@pytest.mark.parametrize(
    "text",
    [
        "Liebe Kolleg*innen, die Autor*innen treffen heute jede*n Lehrer*in.",
        "Die Türk*innen und Jüd*innen der Stadt laden zum Fest ein.",
        "Trans* Menschen und Frauen* sind zu dem Abend eingeladen.",
        "Das ist **wichtig** und *schön*, 2*3=6.",
        "Ich war gestern im Kino… es war schön. Und dann… nach Hause.",
        "Preis* zzgl. Versand, siehe unten*",
        "Das Wetter wird heute sch...",
        "u.s.w., z. B. a b c oder 1 2 3",
    ],
)
def test_harmless_writing_stays_harmless(model: Embedded, text: str) -> None:
    assert model.score([text])[0].probabilities["toxicity"] < model.threshold


def test_letters_repeated_for_joy_change_nothing(model: Embedded) -> None:
    [stretched, plain] = model.score(["Mussssss ich mir merken, sooooo schön!!!", "Muss ich mir merken, so schön!!!"])
    assert stretched == plain


@pytest.mark.parametrize(
    ("text", "insult"),
    [("Das ist doch ein Id*ot, oder?", "Id*ot"), ("Na duidiot, geh weg", "idiot"), ("So ein Iddiot, ja", "Iddiot")],
)
def test_the_span_of_a_disguised_insult_is_as_it_was_written(model: Embedded, text: str, insult: str) -> None:
    spans = model.explain([text])[0]
    assert any(insult in text[span.start : span.end] for span in spans[:2])
