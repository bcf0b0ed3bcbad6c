"""The texts of reports on a scenario in Simplified Chinese, by their English. Braces mark what is filled in."""

from __future__ import annotations

REPORTS = {
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
    "above {low} and below {high}": "大于 {low} 且小于 {high}",
    "{what} = {measured}, is {limits}": "{what} = {measured}，{limits}",
    "{what} = {measured}, should be {limits}": "{what} = {measured}，应{limits}",
    "{statistic} {measure}": "{measure}（{statistic}）",
    "best {measure}": "最好的 {measure}",
    "{field} with the best {measure}": "{measure} 最好时的 {field}",
    " where {fields}": "，其中 {fields}",
    "surface": "曲面",
    "best setting": "最好的设置",
    "within {within}× of it": "不超过其 {within} 倍的",
    "passed": "成立  ",
    "FAILED": "不成立",
    "{path}: {passed} of {count} expectations passed": "{path}：{count} 条预期中有 {passed} 条成立",
    # the table of entrants
    "at the last step": "最后一步",
    "at the last step, medians of {runs} runs": "最后一步，{runs} 次运行的中位数",
    "status": "状态",
    "finished": "完成",
    "converged": "收敛",
    "{count} {status}": "{count} 次{status}",
    "{first}, {rest}": "{first}，{rest}",
    "{status} at step {step}": "第 {step} 步{status}",
    "wrote {file}": "已写入 {file}",
}
