# %% [markdown] lang="en"
# # Saddle points
#
# **In many dimensions, what holds an optimizer up?** A point where the gradient vanishes need not be a minimum. In many
# dimensions it hardly ever is: nearly always some direction leads down, and the slope there says nothing of it. How
# long does an optimizer stay, what lets it go, and which method is *drawn* to such points?
#
# *About 40 minutes. You need: gradients, eigenvalues of the Hessian, logarithms. The lecture on local minima helps.*

# %% [markdown] lang="zh"
# # 鞍点
#
# **在高维空间里，是什么拖住了优化器？** 梯度为零的点不一定是极小点，在高维空间里更是几乎从来不是：总有某个方向向下，
# 而那里的坡度对此只字不提。优化器会停留多久？什么能让它离开？又是哪种方法会被*吸引*到这样的点？
#
# *约 40 分钟。预备知识：梯度，Hessian 的特征值，对数。最好先听过局部极小值一讲。*

# %%
import numpy as np

import landscape as ls

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# Two valleys, and between them a ridge that falls to a saddle. Three optimizers start on the ridge, a millionth beside
# its exact line. Gradient descent knows the slope. The heavy ball knows the slope and its own speed. Newton's method
# knows the slope and all curvatures, and near a minimum it doubles its exact digits at every step.
#
# **Before you run the next cell, decide:** who is the *last* to reach a valley?
#
# 1. Gradient descent: it knows least.
# 2. The heavy ball: its speed carries it straight along the ridge, to and fro over the saddle.
# 3. Newton's method.

# %% [markdown] lang="zh"
# ## 先预测
#
# 两个山谷，中间一道山脊，山脊向下通到鞍点。三个优化器从山脊上出发，偏离脊线百万分之一。梯度下降知道坡度；重球法知道坡度
# 和自己的速度；牛顿法知道坡度和全部曲率，在极小点附近每一步都使有效数字翻倍。
#
# **运行下一格之前，请先决定：** 谁*最后*到达山谷？
#
# 1. 梯度下降：它知道得最少。
# 2. 重球法：速度带着它沿山脊直冲，在鞍点上来回。
# 3. 牛顿法。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛

# %%
well = ls.surface("double_well", stiffness=4.0)  # f = (x^2 - 1)^2 + 2 y^2: curvatures -4 and 4 at the saddle (0, 0)
rules = [
    ls.entrant(ls.optimizer("sgd", lr=0.025), label="SGD"),
    ls.entrant(ls.optimizer("momentum", lr=0.025, momentum=0.9), label="Momentum"),
    ls.entrant("newton", label="Newton"),
]
race = ls.simulate(well, rules, start=(1e-6, 1.0), steps=260)
ls.draw(race, "race", window=((-1.5, 1.5), (-1.2, 1.2)), width=960, height=540, language=language)


# %%
def first(condition):
    """The first step at which a condition holds, for every run; nan where it never does."""
    return np.where(condition.any(axis=0), condition.argmax(axis=0), np.nan)


for track in race.tracks:
    x = np.abs(track.params[:, 0])
    print(
        f"{track.label:9} leaves {first(x > 0.1)}   arrives {first(np.abs(x - 1) < 0.01)}   ends at x = {x[-1, 0]:.3f}"
    )
gradient = race["SGD"].gradient_norm[:, 0]
print(f"gradient of SGD: smallest {gradient[:121].min():.5f}, at step {gradient[:121].argmin()}")

# %% [markdown] lang="en"
# Newton's method never arrives. Two steps, and it stands on the saddle, exactly, for ever. The heavy ball does swing
# over the saddle, and is the first to leave nevertheless, after 44 steps; gradient descent waits for 121. Look at its
# loss: flat at 1 for a hundred steps, with a gradient as small as 0.004. Many a stopping rule would have said
# "converged".

# %% [markdown] lang="zh"
# 牛顿法永远到不了。两步之后它就恰好站在鞍点上，再也不动。重球法确实在鞍点上来回，却还是最先离开，用了 44 步；梯度下降等了
# 121 步。看它的损失：一百步里停在 1，梯度小到 0.004。不少停止准则会说“已收敛”。

