# %% [markdown] lang="en"
# # Four ways to a gradient
#
# **By hand, by differences, by symbols, automatically: who pays what?** All optimizers of this course ask for one thing, again and
# again: the gradient. There are four ways to get one. They differ in how many digits are right, in how the cost grows with the number
# of parameters, and in who has to think. And a gradient that is a little wrong does not make a training fail. It makes it succeed
# at the wrong place.
#
# *About 40 minutes. You need: Taylor's formula, the chain rule, and that a computer keeps 16 digits.*

# %% [markdown] lang="zh"
# # 求梯度的四种方法
#
# **手工、数值、符号、自动：各要付出什么代价？** 这门课里的所有优化器一再索取同一样东西：梯度。得到它有四种办法，区别在于有几位数字是对的、
# 代价随参数个数怎样增长，以及要由谁来动脑筋。而梯度如果略有差错，训练并不会失败，它会在错误的地方成功。
#
# *约 40 分钟。预备知识：Taylor 公式，链式法则，以及计算机保留 16 位数字。*

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
import sympy

import landscape as ls

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# The difference quotient $\frac{f(x + h) - f(x - h)}{2h}$ tends to $f'(x)$ as $h$ tends to 0. On a computer, with its 16 digits:
#
# **Before you run the next cell, decide:** for $f(x) = e^{\sin x}$ at $x = 1$, which $h$ gives the best derivative?
#
# 1. $h = 10^{-12}$: the smaller, the nearer to the limit.
# 2. $h = 10^{-8}$: the root of the machine precision, as everybody says.
# 3. $h = 10^{-5}$: anything smaller is a waste.

# %% [markdown] lang="zh"
# ## 先预测
#
# 差商 $\frac{f(x + h) - f(x - h)}{2h}$ 当 $h$ 趋于 0 时趋于 $f'(x)$。现在放到只有 16 位数字的计算机上：
#
# **运行下一格之前，请先决定：** 对 $f(x) = e^{\sin x}$，$x = 1$，哪个 $h$ 求出的导数最准？
#
# 1. $h = 10^{-12}$：越小越接近极限。
# 2. $h = 10^{-8}$：机器精度的平方根，大家都这么说。
# 3. $h = 10^{-5}$：再小就是浪费。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛


# %%
def f(x):
    """As an example."""
    return np.exp(np.sin(x))


x, exact = 1.0, np.cos(1.0) * f(1.0)
h = 10.0 ** np.arange(-20, 0.1, 0.25)
quotients = {
    "one-sided": (f(x + h) - f(x)) / h,
    "central": (f(x + h) - f(x - h)) / (2 * h),
    "complex step": np.imag(f(x + 1j * h)) / h,
}
figure, panel = plt.subplots(figsize=(8, 4))
for name, quotient in quotients.items():
    error = np.abs(quotient - exact) / exact
    panel.loglog(h, np.maximum(error, 1e-17), ".-", label=name)
    at = {step: error[np.abs(np.log10(h / step)).argmin()] for step in (1e-12, 1e-8, 1e-5)}
    print(f"{name:13}", *(f"h = {step:.0e}: {wrong:.0e}  " for step, wrong in at.items()))
panel.set(xlabel="$h$", ylabel=r"$|\hat f' - f'| / f'$")
_ = panel.legend()

# %% [markdown] lang="en"
# The central difference is best around $10^{-5}$, where it has about ten digits; at $10^{-8}$ it has lost two of them again, at
# $10^{-12}$ more than half. The rule of the root, $10^{-8}$, is right for the *one-sided* quotient, and leaves eight
# digits. Both curves are a V: what is on the right wing, and what on the left? And why has the complex step no left wing at all?

# %% [markdown] lang="zh"
# 中心差商在 $10^{-5}$ 附近最准，约有十位数字是对的；到 $10^{-8}$ 又丢了两位，到 $10^{-12}$ 丢掉一半以上。“取平方根 $10^{-8}$”这条规则
# 对*单边*差商才对，只留下八位数字。两条曲线都呈 V 形：右翼是什么？左翼又是什么？复步法为什么根本没有左翼？

