"""Say a scenario in Simplified Chinese: its own texts, which it carries in [zh], and the words that reports add.

    translated(record, "zh")            # the record with the title and the labels of its scenario's [zh]
    say("zh", " at step {at}", at=60)   # "，第 60 步"

The English of a text is its key, in [zh] as in TABLE. What has no Chinese stays as it is.
"""

from __future__ import annotations

import dataclasses
import functools
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from landscape.i18n.texts import Language
from landscape.record import Record

TABLE = {
    # expectations
    "{optimizer}: {what}": "{optimizer}：{what}",
    "{statistic} over {runs} runs of {measure}": "{runs} 次运行的 {measure} 的{statistic}",
    "median": "中位数",
    "mean": "平均值",
    "min": "最小值",
    "max": "最大值",
    " at the last step": "，最后一步",
    " at step {at}": "，第 {at} 步",
    " from start {start}": "，起点 {start}",
    ", relative to {optimizer}": "，与 {optimizer} 之比",
    "above {limit}": "大于 {limit}",
    "below {limit}": "小于 {limit}",
    " and ": " 且",
    "{what} = {measured}, is {limits}": "{what} = {measured}，{limits}",
    "{what} = {measured}, should be {limits}": "{what} = {measured}，应{limits}",
    "held  ": "成立  ",
    "FAILED": "不成立",
    "{path}: {held} of {count} expectations held": "{path}：{count} 条预期中有 {held} 条成立",
    # the table of entrants
    "at the last step": "最后一步",
    "at the last step, medians of {runs} runs": "最后一步，{runs} 次运行的中位数",
    "loss": "损失",
    "gap": "损失差",
    "distance": "距离",
    "status": "状态",
    "finished": "完成",
    "converged": "收敛",
    "diverged": "发散",
    "{count} {status}": "{count} 次{status}",
    ", ": "，",
    "{status} at step {step}": "第 {step} 步{status}",
    "wrote {file}": "已写入 {file}",
}


def say(language: Language, text: str, **values: Any) -> str:
    """A text in a language, its braces filled in. KeyError where the language has it not."""
    return (text if language == "en" else TABLE[text]).format(**values)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Texts:
    """A scenario's texts in another language; empty where it has none.

    labels, claims: the optimizers' labels and the expectations' claims, by the English ones.
    """

    title: str = ""
    look_for: str = ""
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    claims: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def label(self, label: str) -> str:
        """A label in the other language."""
        return self.labels.get(label, label)

    def table(self) -> dict[str, Any]:
        """What is not empty, as a table of a scenario."""
        return {field.name: value for field in dataclasses.fields(self) if (value := getattr(self, field.name))}


KEYS = tuple(field.name for field in dataclasses.fields(Texts))


def translated(record: Record, language: Language) -> Record:
    """The record with its title and labels in a language, as far as its scenario has them there.

    The labels of a record that is translated already are not found again, and stay.
    """
    if language == "en" or not record.scenario:
        return record
    title, texts = _texts(record.scenario)
    tracks = tuple(dataclasses.replace(track, label=texts.label(track.label)) for track in record.tracks)
    if len({track.label for track in tracks}) < len(tracks):
        tracks = record.tracks
    told = texts.title if texts.title and record.title == title else record.title
    return dataclasses.replace(record, title=told, tracks=tracks)


def twice(labels: Iterable[str], texts: Texts) -> str | None:
    """A label that two optimizers would have in the other language."""
    seen: set[str] = set()
    for label in map(texts.label, labels):
        if label in seen:
            return label
        seen.add(label)
    return None


@functools.lru_cache(maxsize=8)
def _texts(scenario: str) -> tuple[str, Texts]:
    """(English title, texts) in a scenario's text, which was read before; none where it cannot be read any more."""
    try:
        data = tomllib.loads(scenario)
        given = data.get("zh", {})
        return str(data.get("title", "")), Texts(**{key: given[key] for key in KEYS if key in given})
    except (ValueError, TypeError, RecursionError):
        return "", Texts()
