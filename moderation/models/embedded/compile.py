"""Compiling the lexicon's files into the arrays that are matched at run time."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from moderation.errors import ModelError
from moderation.models.embedded.features import Words
from moderation.models.embedded.lexicon import GAPS, Lexicon
from moderation.models.embedded.lookup import VALUE_BITS, build_lookup
from moderation.models.embedded.stems import HEAD, LONGEST, SHORTEST, TAIL
from moderation.text import fold

FOLDER = Path(__file__).parent / "lexicon"
GROUPS = Path(__file__).parent / "groups.tsv"
_ANY, _SOME = "_", "~"
_WILD = 3
"""A ~ stands for up to so many words."""
_BATCH = 512
_COMPOUNDED = ("insult", "hate", "vulgar", "dehumanising")
_LONG = 6
_COMMON = 2e-4
"""A single word with this share of another language's words counts in its own language only."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of the lexicon."""

    text: str
    category: str
    severity: int
    language: str


def read_groups(path: Path = GROUPS) -> list[Pattern]:
    """Words that name groups of people, as patterns of one category."""
    lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [Pattern(word, "group", 1, code) for code, words in lines for word in words.split()]


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a pattern: kind is "" for the word itself, "head" for what begins so, "tail" for what ends so."""

    kind: str
    stem: str


@dataclass(frozen=True, slots=True)
class Step:
    """An element, and how many words may lie between it and the one before."""

    element: Element
    least: int
    most: int


def read_lexicon(folder: Path = FOLDER) -> list[Pattern]:
    """Every line of every file, in order. Raises ModelError naming the line that cannot be read."""
    patterns = []
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            cells = line.split("\t")
            if len(cells) < 4 or not cells[2].isdigit():
                raise ModelError(f"{path}:{number}: expected pattern, category, severity, language, note between tabs.")
            patterns += [Pattern(text, cells[1], int(cells[2]), cells[3]) for text in spell_out(cells[0])]
    return patterns


def spell_out(text: str) -> list[str]:
    """Every pattern that a line with alternatives stands for: "du (blöder|dummer) hund" stands for two."""
    words = [word[1:-1].split("|") if word.startswith("(") and word.endswith(")") else [word] for word in text.split()]
    return [" ".join(chosen) for chosen in product(*words)]


def with_tails(patterns: Sequence[Pattern]) -> list[Pattern]:
    """The patterns, and single words of abuse once more as tails: Germans compound them, others join words to hide."""
    tails = {}
    for pattern in patterns:
        stem = pattern.text.rstrip("*")
        if pattern.category in _COMPOUNDED and pattern.severity > 1 and stem.isalpha() and len(stem) >= _LONG:
            tails[stem, pattern.language] = Pattern(f"*{stem}", f"{pattern.category}-tail", 2, pattern.language)
    return [*patterns, *tails.values()]


def read_steps(patterns: Sequence[Pattern]) -> list[list[Step]]:
    """What each pattern asks of a text, folded as texts are."""
    tokens = sorted({token.strip("*") for pattern in patterns for token in pattern.text.split()} - {_ANY, _SOME, ""})
    folded = fold(tokens)
    words = Words(folded)
    seen: dict[str, list[str]] = {token: [] for token in tokens}
    for row, start, end in zip(words.rows.tolist(), words.starts.tolist(), words.ends.tolist(), strict=True):
        seen[tokens[row]].append("".join(map(chr, folded.codes[start:end].tolist())))
    return [_pattern_steps(pattern.text, seen) for pattern in patterns]


def _pattern_steps(text: str, seen: Mapping[str, list[str]]) -> list[Step]:
    steps: list[Step] = []
    least = most = 0
    for token in text.split():
        one = token == _ANY
        if one or token == _SOME:
            least, most = least + one, most + (1 if one else _WILD)
            continue
        for part in seen.get(token.strip("*"), []):
            steps.append(Step(_element(token, part), least, min(most, GAPS - 1)))
            least = most = 0
    return steps


def _element(token: str, part: str) -> Element:
    """A stem that is open at both ends counts as one that begins words; so does one cut to the longest length."""
    if len(part) < SHORTEST or not token.strip("*"):
        return Element("", part)
    if token.endswith("*"):
        return Element("head", part[:LONGEST])
    return Element("tail", part[-LONGEST:]) if token.startswith("*") else Element("", part)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The lexicon and the names of its columns: category, severity, word or phrase, language ("!": there only)."""

    lexicon: Lexicon
    columns: tuple[str, ...]


def compile_lexicon(patterns: Sequence[Pattern], texts: Mapping[str, Sequence[str]]) -> Compiled:
    """Compile the patterns. texts: language -> texts, whose words tell which words are rare and which are foreign."""
    frequency = {language: word_shares(some) for language, some in texts.items()}
    steps = read_steps(patterns)
    names = [_column(pattern, wanted, frequency) for pattern, wanted in zip(patterns, steps, strict=True)]
    columns = tuple(sorted(set(names)))
    everywhere: Counter[str] = Counter()
    for shares in frequency.values():
        everywhere.update(shares)
    tree = _Tree(everywhere)
    for wanted, name in zip(steps, names, strict=True):
        if wanted:
            tree.add(wanted, columns.index(name) + 1)
    return Compiled(tree.pack(), columns)