# %% [markdown] lang="en"
# ## The reason
#
# Every value of $f$ carries a rounding error of about $\epsilon |f|$, $\epsilon \approx 10^{-16}$, and the quotient divides it by $h$.
# Taylor's formula gives the other error:
#
# $$\frac{f(x+h) - f(x)}{h} - f' = \frac{h}{2} f'' + \dots \pm \frac{2\epsilon |f|}{h}, \qquad
# \frac{f(x+h) - f(x-h)}{2h} - f' = \frac{h^2}{6} f''' + \dots \pm \frac{\epsilon |f|}{h}.$$
#
# Where the two are of one size the sum is least:
#
# $$h_1^* \sim \sqrt{\epsilon} \approx 10^{-8} \text{ with an error } \sim \epsilon^{1/2}, \qquad
# h_2^* \sim \sqrt[3]{\epsilon} \approx 10^{-5} \text{ with an error } \sim \epsilon^{2/3}.$$
#
# So differences keep **half** of the digits, or **two thirds**; no cleverness with $h$ changes that. The complex step (Squire and
# Trapp 1998) takes $\operatorname{Im} f(x + ih) / h = f' - \frac{h^2}{6} f''' + \dots$: nothing is subtracted, nothing cancels, and $h$
# may be $10^{-20}$. It is a first glimpse of automatic differentiation.

# %% [markdown] lang="zh"
# ## 原因
#
# $f$ 的每个值都带有约 $\epsilon |f|$ 的舍入误差，$\epsilon \approx 10^{-16}$，而差商要把它除以 $h$。
# 另一部分误差由 Taylor 公式给出：
#
# $$\frac{f(x+h) - f(x)}{h} - f' = \frac{h}{2} f'' + \dots \pm \frac{2\epsilon |f|}{h}, \qquad
# \frac{f(x+h) - f(x-h)}{2h} - f' = \frac{h^2}{6} f''' + \dots \pm \frac{\epsilon |f|}{h}.$$
#
# 两者一样大时，总误差最小：
#
# $$h_1^* \sim \sqrt{\epsilon} \approx 10^{-8}, \text{ 误差 } \sim \epsilon^{1/2}; \qquad
# h_2^* \sim \sqrt[3]{\epsilon} \approx 10^{-5}, \text{ 误差 } \sim \epsilon^{2/3}.$$
#
# 所以差商只能保住**一半**或**三分之二**的数字，在 $h$ 上再怎么费心也没有用。复步法（Squire 和 Trapp 1998）取
# $\operatorname{Im} f(x + ih) / h = f' - \frac{h^2}{6} f''' + \dots$：没有相减，就没有相消，$h$ 可以取到 $10^{-20}$。
# 从这里已经可以望见自动微分。

# %% [markdown] lang="en"
# ## What it costs, against the number of parameters
#
# Errors and times of six methods on Rosenbrock's function of 2, 20 and 200 parameters. Times are in units of one value of $f$.

# %% [markdown] lang="zh"
# ## 代价与参数个数
#
# 六种方法在 2、20、200 个参数的 Rosenbrock 函数上的误差与时间。时间以求一次 $f$ 的值为单位。


# %%
def seconds(function, p):
    """The shortest time of several."""
    found = []
    for _ in range(7):
        began = time.perf_counter()
        function(p)
        found.append(time.perf_counter() - began)
    return min(found)


dims, methods = (2, 20, 200), ("manual", "one-sided", "central", "complex-step", "forward", "reverse")
print(f"{'':14}" + "".join(f"{f'n = {n}':>22}" for n in dims))
for method in methods:
    cells = []
    for n in dims:
        s, p = ls.surface("rosenbrock", dim=n), np.random.default_rng(0).normal(size=n)
        slope, exact = ls.gradient(s, method=method), s.gradient(p)
        error = np.abs(slope(p) - exact).max() / np.abs(exact).max()
        cells.append(f"{error:.0e}, {seconds(slope, p) / seconds(s.value, p):6.1f} f")
    print(f"{method:14}" + "".join(f"{cell:>22}" for cell in cells))

# %% [markdown] lang="en"
# Differences take $n + 1$ or $2n$ values of $f$, and the times show it. The complex step and the
# *forward* method are exact, but take one pass for every parameter. The *reverse* method is exact and takes two passes, one forward
# and one back, **whatever $n$**: dearest with two parameters, cheapest with two hundred. Deep learning lives on that one line.
#
# ### Forward: dual numbers
#
# Compute with pairs $a + a'\varepsilon$ where $\varepsilon^2 = 0$. Then $(a + a'\varepsilon)(b + b'\varepsilon) = ab + (a'b + ab')\varepsilon$: the
# second part obeys the product rule by itself. Start with $x + 1\varepsilon$ and every result carries its derivative along.
#
# ### Symbols: the same rules on formulas
#
# A formula's derivative is a formula. But the product rule writes each factor twice, and formulas know no intermediate
# results. Iterate $l \leftarrow 4\,l\,(1 - l)$, a program of three operations a round:

