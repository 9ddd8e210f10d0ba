"""Charts as markup: they take their colours from the tokens, so they change with the theme."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ui.markup import Child, Html, join, tag

WIDTH = 400
_LEFT, _RIGHT, _TOP, _FOOT = 40, 12, 12, 24


@dataclass(frozen=True, slots=True)
class Line:
    """One series; a point that is None leaves a gap. `colour` names a token, `dots` are the radii of points."""

    name: str
    colour: str
    points: Sequence[tuple[float, float | None]]
    is_dashed: bool = False
    dots: Sequence[float] = ()
    titles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of stacked bars: a share for each place, None where there is no bar."""

    name: str
    colour: str
    shares: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Axes:
    """What the sides mean: the highest value, the marks with their words, and a word beneath."""

    right: float
    top: float
    across: Sequence[tuple[float, str]]
    upward: Sequence[tuple[float, str]]
    title: str = ""
    height: int = 176
    low: float = 0.0
    """Where the upward side begins."""

    @property
    def foot(self) -> int:
        return self.height - _FOOT - (14 if self.title else 0)

    def x(self, value: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * value / self.right

    def y(self, value: float) -> float:
        held = max(self.low, min(value, self.top))
        return self.foot - (self.foot - _TOP) * (held - self.low) / (self.top - self.low)


def line_chart(label: str, axes: Axes, lines: Sequence[Line], *more: Child) -> Html:
    """`label` is what screen readers say of it; `more` lies beneath the lines."""
    return _chart(label, axes, *more, [_line(axes, line) for line in lines])


def bar_chart(label: str, axes: Axes, layers: Sequence[Layer]) -> Html:
    """Stacked bars, one at each whole number; the first layer lies at the bottom."""
    width = (axes.x(1) - axes.x(0)) * 0.72
    bars = []
    for place in range(len(layers[0].shares) if layers else 0):
        height = 0.0
        for layer in layers:
            share = layer.shares[place]
            if share:
                bars.append(_bar(axes, place + 0.5, width, (height, height + share), layer.colour))
                height += share
    return _chart(label, axes, bars)


def level(axes: Axes, value: float, words: str) -> Html:
    """A dashed line across, such as a target, with its name above it."""
    y = f"{axes.y(value):.1f}"
    return join(
        tag("line", class_="tg", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y, y2=y),
        tag("text", words, class_="lb", x=_LEFT + 4, y=f"{axes.y(value) - 4:.1f}"),
    )


def diagonal(axes: Axes) -> Html:
    return tag("line", class_="tg", x1=f"{axes.x(0):.1f}", y1=f"{axes.y(0):.1f}", x2=f"{axes.x(axes.right):.1f}",
               y2=f"{axes.y(axes.top):.1f}")  # fmt: skip


def legend(entries: Sequence[tuple[str, str]], *, lines: bool = False) -> Html:
    """(name, colour) pairs in words, beneath the title of a chart."""
    mark = "ln" if lines else None
    return tag("div", [tag("span", tag("i", class_=mark, style=f"background:var(--{colour})"), name)
                       for name, colour in entries], class_="legend")  # fmt: skip


def steps(top: float, count: int, words: Callable[[float], str]) -> list[tuple[float, str]]:
    """Even marks from nothing to `top`."""
    return [(top * at / count, words(top * at / count)) for at in range(count + 1)]


def _chart(label: str, axes: Axes, *content: Child) -> Html:
    return tag("svg", _grid(axes), *content, class_="chart", viewBox=f"0 0 {WIDTH} {axes.height}", role="img",
               aria_label=label)  # fmt: skip


def _grid(axes: Axes) -> Html:
    rows = [
        join(
            tag("line", class_="g" if value > axes.low else "ax", x1=_LEFT, x2=WIDTH - _RIGHT,
                y1=f"{axes.y(value):.1f}", y2=f"{axes.y(value):.1f}"),
            tag("text", words, class_="end", x=_LEFT - 8, y=f"{axes.y(value) + 4:.1f}"),
        )
        for value, words in axes.upward
    ]  # fmt: skip
    marks = [
        tag("text", words, class_="mid", x=f"{axes.x(value):.1f}", y=axes.foot + 16) for value, words in axes.across
    ]
    middle = (_LEFT + WIDTH - _RIGHT) // 2
    title = tag("text", axes.title, class_="mid", x=middle, y=axes.height - 2) if axes.title else None
    return join(rows, marks, title)


def _line(axes: Axes, line: Line) -> Html:
    path, is_pen_up = [], True
    for x, y in line.points:
        if y is not None:
            path.append(f"{'M' if is_pen_up else 'L'}{axes.x(x):.1f} {axes.y(y):.1f}")
        is_pen_up = y is None
    style = f"stroke:var(--{line.colour})" + (";stroke-dasharray:2 4" if line.is_dashed else "")
    return join(tag("path", class_="ln", style=style, d=" ".join(path)) if path else None, _dots(axes, line))


def _dots(axes: Axes, line: Line) -> list[Html]:
    """Radii that are given, and else a dot where a point has no neighbour to be joined to."""
    known = [place for place, (_, y) in enumerate(line.points) if y is not None]
    alone = [place for place in known if not {place - 1, place + 1} & set(known)]
    radii = dict(enumerate(line.dots)) if line.dots else dict.fromkeys(alone, 2.5)
    found = []
    for place, radius in radii.items():
        x, y = line.points[place]
        if y is not None:
            title = tag("title", line.titles[place]) if line.titles else None
            style = f"fill:var(--{line.colour});stroke:var(--surface);stroke-width:1.5"
            found.append(tag("circle", title, cx=f"{axes.x(x):.1f}", cy=f"{axes.y(y):.1f}", r=f"{radius:.1f}",
                             style=style))  # fmt: skip
    return found


def _bar(axes: Axes, middle: float, width: float, ends: tuple[float, float], colour: str) -> Html:
    foot, top = (axes.y(end) for end in ends)
    return tag("rect", x=f"{axes.x(middle) - width / 2:.1f}", y=f"{top:.1f}", width=f"{width:.1f}",
               height=f"{foot - top:.1f}", style=f"fill:var(--{colour})")  # fmt: skip