# %% [markdown] lang="en"
# ## The reason: a factor for each curvature
#
# Close to the saddle the gradient is linear, and along an eigenvector of the Hessian with the eigenvalue $\lambda$ each
# method multiplies the distance $x$ by a factor of its own. At $\lambda < 0$:
#
# * gradient descent, $x \leftarrow (1 - \eta\lambda)\,x = (1 + \eta|\lambda|)\,x$: away, slowly where $|\lambda|$ is
#   small;
# * the heavy ball, the larger root of $z^2 - (1 + \beta + \eta|\lambda|)\,z + \beta = 0$: away, faster;
# * Newton, $x \leftarrow (1 - \eta\lambda/\lambda)\,x = (1 - \eta)\,x$: *towards* the saddle. It looks for zeros of the
#   gradient, and divides by $\lambda$ whatever the sign of $\lambda$;
# * saddle-free Newton (Dauphin et al. 2014) divides by $|\lambda|$: $x \leftarrow (1 + \eta)\,x$, away, whatever the
#   curvature.

# %% [markdown] lang="zh"
# ## 原因：每个曲率一个倍数
#
# 在鞍点附近，梯度是线性的。沿 Hessian 的特征方向，特征值为 $\lambda$ 时，每种方法都把距离 $x$ 乘上自己的倍数。当
# $\lambda < 0$ 时：
#
# * 梯度下降，$x \leftarrow (1 - \eta\lambda)\,x = (1 + \eta|\lambda|)\,x$：离开，$|\lambda|$ 小的地方很慢；
# * 重球法，取 $z^2 - (1 + \beta + \eta|\lambda|)\,z + \beta = 0$ 的较大的根：离开，更快；
# * 牛顿法，$x \leftarrow (1 - \eta\lambda/\lambda)\,x = (1 - \eta)\,x$：*靠近*鞍点。它找的是梯度的零点，不管 $\lambda$
#   的符号，一律除以 $\lambda$；
# * 无鞍牛顿法（Dauphin 等 2014）除以 $|\lambda|$：$x \leftarrow (1 + \eta)\,x$，离开，与曲率无关。

# %%
growth = max(np.roots([1.0, -(1.0 + 0.9 + 0.025 * 4.0), 0.9]).real)
for label, rule, theory in (
    ("SGD", rules[0].optimizer, 1 + 0.025 * 4.0),
    ("Momentum", rules[1].optimizer, growth),
    ("Newton, rate 0.5", ls.optimizer("newton", lr=0.5), 0.5),
    ("Saddle-free, rate 0.5", ls.optimizer("saddle_free_newton", lr=0.5, damping=0.0), 1.5),
):
    x = np.abs(ls.simulate(well, rule, start=(1e-6, 1.0), steps=20).tracks[0].params[:, 0, 0])
    print(f"{label:22} theory {theory:.4f}   measured {x[20] / x[19]:.4f}")

# %% [markdown] lang="en"
# From a distance $d$ gradient descent needs, to get to the radius $r$,
#
# $$t = \frac{\ln(r/d)}{\ln(1 + \eta|\lambda|)} \approx \frac{1}{\eta|\lambda|}\,\ln\frac{r}{d}$$
#
# steps. The distance enters by its *logarithm*. A start that is ten thousand times closer waits by the same 97 steps
# longer, again and again:

# %% [markdown] lang="zh"
# 从距离 $d$ 出发，梯度下降到达半径 $r$ 需要
#
# $$t = \frac{\ln(r/d)}{\ln(1 + \eta|\lambda|)} \approx \frac{1}{\eta|\lambda|}\,\ln\frac{r}{d}$$
#
# 步。距离只以*对数*进入。每靠近一万倍，只是再多等同样的 97 步：

# %%
distance = np.array([1e-2, 1e-6, 1e-10, 1e-14, 0.0])
runs = ls.simulate(
    well, [*rules[:2], ls.optimizer("adam", lr=0.025)], start=np.stack([distance, np.ones(5)]), steps=400
)
print("distance ", *(f"{each:7.0e}" for each in distance))
print("theory   ", *(f"{np.log(0.1 / each) / np.log(1.1):7.1f}" for each in distance[:4]), "    inf")
for track in runs.tracks:
    print(f"{track.label:9}", *(f"{each:7.0f}" for each in first(np.abs(track.params[:, 0]) > 0.1)))

# %% [markdown] lang="en"
# Adam, whose steps do not shrink with the gradient, hardly notices the saddle: 7 steps from 1e-14, where gradient
# descent takes 315. But the last column holds for all: *exactly* on the ridge nothing leaves, with momentum or without,
# since the gradient has no part along $x$. These starts have measure zero (Lee et al. 2016), and the faintest noise
# ends it (exercise 1).

