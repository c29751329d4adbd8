"""Bar charts as SVG for reports: labelled, readable in print, what was not collected hatched."""

from html import escape

from dashboard.parts import Bar, Chart

WIDTH, HEIGHT, TOP, LEFT = 720, 220, 20, 10
BASE = HEIGHT - 46
INK, BAR, GAP = "#14201d", "#1b7d69", "#737f7a"
HATCH = (
    '<pattern id="{0}-hatch" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
    '<line x1="0" y1="0" x2="0" y2="6" stroke="#737f7a" stroke-width="1.5"/></pattern>'
)


def bars(chart: Chart, name: str) -> str:
    """Return a chart; `name` is a word of ours that is unique in the document."""
    most = max([value for _, value in chart.bars if value is not None], default=0.0) or 1.0
    step = (WIDTH - 2 * LEFT) / max(len(chart.bars), 1)
    drawn = "".join(_bar(bar, n, step, most, name) for n, bar in enumerate(chart.bars))
    words = f'<title id="{name}-t">{escape(chart.title)}</title><desc id="{name}-d">{escape(chart.alt)}</desc>'
    line = f'<line x1="0" y1="{BASE}" x2="{WIDTH}" y2="{BASE}" stroke="{INK}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{name}-t" aria-describedby="{name}-d" font-family="sans-serif" font-size="13" fill="{INK}">'
        f"{words}<defs>{HATCH.format(name)}</defs>{drawn}{line}</svg>"
    )


def _bar(bar: Bar, number: int, step: float, most: float, name: str) -> str:
    label, value = bar
    left, middle = LEFT + number * step, LEFT + (number + 0.5) * step
    height = (BASE - TOP) * (1.0 if value is None else value / most)
    fill = f"url(#{name}-hatch)" if value is None else BAR
    stroke = f' stroke="{GAP}"' if value is None else ""
    box = (
        f'<rect x="{left + step * 0.12:.1f}" y="{BASE - height:.1f}" width="{step * 0.76:.1f}" height="{height:.1f}" '
        f'fill="{fill}"{stroke}/>'
    )
    said = "none known" if value is None else f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"
    month, _, year = label.partition(" ")
    place = f'x="{middle:.1f}" text-anchor="middle"'
    above = f'<text {place} y="{BASE - height - 5:.1f}">{said if value is not None else "?"}</text>'
    below = f'<text {place} y="{BASE + 17}">{escape(month)}</text><text {place} y="{BASE + 33}">{escape(year)}</text>'
    return f"<g><title>{escape(label)}: {said}</title>{box}{above}{below}</g>"
