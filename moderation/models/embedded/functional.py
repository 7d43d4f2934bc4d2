"""Functional cases: short sentences that each ask one thing of the model, for measuring only."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moderation.comment import Scores
from moderation.models.embedded.frames import Frame, fill, read_lists
from moderation.models.embedded.metrics import auc
from moderation.models.embedded.model import Embedded
from moderation.policy import Thresholds, decide

if TYPE_CHECKING:
    from moderation.models.embedded.figures import Bench, Figure

CASES = Path(__file__).parent / "functional.tsv"
"""Functionality, language, toxic (1) or not (0), text with placeholders: tab-separated, the first line its header."""
FILLINGS = 4
"""So many times a case with placeholders is asked, with other words in them."""
_SEED = 2026


def read_cases(path: Path = CASES) -> list[Frame]:
    """Every case; its functionality is its kind."""
    return [_case(*line.split("\t")) for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def _case(functionality: str, language: str, toxic: str, text: str) -> Frame:
    return Frame(text, language, {"toxicity": float(toxic)}, functionality, functionality)


class Answers:
    """What a model says of every case, filled in. Each distinct case weighs the same, however often it is asked."""

    def __init__(self, model: Embedded, cases: Sequence[Frame]) -> None:
        lists = read_lists()
        self.asked = [case for case in cases for _ in range(FILLINGS)]
        texts = [fill(case, lists, _SEED + place % FILLINGS) for place, case in enumerate(self.asked)]
        scores = model.score(texts)
        self.toxic = np.array([case.labels["toxicity"] for case in self.asked])
        self.chances = np.array([score.probabilities["toxicity"] for score in scores])
        self.right = np.array([_flags(score) for score in scores]) == (self.toxic > 0)

    def share(self, language: str, functionality: str = "") -> float:
        """The share judged right by the thresholds that decide by default; without a functionality, of all."""
        return float(self.right[self._among(language, functionality)].mean())

    def auc(self, language: str) -> float:
        """How well toxic cases are told from harmless ones, by the probability of toxicity."""
        rows = self._among(language, "")
        return auc(self.toxic[rows], self.chances[rows])

    def _among(self, language: str, functionality: str) -> NDArray[np.bool_]:
        return np.array([case.language == language and functionality in ("", case.kind) for case in self.asked])


def _flags(scores: Scores) -> bool:
    return decide(scores, Thresholds()).outcome != "pass"


def functional_shares(bench: "Bench") -> Iterator["Figure"]:
    """How much is told right of each functionality, and of all."""
    from moderation.models.embedded.figures import Figure

    cases = read_cases()
    answers = Answers(bench.model, cases)
    languages = list(dict.fromkeys(case.language for case in cases))
    each = " ".join(f"{language} {answers.auc(language):.3f}" for language in languages)
    yield Figure(f"functional cases ({len(cases)}), AUC", "", each)
    for functionality in dict.fromkeys(case.kind for case in cases):
        toxic = any(case.labels["toxicity"] for case in cases if case.kind == functionality)
        each = " ".join(f"{language} {answers.share(language, functionality):.2f}" for language in languages)
        yield Figure(f"functional cases, {functionality}: {'flagged' if toxic else 'passed'} by default", "", each)
