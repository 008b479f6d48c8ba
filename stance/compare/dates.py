"""Days of publication out of what articles say of their date, and the weeks and months they lie in."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from stance.errors import DataError, Problem, nearest

if TYPE_CHECKING:
    import pandas as pd

PERIODS: Final = ("week", "month", "year")
"""What `period_starts` knows; weeks begin on Monday."""

_FORMS: Final = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y")
_ISO: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}.*)?")
_SLASHES: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_WEEKDAY: Final = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Days:
    """The day of each article, in their order (NaT where there is none), and who has none.

    undated: ids of articles without a date. unreadable: (id, date as it stands) of those whose date names no one day.
    """

    day: pd.Series
    undated: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]


@lru_cache(maxsize=65536)
def parse_day(text: str) -> datetime.date | None:
    """Return the day that a date names, or None where it names no one day.

    Read are ISO 8601 (a time behind it does not count), 20150107, 2015/01/07, 07.01.2015, and English dates such as
    "7 January 2015" and "Wed, Jan. 7th, 2015". 1/2/2015 may be January or February and is not read; 1/20/2015 is.

    >>> [str(parse_day(text)) for text in ("2015-01-07T10:00:00Z", "Jan. 7, 2015", "20/1/2015", "1/2/2015", "2015-01")]
    ['2015-01-07', '2015-01-07', '2015-01-20', 'None', 'None']
    """
    text = text.strip()
    if iso := _ISO.fullmatch(text):
        return _day(iso[1], "%Y-%m-%d")
    if slashes := _SLASHES.fullmatch(text):
        first, second = int(slashes[1]), int(slashes[2])
        if first <= 12 and second <= 12 and first != second:
            return None
        return _day(text, "%d/%m/%Y" if second <= 12 else "%m/%d/%Y")
    plain = _ORDINAL.sub("", _WEEKDAY.sub("", text)).replace(",", " ").replace("Sept.", "Sep").replace("Sept ", "Sep ")
    if re.search("[A-Za-z]", plain):
        plain = plain.replace(".", " ")
    plain = " ".join(plain.split())
    return next((day for form in _FORMS if (day := _day(plain, form))), None)


def days(articles: pd.DataFrame) -> Days:
    """Return the days of a table of articles, by its columns `document` and `date`."""
    import pandas

    found: list[datetime.date | None] = []
    undated, unreadable = [], []
    for id, text in zip(articles["document"], articles["date"], strict=True):
        if not isinstance(text, str) or not text.strip():
            undated.append(id)
            found.append(None)
            continue
        day = parse_day(text)
        found.append(day)
        if day is None:
            unreadable.append((id, text))
    return Days(
        pandas.Series(pandas.to_datetime(found), index=articles.index, dtype="datetime64[s]"),
        tuple(undated),
        tuple(unreadable),
    )


def dated(articles: pd.DataFrame) -> Days:
    """Return the days of the articles, of which at least one must have one.

    Raises:
        DataError: not one article has a date that can be read; the message shows some of what stands there.
    """
    found = days(articles)
    if found.day.notna().any():
        return found
    shown = ", ".join(repr(text) for _, text in found.unreadable[:3])
    value = f"none of the {len(articles)} articles has a day" + (f" (there stands {shown})" if shown else "")
    cure = "fill the column `date`, such as 2015-01-07"
    raise DataError(Problem("date", value, wish="days as year-month-day", cure=cure))


def period_starts(day: pd.Series, *, period: str) -> pd.Series:
    """Return the first day of the week (a Monday), month or year that each day lies in; NaT stays NaT.

    Raises:
        DataError: the period is none of `PERIODS`.
    """
    if period not in PERIODS:
        cure = "choose one of them"
        raise DataError(
            Problem("period", f"{period!r}{nearest(period, PERIODS)}", wish=f"one of {', '.join(PERIODS)}", cure=cure)
        )
    frequency = {"week": "W-SUN", "month": "M", "year": "Y"}[period]
    return day.dt.to_period(frequency).dt.start_time.astype("datetime64[s]")


def event_day(event: str | datetime.date) -> datetime.date:
    """Return the day of an event.

    Raises:
        DataError: it names no one day.
    """
    day = parse_day(event) if isinstance(event, str) else event
    if day is None:
        raise DataError(
            Problem("event", f"{event!r} names no one day", wish="a day such as 2015-01-07", cure="write it so")
        )
    return day


def _day(text: str, form: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(text, form).date()
    except ValueError:
        return None
