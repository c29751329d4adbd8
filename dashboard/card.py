"""A model's card, which is Markdown, as inert HTML: headings, paragraphs, lists and tables, and nothing else. Pure."""

import re
from collections.abc import Iterator
from html import escape

from dashboard import present

MARKS = re.compile(r"\*\*(.+?)\*\*|`([^`]*)`|(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])")
FIRST_LEVEL = 3  # the page has its own title and headings above the card


def html(text: str) -> str:
    """Return the card as HTML in which every word is escaped: no link, no picture, no tag of its own."""
    return "".join(_block(lines) for lines in _blocks(text))


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        alone = line.startswith("#")
        if (not line.strip() or alone) and block:
            yield block
            block = []
        if alone:
            yield [line]
        elif line.strip():
            block.append(line)


def _block(lines: list[str]) -> str:
    first = lines[0]
    if first.startswith("#"):
        level = min(FIRST_LEVEL + max(len(first) - len(first.lstrip("#")) - 2, 0), 6)
        return f'<h{level} class="pr-heading">{_words(first.lstrip("# "))}</h{level}>'
    if first.startswith("|") and len(lines) > 1:
        header, *rows = [_cells(line) for line in lines if not set(line) <= set("|-: ")]
        return present.table(f"Figures: {header[0]}", header, rows, hidden=True)
    if first.lstrip().startswith("- "):
        return f"<ul>{''.join(f'<li>{_words(item)}</li>' for item in _items(lines))}</ul>"
    return f"<p>{_words(' '.join(lines))}</p>"


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if line.lstrip().startswith("- "):
            items.append(line.lstrip()[2:])
        else:
            items[-1] += f" {line.strip()}"
    return items


def _cells(line: str) -> list[str]:
    return [MARKS.sub(_plain, cell.strip()) for cell in line.strip().strip("|").split("|")]


def _plain(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group is not None)


def _words(text: str) -> str:
    return MARKS.sub(_marked, escape(text.strip(), quote=False))


def _marked(found: re.Match[str]) -> str:
    strong, code, emphasis = found.groups()
    if strong is not None:
        return f"<strong>{strong}</strong>"
    return f"<code>{code}</code>" if code is not None else f"<em>{emphasis}</em>"
