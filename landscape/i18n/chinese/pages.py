"""The texts of pages that compute in Simplified Chinese, by their English. Braces mark what is filled in."""

from __future__ import annotations

PAGES = {
    "loss above the global minimum": "损失与全局最小值之差",
    "converged at step {step}": "第 {step} 步收敛",
    "One step back": "后退一步",
    "One step forward": "前进一步",
    "Speed": "速度",
    "Playback": "播放控制",
    "Shown": "显示",
    "hidden": "已隐藏",
    "Duplicate": "复制",
    "Remove": "移除",
    "Other hyper-parameters": "其他超参数",
    "schedule": "学习率调度",
    "gradient noise": "梯度噪声",
    "30 repeats": "重复 30 次",
    "Other noise": "换一组噪声",
    "basins of attraction": "吸引域",
    "none": "无",
    "Whole window": "整个窗口",
    "As recorded": "恢复记录",
    "Light / dark": "浅色 / 深色",
    "Start and noise": "起点与噪声",
    "Optimizers": "优化器",
    "The landscape of {name} with the runs": "{name} 的地形与各次运行",
    "The loss of each run over the steps": "各次运行的损失随步数的变化",
    "Drag the circle or click to move the start; scroll or pinch to zoom.": (
        "拖动圆圈或点击可移动起点；滚轮或双指可缩放。"
    ),
    "Arrow keys move the start, with Shift in small steps; plus and minus zoom, 0 shows the whole "
    "window. Space plays and pauses.": (
        "方向键移动起点，按住 Shift 小步移动；加号和减号缩放，0 显示整个窗口。空格键播放和暂停。"
    ),
    "This page computes the race itself: checked against the record, equal to the last bit.": (
        "本页自行计算：与记录核对，逐位相等。"
    ),
    "This page computes the race itself: checked against the record, within {gap} of it.": (
        "本页自行计算：与记录核对，相差不超过 {gap}。"
    ),
    "{label}: from step {step} on the rounding of this browser and that of the record lead apart.": (
        "{label}：从第 {step} 步起，本浏览器的舍入与记录的舍入使结果分开。"
    ),
    "{label}: this browser computes other numbers from step {step} on, so the record is played back.": (
        "{label}：从第 {step} 步起本浏览器算出的数不同，因此回放记录。"
    ),
    "Played back as recorded, not computed here: {reason}.": "按记录回放，不在此计算：{reason}。",
    "its schedule follows the loss": "其学习率调度随损失而变",
    "The record has {runs} runs of each optimizer; this page begins with run {run}.": (
        "记录中每个优化器有 {runs} 次运行；本页从第 {run} 次开始。"
    ),
}
