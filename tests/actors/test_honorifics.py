"""The words of a mention tell "he" from "she" where they can, and nothing where they cannot."""

from __future__ import annotations

import pytest

from stance.actors.honorifics import pronoun_of


@pytest.mark.parametrize(
    ("mention", "pronoun"),
    [
        ("Mr. Hale", "he"),
        ("Mr Hale’s", "he"),
        ("Sir Ed Hale", "he"),
        ("King Anders", "he"),
        ("the King", "he"),
        ("Crown Prince Anders", "he"),
        ("former congressman Ed Hale", "he"),
        ("the spokesman", "he"),
        ("Ms. Ortiz", "she"),
        ("Mrs Ortiz", "she"),
        ("Lady Hale", "she"),
        ("the actress Ann Li", "she"),
        ("a young woman", "she"),
        ("Mr. Hale's wife", "she"),
        ("the wife of Mr. Hale", "she"),
        ("Ann Li", None),
        ("King", None),
        ("Larry King", None),
        ("Martin Luther King Jr.", None),
        ("Prince", None),
        ("President Hale", None),
        ("the chairman", None),
        ("Mr. and Mrs. Hale", None),
        ("a man and a woman", None),
        ("Roman Newman", None),
        ("the man hunter", None),
        ("’s", None),
        ("", None),
    ],
)
def test_honorifics_and_nouns_tell_which_pronoun_fits(mention: str, pronoun: str | None) -> None:
    assert pronoun_of(mention) == pronoun
