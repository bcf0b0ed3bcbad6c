"""What pages say of functions and rules that a reader types in Simplified Chinese, by their English."""

from __future__ import annotations

TYPED = {
    "Your own function and rule": "自定义函数与规则",
    "your function of x and y": "x 和 y 的函数",
    "your rule: assignments to p": "规则：对 p 的赋值",
    "my rule {number}": "我的规则 {number}",
    "A function has x and y, and numbers by other names. A rule has p, the position, g, the gradient, lr, "
    "the learning rate, t, the number of the step, and what it assigns to, which begins at 0; each coordinate is taken "
    "alone. Both have + - * / **, pi, e, sqrt, exp, log, sin, cos, tan, tanh, abs, max, min and others.": (
        "函数中有 x、y 以及以其他名称表示的数。规则中有位置 p、梯度 g、学习率 lr、步数 t，"
        "以及被赋值的变量（初值为 0）；各坐标分别计算。"
        "两者均可使用 + - * / **、pi、e、sqrt、exp、log、sin、cos、tan、tanh、abs、max、min 等。"
    ),
    "Use this function": "使用此函数",
    "Back to {name}": "返回 {name}",
    "Add this rule": "添加此规则",
    "Your function {reason}.": "函数：{reason}。",
    "Your rule {reason}.": "规则：{reason}。",
    "Copy as a Python class": "复制为 Python 类",
    "The class is copied.": "已复制该类。",
    "This browser lets no page copy: here is the class.": "此浏览器不允许网页复制：该类显示如下。",
    "Not on a function of your own: its step or its noise is made for this surface.": (
        "不能用于自定义函数：其更新步或噪声是为原函数而定的。"
    ),
    "The address holds no state of this page, which shows its own.": "网址中没有本页的有效状态，显示的是原有状态。",
    "must be at most {most} characters long, got {count}": "最多 {most} 个字符，给出了 {count} 个",
    "must be a formula in one line, such as x**2 + y**2": "应为一行公式，例如 x**2 + y**2",
    'may hold only plain letters, digits and + - * / ** ( ) . ,, not "{odd}"': (
        "只能含英文字母、数字和 + - * / ** ( ) . ,，不能含“{odd}”"
    ),
    'may hold only + - * / **, numbers, names and functions, not "^": powers are **': (
        "只能含 + - * / **、数、名称和函数，不能含“^”：乘方写作 **"
    ),
    'may hold only + - * / **, numbers, names and functions, not "{odd}"': (
        "只能含 + - * / **、数、名称和函数，不能含“{odd}”"
    ),
    "is not a formula: it ends where a number, a name or a bracket should follow": (
        "不是公式：结尾处缺少数、名称或括号"
    ),
    'is not a formula: a sign is missing between "{before}" and "{after}"': (
        "不是公式：“{before}”与“{after}”之间缺少运算符"
    ),
    'is not a formula: "{odd}" stands where a number, a name or a bracket should': (
        "不是公式：“{odd}”所在处应为数、名称或括号"
    ),
    "is not a formula: a bracket is not closed": "不是公式：有括号未闭合",
    "is not a formula: a bracket is closed that was not opened": "不是公式：有多余的右括号",
    "is nested more than {most} deep": "嵌套超过 {most} 层",
    "has powers of powers beyond {most}": "乘方的乘方超过 {most}",
    "must have at most {most} parts, got {count}": "最多 {most} 个部分，给出了 {count} 个",
    "{name} takes one argument": "{name} 只有一个参数",
    "{name} takes two arguments": "{name} 有两个参数",
    'has no function "{name}". Functions: {names}': "没有函数“{name}”。可用函数：{names}",
    "holds a number beyond {most}": "含有超过 {most} 的数",
    'has the name "{name}"; names are letters and underscores, then digits, at most 32': (
        "含有名称“{name}”；名称由字母和下划线组成，其后可接数字，最多 32 个字符"
    ),
    'must not use the word "{name}" as a name': "不能用“{name}”作名称",
    "needs an argument after {name}: {name}(x)": "{name} 之后缺少参数：{name}(x)",
    "may have only numbers of at most {most}, and formulas with names, as powers": (
        "指数只能是不超过 {most} 的数，或含有名称的公式"
    ),
    "has a power of {power}, beyond {most}": "指数 {power} 超过 {most}",
    "divides by zero, is not real, or is beyond 1e+300": "除以零、不是实数或超过 1e+300",
    "must hold 1 to {most} variables, got {count}": "应含 1 至 {most} 个变量，给出了 {count} 个",
    "must hold two variables on a page, x and y for instance, got {names}": (
        "网页上的函数应含两个变量，例如 x 和 y，给出了 {names}"
    ),
    'does not hold the parameter "{name}"': "不含参数“{name}”",
    'must be numbers up to {most}, got {given} for "{name}"': "应为不超过 {most} 的数，“{name}”给出了 {given}",
    'must not be called "{name}", which has a meaning of its own': "不能名为“{name}”，它另有含义",
    "has second derivatives of {count} operations; {most} are the most": ("二阶导数有 {count} 次运算，最多 {most} 次"),
    "must be assignments such as m = beta*m + g; p = p - lr*m": "应为赋值，例如 m = beta*m + g; p = p - lr*m",
    'must be assignments such as m = beta*m + g; p = p - lr*m, and "{piece}" is none': (
        "应为赋值，例如 m = beta*m + g; p = p - lr*m，而“{piece}”不是"
    ),
    "must have at most {most} assignments, got {count}": "最多 {most} 个赋值，给出了 {count} 个",
    "is one more than the {most} that a page has": "超过网页上的 {most} 条规则",
    'must not assign to "{name}", which has a meaning of its own': "不能给“{name}”赋值，它另有含义",
    "must assign to p, the position": "应给位置 p 赋值",
    "must use g, the gradient": "应使用梯度 g",
    'assigns to "{name}", which p does not depend on': "给“{name}”赋了值，而 p 与它无关",
    'has "{name}", which begins at 0 and stays there': "含有“{name}”，它从 0 开始且始终为 0",
    'needs a value for "{name}"': "缺少“{name}”的值",
}
