"""How a comparison was made, as a paragraph for a paper: data, model, estimates, tests, correction and limits."""

from __future__ import annotations

from stance.compare.comparison import COPIES, Comparison
from stance.compare.correction import METHODS
from stance.show.comparison_words import counted


def methods_paragraph(found: Comparison, *, version: str) -> str:
    """Return a paragraph for a paper: data, model, estimates, tests, correction and limits; `version` is the package's."""
    plan, options = found.plan, found.plan.options
    models = ", ".join(
        f"{one.name} {one.version}" + (f" (sha256 {one.sha256[:12]})" * bool(one.sha256)) for one in found.models
    )
    made = f"labelled by the model {models}" if models else "annotated by hand"
    level = f"{100 * options.level:g} %"
    parts = [
        f"{counted(len(found.documents), 'article')} of {counted(len(found.names), 'group')} ({plan.by}) were {made} and "
        f"compared with stance {version} (seed {plan.seed}).",
        f"Near-duplicates (Jaccard index of word 5-grams of at least {found.duplicates.threshold:g}) were sought: "
        f"{counted(len(found.duplicates.clusters), 'article')} shared a text with another; {COPIES[plan.copies]}"
        + (f", so {found.left_out} were left out." if found.left_out else "."),
        "The author's stance toward an actor is a score from -1 (against) to 1 (in favor) for each article; estimates are "
        "means over the articles that list the actor and on which the model does not abstain, and are given only for "
        f"{options.minimum} such articles or more. Actors are one by their public id, or else by type and name.",
        f"Intervals ({level}) are from {options.draws} bootstrap samples of whole articles (expanded percentiles, Hesterberg "
        f"2015). Differences were tested by {options.permutations} studentized permutations of whole articles, two-sided, with "
        "p adjusted over all pairs and actors by Holm; detectable differences are those that a single test, not adjusted, finds "
        "with a power of 80 %. "
        "Coverage was tested by Fisher's exact test.",
    ]
    if found.corrected is None:
        parts.append(
            "No hand annotation entered: naive estimates carry the labeller's error, and the intervals do not include it."
            if found.models
            else "The labels were given by hand; the intervals do not include the coders' errors."
        )
    else:
        parts.append(
            f"Mean stances and their differences were corrected with {counted(found.gold_count, 'hand-coded article')}"
            f"{_frame(found)}: {METHODS['ppi']}; it takes the "
            "hand-coded articles for a random sample within each group unless their probabilities were given, and does not know "
            "of coders' errors. Naive and hand-coded estimates are given beside it. Since only mean stances and their differences "
            "are corrected, all other numbers are naive."
        )
    return " ".join(parts)


def _frame(found: Comparison) -> str:
    """Return from how many articles the hand-coded ones were drawn, where probabilities tell it."""
    if found.frame_count is None:
        return ""
    return f" out of a frame of {found.frame_count:,} of {counted(len(found.documents), 'article')}"
