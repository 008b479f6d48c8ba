"""What all pages are made with: templates, style and script that stand in the page, and the digest that lets the script run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@cache
def environment() -> Environment:
    """Return where templates come from; what they are given is escaped, and a name that is not given is an error."""
    return Environment(
        loader=PackageLoader("stance.show", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def resource(name: str) -> Markup:
    """Return a style or script of the folder of templates, to stand in a page as it is."""
    return Markup((files("stance.show") / "templates" / name).read_text(encoding="utf-8"))


def script_digest(script: str) -> str:
    """Return what a page's policy names the one script by that may run in it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def writable(page: str) -> str:
    """Return the page without what no encoding can hold: half a surrogate pair becomes "?"."""
    return page.encode("utf-8", "replace").decode("utf-8")