# %% [markdown] lang="zh"
# 差商要求 $n + 1$ 或 $2n$ 次 $f$ 的值，从时间上看得出来。复步法和*前向*法是精确的，但每个参数要跑一遍。*反向*法
# 是精确的，只跑两遍，一去一回，**与 $n$ 无关**：两个参数时它偏贵，两百个参数时它最便宜。深度学习就靠这一行活着。
#
# ### 前向：对偶数
#
# 用数对 $a + a'\varepsilon$ 计算，其中 $\varepsilon^2 = 0$。于是 $(a + a'\varepsilon)(b + b'\varepsilon) = ab + (a'b + ab')\varepsilon$：
# 第二部分自动遵守乘积法则。从 $x + 1\varepsilon$ 开始，每个中间结果都带着自己的导数。
#
# ### 符号：把同样的法则用在公式上
#
# 公式的导数还是公式。但乘积法则把每个因子写两遍，而公式里没有中间结果。把 $l \leftarrow 4\,l\,(1 - l)$ 迭代下去，每一轮的程序只有三次运算：


# %%
class Dual:
    """a + b eps with eps^2 = 0; `count` counts the operations on plain numbers."""

    count = 0

    def __init__(self, a, b=0.0):
        self.a, self.b = a, b

    def __mul__(self, other):
        other = other if isinstance(other, Dual) else Dual(other)
        Dual.count += 4  # three products and a sum
        return Dual(self.a * other.a, self.a * other.b + self.b * other.a)

    def __rsub__(self, number):
        Dual.count += 2
        return Dual(number - self.a, -self.b)

    __rmul__ = __mul__


def rounds(l, n):  # noqa: E741
    """n rounds of the logistic map."""
    for _ in range(n):
        l = 4 * l * (1 - l)  # noqa: E741
    return l


symbol = sympy.Symbol("x")
for n in (1, 2, 4, 8):
    Dual.count = 0
    dual = rounds(Dual(0.3, 1.0), n)
    formula = sympy.diff(rounds(symbol, n), symbol)
    print(
        f"n = {n}:  program {3 * n:3d} operations   with dual numbers {Dual.count:3d}   formula of the derivative {formula.count_ops():6d}",
        end="",
    )
    print(f"   {dual.b:.6f} = {float(formula.subs(symbol, 0.3)):.6f}")

# %% [markdown] lang="en"
# The formula explodes (*expression swell*): thousands of operations where dual numbers take about three times the program.
# Symbols are for reading, automatic differentiation is for computing: the same rules, applied to numbers at the same time
# as the program runs.

# %% [markdown] lang="zh"
# 公式爆炸了（*表达式膨胀*）：成千上万次运算，而对偶数只要程序的三倍左右。符号求导是给人看的，自动微分是给机器算的：
# 法则相同，只是在程序运行的同时就用在数上。

# %% [markdown] lang="en"
# ## A gradient that is a little wrong
#
# Let the computed gradient be $\nabla f + b$ with a constant error $b$, as from a term that was forgotten on paper. Descent
# stops where *that* is zero. On a quadratic with the Hessian $H$:
#
# $$H p + b = 0 \quad\Longrightarrow\quad p = -H^{-1} b, \qquad f(p) - f^* = \tfrac12\, b^\top H^{-1} b.$$
#
# One-sided differences are such a gradient: $b_i = \frac{h}{2} H_{ii}$. No rate, momentum or patience helps. Curvatures 1
# and 4, one forgotten term $b = (0.3, 0)$, three optimizers:

# %% [markdown] lang="zh"
# ## 略有差错的梯度
#
# 设算出来的梯度是 $\nabla f + b$，带有常数误差 $b$，好比在纸上推导时漏了一项。下降会停在*它*为零的地方。对 Hessian 为 $H$ 的二次函数：
#
# $$H p + b = 0 \quad\Longrightarrow\quad p = -H^{-1} b, \qquad f(p) - f^* = \tfrac12\, b^\top H^{-1} b.$$
#
# 单边差商就是这样的梯度：$b_i = \frac{h}{2} H_{ii}$。学习率、动量、耐心都帮不上忙。曲率取 1 和 4，漏掉的一项是 $b = (0.3, 0)$，三个优化器：

