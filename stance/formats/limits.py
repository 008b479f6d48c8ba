"""What every article must have: some text, and no more of it than the limit."""

from __future__ import annotations

from typing import Final

from stance.document import Document
from stance.errors import InputError, Problem

MAXIMUM_CHARACTERS: Final = 1_000_000
"""The longest text that is taken for one article unless told otherwise; a long op-ed has 10,000 characters."""


def some_text(text: str, *, place: str, what: str = "the file") -> str:
    """Return the text unchanged if it holds more than white space.

    >>> some_text("Ann spoke.", place="essay.txt")
    'Ann spoke.'

    Raises:
        InputError: the text is empty or white space; `what` is what the message calls it.
    """
    if text and not text.isspace():
        return text
    value = f"{what} holds nothing but white space" if text else f"{what} is empty"
    raise InputError(
        Problem(place, value, wish="the text of an article", cure="put the text there, or leave it out"),
    )


def short_enough(document: Document, *, place: str, maximum_characters: int = MAXIMUM_CHARACTERS) -> Document:
    """Return the document unchanged if its text is at most `maximum_characters` code points long.

    Raises:
        InputError: the text is longer; it is refused, for nothing is ever cut off.
    """
    if len(document.text) <= maximum_characters:
        return document
    raise too_long(f"{len(document.text):,} characters", place=place, maximum_characters=maximum_characters)


def too_long(size: str, *, place: str, maximum_characters: int) -> InputError:
    """Return the error for a text of that size (in words, such as `5,000,000 characters`)."""
    return InputError(
        Problem(
            place,
            f"the text is {size} long",
            wish=f"at most {maximum_characters:,} characters an article",
            cure="split it into one file or row an article, or raise `--max-characters`",
        )
    )