def word_shares(texts: Sequence[str]) -> Counter[str]:
    """For each folded word its share of all words."""
    counts = word_counts(texts)
    total = counts.total() or 1
    return Counter({word: count / total for word, count in counts.items()})


def word_counts(texts: Sequence[str]) -> Counter[str]:
    """For each folded word how often it is there."""
    counts: Counter[str] = Counter()
    for first in range(0, len(texts), _BATCH):
        text = fold(texts[first : first + _BATCH])
        counts.update("".join(map(chr, np.where(text.words, text.codes, 32).tolist())).split())
    return counts


def _column(pattern: Pattern, steps: Sequence[Step], frequency: Mapping[str, Counter[str]]) -> str:
    words = "phrase" if len(steps) > 1 else "word"
    foreign = (shares for language, shares in frequency.items() if language != pattern.language)
    only = words == "word" and any(shares[steps[0].element.stem] > _COMMON for shares in foreign if steps)
    return f"{pattern.category} {pattern.severity} {words} {pattern.language}{'!' if only else ''}"


class _Tree:
    """The phrases as a tree: from the rarest word to its right end, then to its left end."""

    def __init__(self, frequency: Mapping[str, float]) -> None:
        self._frequency = frequency
        self._elements: dict[Element, int] = {}
        self._roots: dict[int, int] = {}
        self._steps: dict[tuple[int, int, int], int] = {}
        self._columns: dict[int, int] = {}
        self._twins: dict[int, int] = {}
        self._nodes = 0

    def add(self, steps: Sequence[Step], column: int) -> None:
        anchor = min(range(len(steps)), key=lambda place: self._rank(steps[place].element))
        element = self._number(steps[anchor].element)
        nodes = {self._roots.get(element) or self._roots.setdefault(element, self._new())}
        for step in steps[anchor + 1 :]:
            nodes = self._go(nodes, step.element, range(step.least, step.most + 1))
        for place in range(anchor, 0, -1):
            gaps = range(GAPS + steps[place].least, GAPS + steps[place].most + 1)
            nodes = self._go(nodes, steps[place - 1].element, gaps)
        for node in nodes:
            self._end(node, column)

    def _end(self, node: int, column: int) -> None:
        """Let the column end at this node, or at a twin of it where others do already."""
        while self._columns.setdefault(node, column) != column:
            node = self._twins.get(node) or self._twins.setdefault(node, self._new())

    def _rank(self, element: Element) -> tuple[float, int]:
        return self._frequency.get(element.stem, 0.0), -len(element.stem)

    def _number(self, element: Element) -> int:
        return self._elements.setdefault(element, len(self._elements) + 1)

    def _new(self) -> int:
        self._nodes += 1
        return self._nodes

    def _go(self, nodes: Collection[int], element: Element, gaps: range) -> set[int]:
        """The nodes that this step leads to; steps that lead nowhere yet all lead to one new node."""
        ways = [(node, gap, self._number(element)) for node in sorted(nodes) for gap in gaps]
        fresh = [way for way in ways if way not in self._steps]
        if fresh:
            self._steps.update(dict.fromkeys(fresh, self._new()))
        return {self._steps[way] for way in ways}

    def pack(self) -> Lexicon:
        """As arrays."""
        if max(self._nodes, len(self._elements)) >= 1 << VALUE_BITS:
            raise ModelError(f"The lexicon has more than {1 << VALUE_BITS:,} words or steps: take some out.")
        keys = _element_keys(list(self._elements))
        roots = np.zeros(len(self._elements) + 1, dtype=np.uint32)
        roots[list(self._roots)] = list(self._roots.values())
        steps = np.array([(*way, node) for way, node in sorted(self._steps.items())], dtype=np.uint32).reshape(-1, 4)
        firsts = steps[:, 0].searchsorted(np.arange(self._nodes + 2)).astype(np.uint32)
        elements = build_lookup(dict(zip(keys, self._elements.values(), strict=True)))
        columns = np.zeros(self._nodes + 1, dtype=np.uint16)
        columns[list(self._columns)] = list(self._columns.values())
        return Lexicon(
            elements,
            roots,
            firsts,
            steps[:, 2],
            steps[:, 3] * 2 * GAPS + steps[:, 1],
            columns,
            dict(sorted(self._twins.items())),
        )


_SALTS = {"": np.uint64(1), "head": HEAD, "tail": TAIL}


def _element_keys(elements: Sequence[Element]) -> list[int]:
    words = Words(fold([element.stem for element in elements]))
    salts = np.array([_SALTS[element.kind] for element in elements], dtype=np.uint64)
    keys: list[int] = (words.hashes * salts).tolist()
    return keys
