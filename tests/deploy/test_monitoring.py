"""The dashboard and the alert rules ask only for what the program tells."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.metrics import create_registries
from monitor.meter import Meter
from monitor.models import Account
from monitor.readings import STATES, ChannelReading, Readings

DEPLOY = Path(__file__).parents[2] / "deploy"
METRIC = re.compile(r"\b(?:dozor|process)_[a-z_]+")
SELECTED = re.compile(r'\b((?:dozor|process)_[a-z_]+)\{(\w+)="([^"$]+)"')
BY = re.compile(r"by \(([a-z_, ]+)\)")


@pytest.fixture
def told() -> dict[str, list[dict[str, str]]]:
    """{name of a sample: its labels …} of what a process tells."""
    state = Readings(
        channels=[ChannelReading("rian_ru", 0, 1, 2)],
        watched=1, behind=0, silent=0, orphans=0, pushed=1, missed=2,
        accounts=[Account(name="main", seen_at=datetime.now(UTC), problem=None)],
        queue=dict.fromkeys(STATES, 0), late_s=0, fanouts=0,
    )  # fmt: skip
    samples: dict[str, list[dict[str, str]]] = {}
    for registry in create_registries(Meter(), state, tasks=1):
        for family in registry.collect():
            for sample in family.samples:
                samples.setdefault(sample.name, []).append(sample.labels)
    return samples


def expressions() -> list[str]:
    dashboard: dict[str, Any] = json.loads((DEPLOY / "grafana.json").read_text())
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return shown + [rule["expr"] for rule in rules()]


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def test_every_metric_that_is_asked_for_is_told(told: dict[str, list[dict[str, str]]]) -> None:
    asked = {name for expression in expressions() for name in METRIC.findall(expression)}
    assert len(asked) > 15
    assert asked - told.keys() == set()


def test_every_label_that_is_asked_for_is_told(told: dict[str, list[dict[str, str]]]) -> None:
    selected = [found for expression in expressions() for found in SELECTED.findall(expression) if found[1] != "job"]
    assert selected
    for name, label, value in selected:
        assert value in {labels.get(label) for labels in told[name]}, (name, label, value)
    for expression in expressions():
        labels = {label for name in METRIC.findall(expression) for sample in told[name] for label in sample}
        asked = {label.strip() for group in BY.findall(expression) for label in group.split(",")}
        assert asked <= labels, expression


def test_every_metric_of_ours_is_shown(told: dict[str, list[dict[str, str]]]) -> None:
    shown = " ".join(expressions())
    ours = {re.sub(r"_(created|sum|count|bucket)$", "", name) for name in told if name.startswith("dozor_")}
    assert {name for name in ours if name not in shown and f"{name}_total" not in shown} == set()


def test_every_alert_says_what_is_wrong() -> None:
    for rule in rules():
        assert rule["annotations"]["summary"], rule
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule


def test_panels_lie_beside_one_another() -> None:
    places = [panel["gridPos"] for panel in json.loads((DEPLOY / "grafana.json").read_text())["panels"]]
    cells = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
