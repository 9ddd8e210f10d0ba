"""How often the model is right, beside how sure it says it is, as a page that needs nothing else."""

from pathlib import Path
from typing import Any

import plotly.graph_objects as go

_HEADS = ("category", "intent", "sentiment")


def reliability_figure(figures: dict[str, Any]) -> Any:
    """A plotly figure of the heads that `figures` (of evaluation.report, with details) tells of."""
    plot = go.Figure()
    plot.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name="as sure as right", line={"dash": "dot", "width": 1})
    for head in _HEADS:
        if head in figures:
            bins = figures[head]["reliability"]
            plot.add_scatter(
                x=[one["confidence"] for one in bins],
                y=[one["accuracy"] for one in bins],
                text=[f"{one['count']} messages" for one in bins],
                mode="lines+markers",
                name=f"{head}, ECE {figures[head]['calibration_error']:.3f}",
            )
    plot.update_layout(
        xaxis={"title": "confidence", "range": [0, 1]}, yaxis={"title": "share that is right", "range": [0, 1]}
    )
    return plot


def write_plot(figures: dict[str, Any], path: Path) -> None:
    path.write_text(reliability_figure(figures).to_html(include_plotlyjs=True), "utf-8")