# %% [markdown] lang="zh"
# Adam 的步长不随梯度缩小，几乎没有察觉到鞍点：从 1e-14 出发只要 7 步，梯度下降要 315 步。但最后一列对谁都一样：
# *恰好*在脊线上，谁也离不开，有没有动量都一样，因为梯度在 $x$ 方向没有分量。这样的起点测度为零（Lee 等 2016），
# 再微弱的噪声也能打破它（练习 1）。

# %% [markdown] lang="en"
# ## Why saddles, in many dimensions?
#
# A critical point is a minimum if *all* eigenvalues of its Hessian are positive. If each were positive or negative by
# the toss of a coin, a share of $2^{-n}$ would be minima. Here is a random landscape in $n$ dimensions, in a wide bowl;
# Newton's method with small steps serves as what it is, a finder of critical points of any kind:

# %% [markdown] lang="zh"
# ## 高维中为什么是鞍点？
#
# 只有 Hessian 的*所有*特征值都为正，临界点才是极小点。假如每个特征值的正负由抛硬币决定，那么极小点只占 $2^{-n}$。
# 下面是 $n$ 维的随机地形，放在一个宽碗里；小步长的牛顿法正好物尽其用，用来寻找各种临界点：

# %%
for dim in (1, 2, 4, 8):
    land = ls.surface("gaussian_landscape", dim=dim, features=128, confinement=0.1)
    search = ls.simulate(
        land,
        ls.optimizer("newton", lr=0.2),
        start=ls.start("random_ball", count=120, radius=1.5),
        steps=80,
        every=80,
    ).tracks[0]
    found = search.gradient_norm[-1] < 1e-3
    hessians = np.moveaxis(land.hessian(search.params[-1][:, found]), -1, 0)
    index = (np.linalg.eigvalsh(hessians) < 0).sum(axis=1)  # how many directions lead down
    print(f"n = {dim}: of {found.sum():3} points found {(index == 0).mean():4.0%} minima (coins: {0.5**dim:5.1%}), "
          f"{((index > 0) & (index < dim)).mean():4.0%} saddles, {(index == dim).mean():4.0%} maxima")  # fmt: skip

# %% [markdown] lang="en"
# In one dimension there is no saddle, in eight there is hardly anything else. The coins are a rough model (the bowl
# favours minima, and eigenvalues repel each other), but the way it goes is right. And there is an order in it: the
# *index*, the number of directions that lead down, falls with the loss. The eigenvalues fill half a circle whose centre
# moves up as the loss falls (Bray and Dean 2007). Where the half circle leaves zero, the minima begin: they are all
# low.

# %% [markdown] lang="zh"
# 一维里没有鞍点，八维里几乎只有鞍点。抛硬币只是粗略的模型（碗偏爱极小点，特征值又互相排斥），但趋势是对的。而且其中有秩序：
# *指标*，即下降方向的个数，随损失一起降低。特征值铺满一个半圆，损失越低，圆心越往上移（Bray, Dean 2007）。
# 半圆离开零的地方，才开始有极小点：它们都很低。

# %%
land = ls.surface("gaussian_landscape", dim=10)
falling = ls.simulate(
    land,
    ls.entrant(ls.optimizer("sgd", lr=0.02), label="SGD"),
    start=ls.start("random_ball", count=8, radius=3.0),
    steps=400,
)
ls.draw(falling, "critical_points", starts=60, width=960, height=540, language=language)

# %% [markdown] lang="en"
# Ten dimensions: crosses are saddles that a search has found, as high up as directions lead down from them (the two far
# at the right lie on the wall of the bowl). Eight runs of gradient descent come down the stairs. They begin with three
# to six directions that lead down, lose one after the other, and end low: six where no direction leads down any more,
# two still with one. Bad minima were the fear of the last lecture; what costs time here are the low saddles with *few*
# ways out.

# %% [markdown] lang="zh"
# 十维：叉是搜索找到的鞍点，高度是那里下降方向的个数（最右边的两个在碗壁上）。八次梯度下降顺着楼梯走下来：
# 起初有三到六个下降方向，一个接一个地失去，最后停在低处：六次不再有下降方向，两次还剩一个。
# 上一讲担心的是坏的极小点；这里真正费时间的，是位置低、出路*少*的鞍点。