# %%
bowl = ls.surface("quadratic", condition=4.0)
rules = [
    ls.entrant(ls.optimizer("sgd", lr=0.05), label="SGD"),
    ls.entrant(ls.optimizer("momentum", lr=0.02), label="Momentum"),
    ls.entrant(ls.optimizer("adam", lr=0.05), label="Adam"),
]
wrong = ls.simulate(bowl, rules, start=(1.5, 1.2), steps=400, noise=ls.noise("biased", bias=(0.3, 0.0)))
for track in wrong.tracks:
    print(
        f"{track.label:9} ends at {np.round(track.params[-1, :, 0], 3)}   loss {track.value[-1, 0]:.4f}   exact gradient {track.gradient_norm[-1, 0]:.3f}"
    )
ls.draw(wrong, "race", width=960, height=540, language=language)

# %% [markdown] lang="en"
# All three stop at $(-0.3, 0)$, with the loss $0.3^2 / 2 = 0.045$. SGD even passes the minimum, and goes on to the wrong place.
# Then the loss is flat, as after any run that has converged: only the exact gradient, which is 0.3 there and not 0, gives it away.
# Hence the rule: compare every gradient that you wrote with differences, once, before you train.

# %% [markdown] lang="zh"
# 三者都停在 $(-0.3, 0)$，损失是 $0.3^2 / 2 = 0.045$。SGD 甚至从极小点旁边经过，又继续走向错误的地方。
# 此后损失变平，和正常收敛一模一样；只有精确梯度露了馅：它在那里是 0.3 而不是 0。
# 所以有这样一条规矩：自己写的梯度，训练之前一定要用差商核对一次。

# %% [markdown] lang="en"
# ## Play
#
# Two entrants take one-sided and central differences with a large $h = 0.3$, a third one the exact gradient. Where does the
# one-sided one stop? Change its $h$ under "Other hyper-parameters": how does the distance depend on it? Why does the central
# one not mind? Now drag the start to where it stopped: does it move?

# %% [markdown] lang="zh"
# ## 动手
#
# 前两个优化器用单边差商和中心差商，步长大到 $h = 0.3$；第三个用精确梯度。单边的停在哪里？在“其他超参数”中改变它的 $h$：距离怎样随之变化？
# 中心差商为什么不受影响？再把起点拖到它停下的地方：它还动吗？

# %%
descent = ls.optimizer("sgd", lr=0.1)
by_differences = [
    ls.entrant(
        ls.optimizer("forward_differences", optimizer=descent, h=0.3), label={"en": "One-sided", "zh": "单边"}[language]
    ),
    ls.entrant(
        ls.optimizer("central_differences", optimizer=descent, h=0.3), label={"en": "Central", "zh": "中心"}[language]
    ),
    ls.entrant(descent, label={"en": "Exact", "zh": "精确"}[language]),
]
ls.explore(ls.simulate(bowl, by_differences, start=(1.5, 1.2), steps=100), language=language)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** Networks are trained with 7 digits (float32, $\epsilon \approx 10^{-7}$). Which $h$ should a central difference take there, and how many digits
# does it get? What happens with $h = 10^{-8}$?

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 训练网络通常只用 7 位数字（float32，$\epsilon \approx 10^{-7}$）。这时中心差商的 $h$ 应取多大，能得到几位数字？取 $h = 10^{-8}$ 会怎样？

# %% tags=["solution"]
x, exact = np.float32(1.0), np.cos(1.0) * np.exp(np.sin(1.0))
for step in np.float32([1e-1, 1e-2, 1e-3, 1e-5, 1e-8]):
    quotient = (f(x + step) - f(x - step)) / (2 * step)
    print(f"h = {step:.0e}   {quotient:8.5f}   relative error {abs(quotient - exact) / exact:.0e}")

# %% [markdown] lang="en" tags=["solution"]
# The root rule says $\sqrt[3]{10^{-7}} \approx 5 \cdot 10^{-3}$ and two thirds of 7 digits. With $10^{-8}$, $x + h$ *is* $x$, and the
# derivative is exactly 0. Check gradients in float64, whatever you train in.

# %% [markdown] lang="zh" tags=["solution"]
# 由公式，$\sqrt[3]{10^{-7}} \approx 5 \cdot 10^{-3}$，能得到 7 位中的三分之二。取 $10^{-8}$ 时，$x + h$ *就是* $x$，导数恰好为 0。
# 不管用什么精度训练，核对梯度时都用 float64。

