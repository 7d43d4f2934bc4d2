"""The model card, generated from the figures that were measured."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moderation.models.embedded.calibration import BASE_RATE
from moderation.models.embedded.corpora import CORPORA

if TYPE_CHECKING:
    from moderation.models.embedded.figures import Bench, Figure

TRIED = Path(__file__).parent / "tried.tsv"
"""What was tried: family, size and figures, tab-separated, the first line its header."""

_INTRODUCTION = """# The embedded model {version}

Written by `python -m moderation.models.embedded.evaluate --data FOLDER --card FOLDER`; not edited by hand.

## What it is
Linear heads over hashed runs of 3 to 5 characters and words of the folded text: offence; hate against groups; and
whether the text reads like a statement about groups (the last two for German and English), one set per language
({languages}). Beside them a compiled lexicon of words, stems and phrases in categories, and a small logistic layer that
reads all labels from the heads, from whether a group is named, and from the lexicon. Before that, disguises are undone:
look-alikes, leetspeak, spacing and repetition by rules, and masked, broken-off or joined words by a book of the words
that people write. It runs on numpy alone.

Labels: {labels}.
A text is at least as likely toxic as it is a threat, an attack on a group, harassment or severe. A label is left out
where the language's corpora give no evidence of it. Texts in other languages are told to be unsupported; their
probabilities come from the lexicon alone and decide nothing. The probabilities assume a base rate
of {base:.0%} toxic comments, as news sites report (insults 6 %, obscenity 3 %, hate against groups 2 %, the rest 1 %
each); a site with more or fewer should move its thresholds.

## What it is for
Showing moderators the comments that are worth a look first. It is not fit to punish anybody without a person's look:
it knows words and phrases, not intent, irony or context, and it is weakest on hate that is told politely.

## What to know of the figures
Most choices were made by folds of the training corpora, but figures on the sets below were seen while the model was
built, and two choices followed a look at them (that English heeds whether a group is named; that the threshold of the
macro-F1 is averaged over samples), so they flatter it a little.
GAHD labels hate against groups only: a plain insult counts as harmless there and as toxic
here, which alone costs 0.01 of that set's AUC; `identity_attack` is the label that it asks for. Our own comments are
often twins with opposite labels; twins stay together, in training or in the fifth that is kept apart.
Functional cases are short sentences of our own that each ask one thing; none is trained on. Which of them failed was
seen before comments and patterns were added, so they flatter the model, too. Right is what the default thresholds do.
"""


def write_card(folder: Path, bench: "Bench", figures: Sequence["Figure"], plots: Sequence[Path]) -> Path:
    """Write MODEL_CARD.md into the folder."""
    model = bench.model
    parts = [
        _INTRODUCTION.format(
            version=model.version, languages=", ".join(model.languages), labels=", ".join(model.labels), base=BASE_RATE
        ),
        "## Figures\n",
        _table([("what", "reference", "this model", "at least", "reach for"), *figures]),
        *(f"![{plot.stem.replace('_', ' and ')}]({plot.name})\n" for plot in plots),
        "## What was tried\n",
        _table([line.split("\t") for line in TRIED.read_text(encoding="utf-8").splitlines()]),
        "## What it learnt from\n",
        _table(
            [("corpus", "language", "what", "licence"), *((c.name, c.language, c.about, c.licence) for c in CORPORA)]
        ),
        "Beside these: the project's own lexicon and comments (MIT, as the project), and for English the opinion of\n"
        "alt-profanity-check (MIT) as half of a row's label. Wikipedia's talk pages are under CC BY-SA by their\n"
        "authors. Of all texts the weights hold single words only, out of order, by which disguises are undone.\n",
    ]
    path = folder / "MODEL_CARD.md"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"