# %%
for row, when in ((0, "at the start      "), (-1, "after 400 steps   ")):
    hessians = np.moveaxis(land.hessian(falling.tracks[0].params[row]), -1, 0)
    print("directions down", when, (np.linalg.eigvalsh(hessians) < 0).sum(axis=1))
print("loss after 400 steps             ", falling.tracks[0].value[-1].round(1))

# %% [markdown] lang="en"
# ## Saddle after saddle: exponential time
#
# A logarithm at each saddle sounds harmless. It is not, if descent arrives at the next saddle the closer to its ridge,
# the longer it waited at the last. The octopus (Du et al. 2017) is made so. While one coordinate grows by
# $1 + 2\eta\gamma$ a step, all later ones are pressed to zero by $1 - 2\eta L$. After the waits $T_1, \dots, T_k$ the
# next coordinate is smaller by $(1 - 2\eta L)^{T_1 + \dots + T_k}$. With $\eta = 1/(4L)$, that is
# $1 - 2\eta L = \tfrac12$, its own wait is
#
# $$T_{k+1} = a\,(T_1 + \dots + T_k) + \text{const}, \qquad a = \frac{\ln 2}{\ln\bigl(1 + \gamma/(2L)\bigr)}.$$
#
# Subtract the same for $T_k$: $T_{k+1} = (1 + a)\,T_k$. For $L = \gamma = 1$ that is 2.71 times as long, at every
# saddle.

# %% [markdown] lang="zh"
# ## 一个接一个的鞍点：指数时间
#
# 每个鞍点一个对数，听起来无害。但如果在上一个鞍点等得越久，到达下一个鞍点时就离脊线越近，那就不然了。“章鱼”函数
# （Du 等 2017）正是这样造的：一个坐标每步乘以 $1 + 2\eta\gamma$，同时后面的坐标每步都乘以 $1 - 2\eta L$，被压向零。
# 等过 $T_1, \dots, T_k$ 步之后，下一个坐标就乘上了 $(1 - 2\eta L)^{T_1 + \dots + T_k}$。取 $\eta = 1/(4L)$，
# 即 $1 - 2\eta L = \tfrac12$，它自己的等待时间是
#
# $$T_{k+1} = a\,(T_1 + \dots + T_k) + \text{const}, \qquad a = \frac{\ln 2}{\ln\bigl(1 + \gamma/(2L)\bigr)}.$$
#
# 减去 $T_k$ 的同一式：$T_{k+1} = (1 + a)\,T_k$。当 $L = \gamma = 1$ 时，每个鞍点的等待都是上一个的 2.71 倍。

# %%
stairs = ls.simulate(
    ls.surface("octopus", dim=6, steepness=1.0),
    [
        ls.entrant(ls.optimizer("sgd", lr=0.25), label="SGD"),
        ls.entrant(ls.optimizer("perturbed_gd", lr=0.25, threshold=0.02, radius=0.01, wait=10), label="Perturbed"),
    ],
    start=(10.87, 0.8, 0.7, 0.6, 0.5, 0.4),
    steps=450,
    repeats=4,
)
from_origin = {"name": "distance_to", "point": [0.0] * 6}
ls.draw(stairs, "convergence", quantity=from_origin, width=960, height=540, language=language)

# %%
for track in stairs.tracks:
    passing = first(np.abs(track.params[:, 1:, 0]) > np.e)  # when each further coordinate has left its saddle
    waits = np.diff(passing)
    print(f"{track.label:10} waits {waits.astype(int)}   ratios {(waits[1:] / waits[:-1]).round(2)}")

# %% [markdown] lang="en"
# The curve is the distance from the origin, the highest of the saddles. Each tread is 2.7 times as long as the one
# before: in $n$ dimensions the time grows like $2.7^n$. Perturbed descent (Jin et al. 2017) takes a small random step
# wherever the gradient is small. It forgets how close it had been to the ridge, and pays about the same at every
# saddle. This is a serious argument for the noise of mini-batches.

# %% [markdown] lang="zh"
# 曲线是到原点的距离，原点是最高的鞍点。每一级台阶的长度是上一级的 2.7 倍：在 $n$ 维中，
# 时间按 $2.7^n$ 增长。带扰动的下降（Jin 等 2017）在梯度小的地方随机走一小步，
# 忘掉自己曾离脊线多近，于是在每个鞍点付出大致相同的代价。这是小批量噪声的一条有力的理由。

