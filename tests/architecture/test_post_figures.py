"""A single post's figures are its author's: nothing that ranks or counts people may read them.

Some networks forbid ranking people by them (`Network.may_rank`), so no rule of points and no board reads any.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from integrations.networks import NETWORKS
from integrations.networks.figures import FIGURES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "integrations", "campaigns", "advocacy")
NAMES = {"FigureReading", "campaigns_figurereading", "figure_readings", "FollowerReading", "campaigns_followerreading"}
READERS = {
    "campaigns/models/__init__.py": "the models' names",
    "campaigns/models/figures.py": "the model",
    "campaigns/figure_clock.py": "writes what a network told",
    "campaigns/retention.py": "lets them go",
    "campaigns/personal_data.py": "names them on the page *What is stored*",
    "campaigns/actions/post_figures.py": "forgets them when their person leaves",
    "campaigns/selectors/post_figures.py": "its author's own pages",
    "campaigns/follower_reading.py": "writes what a network told of an account",
    "campaigns/selectors/growth.py": "its person's own page",
    "campaigns/selectors/personal_record.py": "a person's own record",
}
# What ranks people or rewards them.
RANKING = ("points_rules", "points", "leaderboard", "team_page", "thanks")


def naming(code: str) -> set[str]:
    """Which of these names a piece of code speaks of, in its own words or in SQL."""
    spoken = set[str]()
    for node in ast.walk(ast.parse(code)):
        words = [getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")]
        words += [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
        words += [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        spoken |= {name for name in NAMES for word in words if name in str(word)}
    return spoken


def test_figures_of_posts_are_read_in_known_places_alone() -> None:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]
    found = {str(path.relative_to(ROOT)) for path in paths if naming(path.read_text())}
    assert found == set(READERS), "say in READERS who sees them, or why nobody does"


def test_no_points_rule_and_no_board_ranks_by_a_figure_that_must_not_rank() -> None:
    assert [one.key for one in NETWORKS if one.figures_of and not one.may_rank], "a network forbids it: LinkedIn does"
    assert not [reader for reader in READERS if Path(reader).stem in RANKING]
    rules = (ROOT / "campaigns/points_rules.py").read_text()
    assigned = [node.target for node in ast.walk(ast.parse(rules)) if isinstance(node, ast.AnnAssign)]
    fields = {target.id for target in assigned if isinstance(target, ast.Name)}
    assert not fields & set(FIGURES), "points depend on what the person did, never on what a network counts"


@pytest.mark.parametrize(
    "code",
    [
        "from campaigns.models import FigureReading",
        "def board(): return models.FigureReading.objects.order_by('-likes')",
        "def rule(share): return share.figure_readings.latest('at').likes * 10",
        "_STANDING = 'SELECT sum(likes) FROM campaigns_figurereading'",
    ],
)
def test_such_a_rule_is_seen(code: str) -> None:
    assert naming(code)
