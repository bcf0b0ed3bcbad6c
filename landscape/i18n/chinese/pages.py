"""The texts of pages that compute in Simplified Chinese, by their English. Braces mark what is filled in."""

from __future__ import annotations

PAGES = {
    "loss above the global minimum": "损失与全局最小值之差",
    "distance to the nearest global minimum": "到最近全局最小点的距离",
    "length of the step": "步长",
    "curves show": "曲线显示",
    "converged at step {step}": "第 {step} 步收敛",
    "median of {runs} runs {loss}": "{runs} 次运行的中位数 {loss}",
    "{runs} diverged": "{runs} 次发散",
    "One step back": "后退一步",
    "One step forward": "前进一步",
    "Speed": "速度",
    "Playback": "播放控制",
    "Shown": "显示",
    "hidden": "已隐藏",
    "Duplicate": "复制",
    "Remove": "移除",
    "Add an optimizer": "添加优化器",
    "Other hyper-parameters": "其他超参数",
    "schedule": "学习率调度",
    "gradient noise": "梯度噪声",
    "batch size": "批量大小",
    "100 repeats": "重复 100 次",
    "Other noise": "换一组噪声",
    "Add starts": "添加起点",
    "Gradient field": "梯度场",
    "3-D": "三维",
    "Theory": "理论",
    "stability limit {formula} = {limit}": "稳定性界限 {formula} = {limit}",
    "stability limit near the minimum {formula} = {limit}": "最小点附近的稳定性界限 {formula} = {limit}",
    "this rate is above it": "当前学习率超过该界限",
    "ρ = {rate} a step": "每步 ρ = {rate}",
    "basins of attraction": "吸引域",
    "map of learning rates": "学习率图",
    "loss after the last step": "最后一步后的损失",
    "diverges": "发散",
    "inside of the rule": "规则内部",
    "gradient (the arrow goes down it)": "梯度（箭头指向下降方向）",
    "{label}: step {step}": "{label}：第 {step} 步",
    "kept from earlier steps": "保留自先前各步",
    "effective step: |step| / |gradient|, over 5 steps": "有效步长：|步| / |梯度|，5 步内",
    "(bias corrected)": "（偏差校正后）",
    "bias correction of {name}: ×": "{name} 的偏差校正：×",
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
    "Drag to turn the landscape, scroll or pinch to zoom; click to move the start.": (
        "拖动可旋转地形，滚轮或双指可缩放；点击可移动起点。"
    ),
    "Scroll or pinch to zoom; point at a run to read it.": "滚轮或双指可缩放；指向轨迹可读数。",
    "Arrow keys move the start, with Shift in small steps; Enter adds a start there, Delete removes the last. "
    "Plus and minus zoom, 0 shows the whole window; in 3-D, Alt and the arrow keys turn it. Space plays and pauses.": (
        "方向键移动起点，按住 Shift 小步移动；回车在该处添加起点，Delete 移除最后一个。"
        "加号和减号缩放，0 显示整个窗口；三维中按 Alt 加方向键旋转。空格键播放和暂停。"
    ),
    "Copy link": "复制链接",
    "The address of this state is copied.": "已复制此状态的网址。",
    "This browser lets no page copy: the address bar has the address of this state.": (
        "此浏览器不允许网页复制：地址栏中即为此状态的网址。"
    ),
    "Save as scenario": "保存为场景文件",
    "This race is no scenario: that names components of the library, with one number for all runs.": (
        "此竞赛无法写成场景文件：场景文件只能写库中的部件，且每个数对所有运行相同。"
    ),
    "{name} takes a number from {least} to {most}.": "{name} 须为 {least} 到 {most} 之间的数。",
    "A scenario has at least one optimizer: none is shown.": "场景至少需要一个优化器：当前未显示任何优化器。",
    "Lecture": "讲课",
    "hide": "隐藏",
    "nothing": "不隐藏",
    "the future": "后续轨迹",
    "the landscape": "地形",
    "predict": "预测",
    "at step": "在第几步",
    "Ask": "提问",
    "Reveal": "揭晓",
    "Where will {label} be at step {step}?": "第 {step} 步时 {label} 会在哪里？",
    "Click there, or move the cross with the arrow keys and press Enter.": "点击该处，或用方向键移动十字并按回车。",
    "Predicted.": "已预测。",
    "At step {step} {label} is {distance} from the prediction: {share} of the {travelled} that it travelled.": (
        "第 {step} 步时 {label} 与预测相距 {distance}，为所走路程 {travelled} 的 {share}。"
    ),
    "At step {step} {label} is {distance} from the prediction.": "第 {step} 步时 {label} 与预测相距 {distance}。",
    "Up to step {step} {label} travelled {travelled}.": "到第 {step} 步为止，{label} 走了 {travelled}。",
    "{count} predictions: best {best}, mean {mean}": "{count} 次预测：最佳 {best}，平均 {mean}",
    "Clear the score": "清除得分",
    "Slides": "幻灯片",
    "slide {number} of {count}": "第 {number} 张，共 {count} 张",
    "Next slide": "下一张",
    "Previous slide": "上一张",
    "Full screen": "全屏",
    "Keys": "按键",
    "Close": "关闭",
    "Single-character keys": "单字符按键",
    "Fog: a disc has the loss and the slope that the optimizer was given there; nobody has seen the rest.": (
        "迷雾：每个圆盘是优化器在该处得到的损失和斜率；其余地方谁也没有看过。"
    ),
    "On the landscape:": "在地形图上：",
    "reveal, play on, or the next slide": "揭晓、继续播放或下一张",
    "the previous slide": "上一张",
    "a step forward, a step back": "前进一步，后退一步",
    "ten steps forward, back": "前进十步，后退十步",
    "to the start, to the last step": "到起点，到最后一步",
    "play and pause": "播放和暂停",
    "hide the future, the landscape, nothing": "隐藏后续轨迹、隐藏地形、不隐藏",
    "predict where an optimizer will be": "预测优化器的位置",
    "move the cross, with Shift in small steps, and predict": "移动十字（按住 Shift 小步移动）并预测",
    "reveal: play on to the step that was asked for": "揭晓：播放到所问的那一步",
    "to the slider of the rate, of the next optimizer": "到下一个优化器的学习率滑块",
    "end the question": "结束提问",
    "full screen": "全屏",
    "show these keys": "显示这些按键",
    "This page computes the race itself: checked against the record, equal to the last bit.": (
        "本页自行计算：与记录核对，逐位相等。"
    ),
    "This page computes the race itself: checked against the record, within {gap} of it.": (
        "本页自行计算：与记录核对，相差不超过 {gap}。"
    ),
    "{label}: from step {step} on the rounding of this browser and that of the record lead apart.": (
        "{label}：从第 {step} 步起，本浏览器的舍入与记录的舍入使结果分开。"
    ),
    "{label}: {runs} of the other runs end elsewhere than in the record, as rounding leads apart.": (
        "{label}：其他运行中有 {runs} 次因舍入而在与记录不同处结束。"
    ),
    "{label}: this browser computes other numbers from step {step} on, so the record is played back.": (
        "{label}：从第 {step} 步起本浏览器算出的数不同，因此回放记录。"
    ),
    "The record has {runs} runs of each optimizer; {shown} are shown, the first in bold.": (
        "记录中每个优化器有 {runs} 次运行；本页显示 {shown} 次，第一次以粗线显示。"
    ),
    "Of {runs} runs of each optimizer some are recorded whole; {shown} are shown, the first in bold.": (
        "每个优化器有 {runs} 次运行，其中一部分被完整记录；本页显示 {shown} 次，第一次以粗线显示。"
    ),
    "Played back as recorded, not computed here: {reason}.": "按记录回放，不在此计算：{reason}。",
    "Computed in Python: {reason}.": "由 Python 计算：{reason}。",
    "computing in Python…": "Python 计算中……",
    "Python could not compute this: {reason}": "Python 无法计算：{reason}",
    "its schedule follows the loss": "其学习率调度随损失而变",
    "its numbers differ from run to run": "其超参数随运行而不同",
    "it searches along a line": "它沿直线搜索",
    "it asks for the residuals": "它需要残差",
    "it asks for second derivatives": "它需要二阶导数",
    "its formula is too long for a page": "其公式过长",
    "its code does something else each time": "其代码每次调用的行为不同",
    "its mini-batches are drawn without replacement": "其小批量为不放回抽取",
    "it draws what a page cannot draw": "它抽取网页无法抽取的随机数",
    "its noise is no plain arithmetic": "其噪声不是简单算术",
    "its code is no plain arithmetic": "其代码不是简单算术",
    "the surface is no plain arithmetic": "该函数不是简单算术",
    "its random numbers are those of an older version": "其随机数来自旧版本",
    "Known points": "已知点",
    "and {count} more": "另有 {count} 个",
    "All surfaces": "全部函数",
    "There is no race of it here: {reason}.": "此处没有它的竞赛：{reason}。",
    "The learning rates are those of {count} tried that end lowest here.": (
        "各学习率是在试过的 {count} 个中使最终损失最低的一个。"
    ),
    "Loss landscapes to play with": "可以动手试的损失地形",
    "Search by name, family or word": "按名称、类别或词语搜索",
    "Race of a scenario": "场景的竞赛",
    "Records": "记录",
    "There are none.": "没有记录。",
    "The scenario, as TOML": "场景（TOML）",
    "Race": "竞赛",
    "Movie": "动画",
    "The server does not answer.": "服务器没有回应。",
    "{count} surfaces": "{count} 个函数",
    "No surface has all of these words.": "没有同时包含这些词语的函数。",
    "it is made of what you give it: {fields}": "它由给定的部分构成：{fields}",
    "it has one coordinate": "它只有一个坐标",
    "it has {count} coordinates": "它有 {count} 个坐标",
    "it has no gradient": "它没有梯度",
}