# %% [markdown] lang="en"
# ## Play
#
# The start lies a hundredth beside the ridge. Find out:
#
# * Type 0 into the field of the start's $x$: who leaves now? Then move the slider of the noise by the least amount.
# * Which momentum leaves soonest? And which *arrives* soonest?
# * Choose the gradient norm for the curves: could you tell the saddle from the minimum by it?

# %% [markdown] lang="zh"
# ## 动手
#
# 起点偏离脊线百分之一。请找出：
#
# * 把起点 $x$ 的数值改成 0：现在谁还能离开？然后把噪声的滑块移动最小的一格。
# * 哪个动量最早离开？哪个最早*到达*？
# * 让曲线显示梯度的范数：凭它能区分鞍点和极小点吗？

# %%
ls.explore(
    well,
    [ls.optimizer("sgd", lr=0.025), ls.optimizer("momentum", lr=0.025), ls.optimizer("adam", lr=0.025)],
    start=(0.01, 1.0),
    steps=150,
    language=language,
)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** Start exactly on the ridge, with Gaussian noise of the standard deviation $\sigma$ in the gradient. How long
# does the wait take, and what does it cost to have a hundred times less noise? Compute first: the noise of all steps
# adds up to a normal $x_t$ of the standard deviation $\eta\sigma\,g^t / \sqrt{g^2 - 1}$ with $g = 1 + \eta|\lambda|$.

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 恰好从脊线出发，梯度带有标准差为 $\sigma$ 的高斯噪声。要等多久？噪声小一百倍，代价是多少？先计算：
# 各步的噪声累积起来，$x_t$ 服从正态分布，标准差为 $\eta\sigma\,g^t / \sqrt{g^2 - 1}$，其中 $g = 1 + \eta|\lambda|$。

# %% tags=["solution"]
g = 1.1
for sigma in (1e-2, 1e-4, 1e-6):
    noisy = ls.simulate(
        well, rules[0], start=(0.0, 1.0), steps=250, repeats=50, noise=ls.noise("gaussian", sigma=sigma)
    )
    waits = first(np.abs(noisy.tracks[0].params[:, 0]) > 0.1)
    median = 0.6745 * 0.025 * sigma / np.sqrt(g**2 - 1)
    print(f"sigma {sigma:5.0e}   median wait {np.median(waits):4.0f}   theory {np.log(0.1 / median) / np.log(g):4.0f}")

# %% [markdown] lang="en" tags=["solution"]
# The median of $|x_t|$ is 0.6745 standard deviations, and reaches 0.1 about when the runs do. A hundred times less
# noise costs $\ln 100/\ln 1.1 = 48$ steps, and 48 again. A saddle is no trap for anything that is not exact.

# %% [markdown] lang="zh" tags=["solution"]
# $|x_t|$ 的中位数是 0.6745 个标准差，它到达 0.1 的时刻与各次运行大致相符。噪声小一百倍，代价是 $\ln 100/\ln 1.1 = 48$ 步，
# 再小一百倍，又是 48 步。只要不是分毫不差，鞍点就不是陷阱。

# %% [markdown] lang="en"
# **2.** The monkey saddle $x^3 - 3xy^2$ has no curvature at all where its three ways down meet. From $(-d, 0)$, how
# does the wait of gradient descent depend on $d$: like $\ln(1/d)$ again? Derive it from $\dot x = -3x^2$, and measure
# it.

# %% [markdown] lang="zh"
# **2.** 猴鞍 $x^3 - 3xy^2$ 有三条下山的路，在交汇处完全没有曲率。从 $(-d, 0)$ 出发，梯度下降的等待时间如何依赖 $d$：
# 还是 $\ln(1/d)$ 吗？由 $\dot x = -3x^2$ 推导，再测量。

# %% tags=["solution"]
distance = np.array([0.2, 0.1, 0.05, 0.025])
monkey = ls.simulate(
    "monkey_saddle",
    [ls.optimizer("sgd", lr=0.01), ls.optimizer("adam", lr=0.01)],
    start=np.stack([-distance, np.zeros(4)]),
    steps=1400,
)
print("theory", ((1 / distance - 1 / 0.5) / (3 * 0.01)).round(0))
for track in monkey.tracks:
    print(f"{track.label:6}", first(np.linalg.norm(track.params, axis=1) >= 0.5))