# %% [markdown] lang="en"
# **2.** One-sided differences with $h$ stop beside the minimum. Derive the distance in $n$ dimensions, and check it for $n = 20$, $h = 0.01$.

# %% [markdown] lang="zh"
# **2.** 步长为 $h$ 的单边差商停在极小点旁边。推导 $n$ 维时的距离，并对 $n = 20$、$h = 0.01$ 验证。

# %% tags=["solution"]
wide = ls.surface("quadratic", dim=20, condition=10.0)
stopped = ls.simulate(
    wide, ls.optimizer("forward_differences", optimizer=ls.optimizer("sgd", lr=0.18), h=0.01), steps=200
)
track = stopped.tracks[0]
print("measured", np.linalg.norm(track.params[-1, :, 0]).round(5), "  theory", round(0.01 / 2 * np.sqrt(20), 5))
print("evaluations a step", track.evaluations[-1, 0] / 200)

# %% [markdown] lang="en" tags=["solution"]
# With a diagonal $H$, $b_i = h H_{ii}/2$ and $p_i = -b_i / H_{ii} = -h/2$: the curvature cancels, and the distance is
# $\frac{h}{2}\sqrt n$, at 21 values of $f$ a step.

# %% [markdown] lang="zh" tags=["solution"]
# $H$ 为对角阵时，$b_i = h H_{ii}/2$，$p_i = -b_i / H_{ii} = -h/2$：曲率消掉了，
# 距离是 $\frac{h}{2}\sqrt n$，每步要求 21 次 $f$ 的值。

# %% [markdown] lang="en"
# **3.** The forward method gives $\nabla f \cdot v$ for one direction $v$ at the price of one pass. When is it the better choice? Take
# the derivative of the loss along the direction in which the last step went, and use it to tell whether the step was too long.

# %% [markdown] lang="zh"
# **3.** 前向法用一遍的代价给出沿一个方向 $v$ 的导数 $\nabla f \cdot v$。什么时候用它更好？求损失沿上一步方向的导数，用它判断那一步是否太长。

# %% tags=["solution"]
s = ls.surface("rosenbrock", dim=200)
p = np.random.default_rng(0).normal(size=200)
along = ls.jvp(s, method="forward")
g = s.gradient(p)
print(
    f"jvp {along(p, -g):.6g}   gradient times v {-g @ g:.6g}   cost {seconds(lambda q: along(q, -g), p) / seconds(s.value, p):.1f} f"
)
for lr in (1e-4, 3e-4, 1e-3, 3e-3):
    print(f"rate {lr:.0e}:  slope along the step, at its end {along(p - lr * g, -g):12.4g}")

# %% [markdown] lang="en" tags=["solution"]
# It pays where there are few inputs and many outputs, or where one direction is all that is asked for. The slope along the step is
# negative while the step still goes down, and positive once it has passed the bottom along its line: the rate at which it
# changes sign is the exact line search.

# %% [markdown] lang="zh" tags=["solution"]
# 输入少、输出多，或者只要一个方向时，它更合算。沿这一步的斜率，还在下坡时为负，一旦越过这条线上的最低点就为正：变号处的学习率正是精确线搜索的结果。

# %% [markdown] lang="en"
# ## Sources
#
# Wengert 1964, *A simple automatic derivative evaluation program*; Linnainmaa 1970; Baur and Strassen 1983, *The complexity of partial
# derivatives*; Squire and Trapp 1998, *Using complex variables to estimate derivatives of real functions*; Nocedal and Wright 2006, *Numerical
# optimization*, section 8.1; Griewank and Walther 2008, *Evaluating derivatives*; Baydin, Pearlmutter, Radul and Siskind 2018,
# *Automatic differentiation in machine learning: a survey*; Ajalloeian and Stich 2020, *On the convergence of SGD with biased gradients*.

# %% [markdown] lang="zh"
# ## 文献
#
# Wengert 1964, *A simple automatic derivative evaluation program*; Linnainmaa 1970; Baur and Strassen 1983, *The complexity of partial
# derivatives*; Squire and Trapp 1998, *Using complex variables to estimate derivatives of real functions*; Nocedal and Wright 2006, *Numerical
# optimization*, section 8.1; Griewank and Walther 2008, *Evaluating derivatives*; Baydin, Pearlmutter, Radul and Siskind 2018,
# *Automatic differentiation in machine learning: a survey*; Ajalloeian and Stich 2020, *On the convergence of SGD with biased gradients*.
