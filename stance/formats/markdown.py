"""Markdown: YAML front matter to meta data, the body to plain paragraphs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stance.document import Document, Meta
from stance.errors import InputError, Problem
from stance.formats.columns import meta_of
from stance.formats.decoding import decode
from stance.formats.limits import some_text

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

_FRONT_MATTER: Final = re.compile(r"---[ \t]*\n(.*?)(?<=\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HIDDEN_HTML: Final = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_HTML_BREAK: Final = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h\d|blockquote|figcaption)\s*>", re.IGNORECASE)
_HTML_TAG: Final = re.compile(r"</?[a-zA-Z][^>]*>")


def read(path: Path) -> Document:
    """Return the document of a Markdown file; its id is the file's name.

    The title comes from the front matter, or else from a heading of the first level that opens the body.

    Raises:
        InputError: no UTF-8, front matter that is no YAML mapping, or a body without text.
    """
    source = decode(path.read_bytes(), source=path)
    meta, body = split_front_matter(source, place=str(path))
    paragraphs, heading = _paragraphs(body)
    text = some_text(
        "\n\n".join(paragraphs), place=str(path), what="the file" if not source else "the body of the file"
    )
    return Document(path.stem, text, replace(meta, title=meta.title or heading))


def split_front_matter(source: str, *, place: str) -> tuple[Meta, str]:
    """Return the meta data of the front matter, and the body behind it.

    Front matter stands between a first line `---` and the next line `---` or `...`. Words stay words: `no` is no truth
    value, `1.10` no number, and 2015-01-07 no date object. `null`, `~` and nothing are empty. Keys are known by the
    same names as the columns of tables (`headline` is a title); all others, `id` included, go to `more`.

    >>> split_front_matter("---\\ntitle: No\\ndate: 2015-01-07\\n---\\nText.", place="a.md")
    (Meta(title='No', outlet=None, author=None, date='2015-01-07', url=None, more={}), 'Text.')

    Raises:
        InputError: it is no YAML, no mapping, or repeats a key; the place names the line.
    """
    found = _FRONT_MATTER.match(source)
    if found is None:
        return Meta(), source
    values = _mapping(found[1], place=place)
    plain = {
        key: ", ".join(value) if _is_words(value) else value
        for key, value in values.items()
        if value not in ("null", "~")
    }
    id, meta = meta_of(plain)
    if id is not None:
        meta = replace(meta, more={"id": id, **meta.more})
    return meta, source[found.end() :]


def plain_text(body: str) -> str:
    """Return the text of a Markdown body: its blocks, without markup, joined by blank lines.

    A heading, an item of a list, a row of a table (cells joined by ` | `) and a block of code are paragraphs of their
    own. Numbers of a numbered list stay, bullets go. Links keep their text, images and comments go. A line break within
    a paragraph becomes a space, a forced one (two spaces or a backslash at the line's end) stays. Indented text is no
    code but a paragraph.

    >>> plain_text("# Enough\\n\\nThe *minister* [said](http://x.org)\\nso.\\n\\n- One\\n- Two")
    'Enough\\n\\nThe minister said so.\\n\\nOne\\n\\nTwo'
    """
    return "\n\n".join(_paragraphs(body)[0])


def _paragraphs(body: str) -> tuple[list[str], str | None]:
    """Return the paragraphs, and the first if it is a heading of the first level."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    # op-eds hold no programs, but paragraphs whose first line is indented
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")
    blocks = SyntaxTreeNode(parser.parse(body)).children
    heading = _inline(blocks[0]) if blocks and blocks[0].type == "heading" and blocks[0].tag == "h1" else None
    return [text for block in blocks for text in _block(block) if not (text == "" or text.isspace())], heading


def _block(node: SyntaxTreeNode) -> Iterator[str]:
    if node.type in ("paragraph", "heading"):
        yield _inline(node)
    elif node.type in ("fence", "code_block"):
        yield node.content.rstrip("\n")
    elif node.type == "html_block":
        yield from _html(node.content)
    elif node.type == "tr":
        yield " | ".join(_inline(cell) for cell in node.children)
    elif node.type == "list_item":
        texts = [text for child in node.children for text in _block(child)] or [""]
        # a paragraph that begins with `1984. ` is a numbered list in Markdown, and must not lose its year
        number = f"{node.info}{node.markup} " if node.info else ""
        yield number + texts[0]
        yield from texts[1:]
    else:
        for child in node.children:
            yield from _block(child)


def _inline(node: SyntaxTreeNode) -> str:
    """Return the text of an inline node or of a block that holds one."""
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    if node.type == "html_inline":
        return "\n" if _HTML_BREAK.fullmatch(node.content) else ""
    return "" if node.type == "image" else "".join(_inline(child) for child in node.children)


def _html(content: str) -> Iterator[str]:
    shown = _HTML_BREAK.sub("\0", _HIDDEN_HTML.sub("", content))
    for part in _HTML_TAG.sub("", shown).split("\0"):
        yield " ".join(html.unescape(part).split())


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _mapping(source: str, *, place: str) -> Mapping[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import YAMLError

    wish = "YAML lines such as `title: Enough` between two lines `---`"
    try:
        values = YAML(typ="base", pure=True).load(source)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 2}" if mark is not None else ""
        what = getattr(error, "problem", None) or str(error)
        cure = (
            "leave one of the two"
            if isinstance(error, DuplicateKeyError)
            else 'put the value in quotation marks, such as title: "Obama: a reckoning"'
        )
        raise InputError(
            Problem(place + line, f"front matter that is no YAML ({what})", wish=wish, cure=cure)
        ) from None
    if values is None or values == "":
        return {}
    if not isinstance(values, dict):
        cure = "write `***` for a line across the page, if no front matter is meant"
        raise InputError(
            Problem(
                f"{place}, line 1", f"front matter that is no mapping: {source.strip()[:60]!r}", wish=wish, cure=cure
            )
        )
    return {str(key): value for key, value in values.items()}