# %% [markdown] lang="en" tags=["solution"]
# With $x = -u$ the equation is $\dot u = 3u^2$, and so $1/u$ falls by $3\eta$ a step: the wait to the radius $r$ is
# $(1/d - 1/r)/(3\eta)$. Half the distance, *twice* the time. There is no curvature to push, which is why theorems on
# saddles ask for strict ones. Adam needs 28 to 41 steps of 0.01, whatever the curvature: plateaus are where its kind
# shines.

# %% [markdown] lang="zh" tags=["solution"]
# 令 $x = -u$，方程变成 $\dot u = 3u^2$，于是 $1/u$ 每步减少 $3\eta$：到半径 $r$ 要等 $(1/d - 1/r)/(3\eta)$ 步。
# 距离减半，时间*加倍*。没有曲率来推动，所以关于鞍点的定理都要求鞍点是严格的。Adam 每步 0.01，走 28 到 41 步，
# 与曲率无关：平台正是这类方法的用武之地。

# %% [markdown] lang="en"
# **3.** Write Newton's step and the saddle-free step yourself, and start both on $f = x^2/2 - y^2/2 + y^4/4$ at
# $(1, 0.1)$. Where does each of them end, and after how many steps?

# %% [markdown] lang="zh"
# **3.** 自己写出牛顿步和无鞍牛顿步，在 $f = x^2/2 - y^2/2 + y^4/4$ 上都从 $(1, 0.1)$ 出发。各停在哪里？各要几步？

# %% tags=["solution"]
f = ls.from_expression("x**2/2 - y**2/2 + y**4/4", window=((-1.5, 1.5), (-1.5, 1.5)))
for label, size in (("Newton", lambda curvature: curvature), ("Saddle-free", np.abs)):
    p, path = np.array([1.0, 0.1]), []
    for _ in range(6):
        curvatures, vectors = np.linalg.eigh(f.hessian(p))
        p = p - vectors @ (vectors.T @ f.gradient(p) / size(curvatures))
        path.append(p[1])
    print(f"{label:12} x = {p[0]:.3f}   y =", *(f"{each:.4f}" for each in path))

# %% [markdown] lang="en" tags=["solution"]
# Both jump to $x = 0$ in one step. Newton's $y$ goes to the saddle, the saddle-free one to the minimum $(0, 1)$, where
# all curvatures are positive and the two methods are the same. The price is the same as well: all eigenvectors of the
# Hessian, which in a million dimensions nobody has. Dauphin et al. therefore work in a small Krylov subspace.

# %% [markdown] lang="zh" tags=["solution"]
# 两者都一步跳到 $x = 0$。牛顿法的 $y$ 走向鞍点，无鞍牛顿法走向极小点 $(0, 1)$；那里所有曲率为正，两种方法相同。代价也相同：
# 需要 Hessian 的全部特征向量，而在一百万维中谁也办不到。因此 Dauphin 等人只在一个小的 Krylov 子空间里计算。

# %% [markdown] lang="en"
# ## Sources
#
# Bray and Dean 2007, *Statistics of critical points of Gaussian fields on large-dimensional spaces*; Dauphin, Pascanu,
# Gulcehre, Cho, Ganguli and Bengio 2014, *Identifying and attacking the saddle point problem in high-dimensional
# non-convex optimization*; Lee, Simchowitz, Jordan and Recht 2016, *Gradient descent only converges to minimizers*;
# Jin, Ge, Netrapalli, Kakade and Jordan 2017, *How to escape saddle points efficiently*; Du, Jin, Lee, Jordan, Póczos
# and Singh 2017, *Gradient descent can take exponential time to escape saddle points*.

# %% [markdown] lang="zh"
# ## 文献
#
# Bray, Dean 2007, *Statistics of critical points of Gaussian fields on large-dimensional spaces*; Dauphin, Pascanu,
# Gulcehre, Cho, Ganguli, Bengio 2014, *Identifying and attacking the saddle point problem in high-dimensional non-convex
# optimization*; Lee, Simchowitz, Jordan, Recht 2016, *Gradient descent only converges to minimizers*; Jin, Ge, Netrapalli,
# Kakade, Jordan 2017, *How to escape saddle points efficiently*; Du, Jin, Lee, Jordan, Póczos, Singh 2017, *Gradient
# descent can take exponential time to escape saddle points*.
