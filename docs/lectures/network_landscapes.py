# %% [markdown] lang="en"
# # Landscapes of networks
#
# **What does the loss of a real network look like?** Every picture of this course so far had two parameters. A network has
# a hundred, or a hundred billion, and its loss has been drawn as mountains, as valleys, as a golf course. Which of it is the network, and which
# is the pencil? This lecture takes networks that can be measured exactly, and asks four questions: are minima apart, are they sharp,
# what has the learning rate to do with it, and what does a flat picture leave out?
#
# *About 40 minutes. You need: gradient descent, eigenvalues of the Hessian, what a hidden layer is.*

# %% [markdown] lang="zh"
# # 神经网络的损失曲面
#
# **真实网络的损失曲面是什么样子？** 这门课到现在为止的图都只有两个参数。网络却有一百个、一千亿个参数；有人把它的损失画成群山，有人画成峡谷，
# 有人画成高尔夫球场。哪些是网络本身，哪些是画笔造成的？这一讲取一些能够精确测量的网络，问四个问题：极小点彼此隔开吗？它们尖锐吗？
# 学习率与此有什么关系？一张平面图丢掉了什么？
#
# *约 40 分钟。预备知识：梯度下降，Hessian 的特征值，隐藏层是什么。*

# %%
import matplotlib.pyplot as plt
import numpy as np

import landscape as ls

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# Two networks, 2-8-8-1 with ReLU, begin with different random weights and are trained by Adam until each puts all 100 points of the
# two moons right, with a loss below 0.001. Call them $A$ and $B$, vectors of 105 numbers.
#
# **Before you run the next cell, decide:** what lies between them?
#
# 1. Nothing: the bottom is flat, and half-way the loss is as low as at the ends.
# 2. A barrier: they are two minima, with a pass between them on every way.
# 3. A barrier on the straight line, and none on a way around it.

# %% [markdown] lang="zh"
# ## 先预测
#
# 两个 ReLU 网络，结构 2-8-8-1，从不同的随机权重出发，用 Adam 训练，直到都把两个月牙的 100 个点全部分对，损失低于 0.001。
# 记它们为 $A$ 和 $B$，都是 105 维的向量。
#
# **运行下一格之前，请先决定：** 它们之间隔着什么？
#
# 1. 什么也没有：谷底是平的，中途的损失和两端一样低。
# 2. 一道壁垒：它们是两个极小点，无论走哪条路都要翻过山口。
# 3. 直线上有壁垒，绕道走就没有。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛

# %%
net = ls.surface("network", layers=(2, 8, 8, 1), activation="relu", dataset="moons", loss="binary_cross_entropy")
trained = ls.simulate(net, ls.optimizer("adam", lr=0.02), start=ls.start("he", count=2), steps=400, every=4).tracks[0]
A, B = trained.params[-1].T
print("losses      ", net.value(np.stack([A, B], axis=1)).round(5), "   right", net.accuracy(np.stack([A, B], axis=1)))
print("on the line ", ls.networks.line(net, A, B)[1].max().round(3))

bent = ls.surface("bezier_path", surface=net, first=tuple(A), last=tuple(B))  # its parameters: one middle point
bend = (
    ls.simulate(bent, ls.optimizer("adam", lr=0.02), start=bent.middle, steps=300, every=300).tracks[0].params[-1, :, 0]
)
print("on a curve  ", bent.losses(bend)[1].max().round(3))

# %%
plane, t = ls.networks.through(net, A, B, bend), np.linspace(0.0, 1.0, 101)
a, b = np.meshgrid(np.linspace(-0.3, 1.3, 81), np.linspace(-0.3, 0.9, 61))
figure, panel = plt.subplots(figsize=(8, 4.5))
drawn = panel.contourf(
    a, b, np.log10(plane.value(a, b)), levels=np.arange(-4.5, 2.1, 0.5), cmap="viridis", extend="both"
)
figure.colorbar(drawn, label=r"$\log_{10} f$")
panel.plot([0, 1], [0, 0], "w--")
panel.plot(t**2, 2 * t * (1 - t), "w-", linewidth=2)  # the curve lies in this plane
panel.plot([0, 1], [0, 0], "ro")
panel.text(-0.02, -0.02, "A", color="w", ha="right", va="top", fontsize=14)
_ = panel.text(1.02, -0.02, "B", color="w", va="top", fontsize=14)

# %% [markdown] lang="en"
# On the straight line (dashed) the loss climbs to about 2.4, more than three times what a network that has learnt nothing has. On
# a curve whose one middle point was trained it stays below 0.01: every network on it knows the moons. The picture is the plane
# of $A$, $B$ and that point. What looked like two minima is one connected valley, and it bends.

# %% [markdown] lang="zh"
# 沿直线（虚线）损失升到约 2.4，是什么都没学的网络的三倍多。而在一条曲线上（只训练了它的一个中间点），损失始终低于 0.01：线上的每个网络都认得
# 月牙。图中是 $A$、$B$ 与该点所在的平面。看上去的两个极小点，其实是同一条连通的、弯曲的山谷。

# %% [markdown] lang="en"
# ## The reason
#
# **Straight lines mean nothing to a network.** Its function does not change when the units of a hidden layer change places: each
# solution of a 2-8-8-1 network has $8!\cdot 8! \approx 1.6\cdot10^9$ copies. The half-way point of two copies is no copy. Here
# is $A$ with the units of its first layer in reverse order, the *same function*, and what lies on the line from $A$ to it:

# %% [markdown] lang="zh"
# ## 原因
#
# **直线对网络毫无意义。** 隐藏层的单元互换位置，函数并不改变：2-8-8-1 网络的每个解都有 $8!\cdot 8! \approx 1.6\cdot10^9$ 个副本，
# 而两个副本的中点不再是副本。把 $A$ 的第一层单元倒过来排，还是*同一个函数*；从 $A$ 到它的直线上是：

# %%
twin = A.copy()
old, new = net.views(A), net.views(twin)  # views: writing into them changes twin
new["W1"][...], new["b1"][...], new["W2"][...] = old["W1"][::-1], old["b1"][::-1], old["W2"][:, ::-1]
print(
    "losses",
    net.value(A).round(6),
    net.value(twin).round(6),
    "   highest on the line",
    ls.networks.line(net, A, twin)[1].max().round(2),
)

# %% [markdown] lang="en"
# A barrier higher than that between $A$ and $B$, between a network and itself. And why is there a way around? A hundred examples ask for a
# hundred numbers, and there are 105 weights: what satisfies all of them is no set of points but a surface. The Hessian shows it. At $A$:

# %% [markdown] lang="zh"
# 一个网络与它自己之间的壁垒，比 $A$ 与 $B$ 之间的还高。那为什么又能绕道？一百个样本提出一百个要求，而权重有 105 个：满足全部要求的不是孤立的点，
# 而是一片曲面。Hessian 也说明了这一点。在 $A$ 处：

# %%
curvatures = np.linalg.eigvalsh(net.hessian(A))
print("largest", curvatures[-6:].round(4), "  smallest", curvatures[0].round(5))
print("above a hundredth of the largest:", np.sum(curvatures > 0.01 * curvatures[-1]), "of", net.dim)

# %% [markdown] lang="en"
# Five directions in 105 are curved. In all others the valley goes on, for a while, at nearly the same height.
#
# ## Sharp or flat?
#
# It is said that flat minima generalise. But how flat is $A$? With ReLU $\phi(cz) = c\,\phi(z)$ for $c > 0$, so that
#
# $$W_1 \to c\, W_1,\quad b_1 \to c\, b_1,\quad W_2 \to W_2 / c$$
#
# leaves the function as it is, example by example. The curvature in the direction of $W_2$ grows like $c^2$. So any minimum can be made as sharp
# as one likes without changing what the network does (Dinh et al. 2017), and a slice along a fixed direction shows the
# pencil. Filter normalisation (Li et al. 2018) makes each unit's part of the direction as long as the unit's weights.

# %% [markdown] lang="zh"
# 105 个方向中只有五个是弯的。在其余的方向上，山谷以几乎相同的高度延伸下去。
#
# ## 尖锐还是平坦？
#
# 常听说平坦的极小点泛化得好。可是 $A$ 有多平坦？对 ReLU，当 $c > 0$ 时 $\phi(cz) = c\,\phi(z)$，所以
#
# $$W_1 \to c\, W_1,\quad b_1 \to c\, b_1,\quad W_2 \to W_2 / c$$
#
# 对每个样本都不改变函数值；而 $W_2$ 方向的曲率按 $c^2$ 增长。所以任何极小点都可以变得要多尖锐有多尖锐，而网络所做的事丝毫不变
# （Dinh et al. 2017）；沿固定方向的切片画出来的其实是画笔。滤波器归一化（Li et al. 2018）让方向中属于每个单元的部分与该单元的权重一样长。

# %%
drawn = np.random.default_rng(0).normal(size=net.dim)
drawn *= np.linalg.norm(A) / np.linalg.norm(drawn)
s = np.linspace(-0.5, 0.5, 201)
figure, panels = plt.subplots(1, 2, figsize=(9.6, 3.6), sharey=True)
for c, style in ((1, "-"), (10, "--"), (100, ":")):
    scaled = A.copy()
    parts = net.views(scaled)
    parts["W1"][...] *= c
    parts["b1"][...] *= c
    parts["W2"][...] /= c
    sharpness = ls.networks.largest_eigenvalues(net, scaled)[0][0]
    print(f"c = {c:3d}   loss {net.value(scaled):.6f}   largest eigenvalue {sharpness:7.2f}")
    normalised = ls.networks.filter_normalised(net, scaled, seed=0, direction=drawn)
    for panel, direction in zip(panels, (drawn, normalised), strict=True):
        panel.semilogy(s, net.value(scaled[:, None] + np.outer(direction, s)), style, label=f"$c = {c}$")
panels[0].set(xlabel="$s$", ylabel="$f(p + s\\,d)$")
panels[1].set(xlabel="$s$")
_ = panels[1].legend()

# %% [markdown] lang="en"
# Three times the same network. On the left, along one fixed direction, three landscapes; the largest eigenvalue grows from 0.15 to over 100. On the
# right, filter-normalised, one landscape: the three curves lie on each other. Never compare the raw sharpness of two networks.

# %% [markdown] lang="zh"
# 三次都是同一个网络。左边沿一个固定方向，看到三种曲面，最大特征值从 0.15 涨到 100 以上；右边经过滤波器归一化，只有一种曲面：三条曲线重合。
# 永远不要拿两个网络的原始锐度来比较。

# %% [markdown] lang="en"
# ## The learning rate chooses the landscape
#
# On a quadratic, gradient descent is stable where the largest curvature $\lambda$ is below $2/\eta$; one looks at the landscape and
# chooses $\eta$. In a network it is the other way round (Cohen et al. 2021): the sharpness *rises* in training until it meets $2/\eta$,
# whatever $\eta$ is, and stays there, at the **edge of stability**.

# %% [markdown] lang="zh"
# ## 学习率选择曲面
#
# 在二次函数上，最大曲率 $\lambda$ 低于 $2/\eta$ 时梯度下降是稳定的：先看曲面，再选 $\eta$。在网络中恰好相反（Cohen et al. 2021）：
# 训练中锐度*不断上升*，直到碰上 $2/\eta$，不管 $\eta$ 是多少，然后停在那里，这就是**稳定边缘**。

# %%
sine = ls.networks.data.build("noisy_sine", count=20, noise=0.0)
small = ls.surface("network", layers=(1, 8, 8, 1), activation="tanh", dataset=sine, loss="half_mse")
rates = [ls.entrant(ls.optimizer("sgd", lr=lr), label=f"SGD {lr:g}") for lr in (0.2, 0.25)]
edge = ls.simulate(small, rates, start=ls.start("xavier", count=1), steps=3600, every=60)
for track in edge.tracks:
    sharp = [ls.networks.largest_eigenvalues(small, p)[0][0] for p in track.params[[0, 30, 60], :, 0]]
    print(
        f"{track.label:8}  2/lr = {2 / track.optimizer.lr:4.1f}   sharpness at steps 0, 1800, 3600:",
        *(f"{each:5.2f}" for each in sharp),
        f"  loss {track.value[-1, 0]:.4f}",
    )
ls.draw(edge, "spectrum", quantity="sharpness", width=960, height=540, language=language)

# %% [markdown] lang="en"
# Each curve rises to its own dashed line, 10 and 8, and hovers about it, while the loss goes on falling. Red marks the steps beyond the limit. There a quadratic would diverge; here
# the overshooting itself throws the weights to where the valley is wider. The next section shows how.
#
# ## Play
#
# The smallest network of all has two weights and one example: $f = \frac12 (xy - 1)^2$. Its minima are the curve $xy = 1$ (one connected
# valley, by rescaling $x \to cx,\ y \to y/c$), and the curvature across it is $x^2 + y^2$: sharp outside, flattest at the star, $(1, 1)$. The
# start is in the sharp part, $x^2 + y^2 \approx 16$. Raise the rate from 0.1: as soon as $2/\eta$ is below 16 the run may not stay. Where does it
# settle at 0.15, and at 0.2? At which rate is it lost? Drag the start to $y < 0$: is the other branch of the valley ever reached?

# %% [markdown] lang="zh"
# 每条曲线都升到自己的虚线（10 和 8），在附近徘徊，损失同时继续下降。红色标出越过界限的那些步：二次函数在那里会发散，
# 而这里正是冲过头把权重甩到了山谷更宽的地方。下一节就来看是怎么回事。
#
# ## 动手
#
# 最小的网络只有两个权重、一个样本：$f = \frac12 (xy - 1)^2$。它的极小点是曲线 $xy = 1$（由缩放 $x \to cx,\ y \to y/c$ 连成一条山谷），
# 横穿山谷的曲率是 $x^2 + y^2$：外面尖锐，在星号处 $(1, 1)$ 最平坦。起点在尖锐处，$x^2 + y^2 \approx 16$。把学习率从 0.1 往上调：
# 一旦 $2/\eta$ 低于 16，它就待不住了。0.15 时它停在哪里？0.2 时呢？多大时发散？把起点拖到 $y < 0$：它会不会走到山谷的另一支？

# %%
product = ls.surface("linear_network", singular_values=(1.0,), hidden=1)  # (xy - 1)^2 / 2
ls.explore(ls.simulate(product, ls.optimizer("sgd", lr=0.1), start=(4.0, 0.5), steps=300), language=language)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** Check the game with numbers: for the rates 0.05, 0.1, 0.12, 0.15, 0.2 and the start $(4, 0.5)$, compare the curvature at the end with $2/\eta$.

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 用数字验证上面的游戏：学习率取 0.05、0.1、0.12、0.15、0.2，起点 $(4, 0.5)$，比较终点处的曲率与 $2/\eta$。

# %% tags=["solution"]
for lr in (0.05, 0.1, 0.12, 0.15, 0.2):
    x, y = ls.simulate(product, ls.optimizer("sgd", lr=lr), start=(4.0, 0.5), steps=500).tracks[0].params[-1, :, 0]
    print(f"rate {lr:.2f}   2/lr {2 / lr:5.1f}   ends at ({x:.3f}, {y:.3f}), curvature {x * x + y * y:6.2f}")

# %% [markdown] lang="en" tags=["solution"]
# Up to 0.12 the limit is above the curvature of the nearest minimum, and the run goes there. At 0.15 and 0.2 it is below: that minimum repels, the
# run swings across the valley, each swing carries it inwards, and it ends well below the limit. A large rate finds flat minima.

# %% [markdown] lang="zh" tags=["solution"]
# 到 0.12 为止，界限高于最近极小点的曲率，于是它就停在那里。0.15 和 0.2 时界限更低：那个极小点排斥它，它在山谷两侧摆动，每摆一次就往里挪一点，
# 最后停在远低于界限的地方。大学习率找到平坦的极小点。

# %% [markdown] lang="en"
# **2.** A trajectory is often drawn on the plane of its two principal components. How much of the variance is in that plane for $A$'s training? How
# wrong is the loss that the picture shows? And how much is there for a *random walk* in 105 dimensions, which has no structure at all?

# %% [markdown] lang="zh"
# **2.** 人们常把轨迹画在它的前两个主成分张成的平面上。对 $A$ 的训练过程，方差有多少在这个平面内？图上的损失错得多厉害？再看 105 维的
# *随机游走*，它毫无结构，又有多少方差在平面内？

# %% tags=["solution"]
path = trained.params[:, :, 0]
found = ls.networks.principal_plane(net, path)
worst = np.abs(np.log(found.shown / found.true)).argmax()
print(
    "training     share",
    found.share.round(3),
    "  farthest off the plane",
    found.distance.max().round(2),
    "  way in all",
    np.linalg.norm(path[-1] - path[0]).round(2),
)
print(f"worst: the picture shows {found.shown[worst]:.4f}, the loss is {found.true[worst]:.4f}")
walk = np.cumsum(np.random.default_rng(0).normal(size=(400, net.dim)), axis=0) / 100
print("random walk  share", ls.networks.principal_plane(net, walk).share.round(3))

# %% [markdown] lang="en" tags=["solution"]
# 98 % of the variance, and yet the loss at one place is off by a factor of two. The random walk has about nine tenths of its variance in two
# dimensions as well: a high share says that a path is smooth, not that the landscape is flat (Antognini and Sohl-Dickstein 2018).

# %% [markdown] lang="zh" tags=["solution"]
# 98 % 的方差在平面内，可是有一处的损失差了一倍。随机游走也有约九成的方差落在两个维度里：比例高只说明路径光滑，并不说明曲面简单
# （Antognini and Sohl-Dickstein 2018）。

# %% [markdown] lang="en"
# **3.** Momentum lifts the limit to $2(1 + \beta)/\eta$. Predict where the sharpness settles for $\eta = 0.2$, $\beta = 0.5$, and measure it.

# %% [markdown] lang="zh"
# **3.** 动量把界限提高到 $2(1 + \beta)/\eta$。预测 $\eta = 0.2$、$\beta = 0.5$ 时锐度停在哪里，再测量。

# %% tags=["solution"]
heavy = ls.simulate(
    small, ls.optimizer("momentum", lr=0.2, momentum=0.5), start=ls.start("xavier", count=1), steps=3600, every=60
)
late = [ls.networks.largest_eigenvalues(small, p)[0][0] for p in heavy.tracks[0].params[40::5, :, 0]]
print("limit", 2 * 1.5 / 0.2, "  late sharpness", np.round(late, 1))

# %% [markdown] lang="en" tags=["solution"]
# It settles near 14, just below the limit of 15; without momentum it was about 10. A rule that steps faster lives in a sharper landscape.

# %% [markdown] lang="zh" tags=["solution"]
# 它停在 14 左右，略低于界限 15；没有动量时约为 10。走得更快的方法，生活在更尖锐的曲面里。

# %% [markdown] lang="en"
# ## Sources
#
# Goodfellow, Vinyals and Saxe 2015, *Qualitatively characterizing neural network optimization problems*; Dinh, Pascanu, Bengio and Bengio 2017,
# *Sharp minima can generalize for deep nets*; Li, Xu, Taylor, Studer and Goldstein 2018, *Visualizing the loss landscape of neural nets*; Garipov
# et al. 2018, *Loss surfaces, mode connectivity, and fast ensembling of DNNs*; Draxler et al. 2018, *Essentially no barriers in neural
# network energy landscape*; Antognini and Sohl-Dickstein 2018, *PCA of high dimensional random walks with comparison to neural network
# training*; Ghorbani, Krishnan and Xiao 2019, *An investigation into neural net optimization via Hessian eigenvalue density*; Cohen, Kaur, Li,
# Kolter and Talwalkar 2021, *Gradient descent on neural networks typically occurs at the edge of stability*.

# %% [markdown] lang="zh"
# ## 文献
#
# Goodfellow, Vinyals and Saxe 2015, *Qualitatively characterizing neural network optimization problems*; Dinh, Pascanu, Bengio and Bengio 2017,
# *Sharp minima can generalize for deep nets*; Li, Xu, Taylor, Studer and Goldstein 2018, *Visualizing the loss landscape of neural nets*; Garipov
# et al. 2018, *Loss surfaces, mode connectivity, and fast ensembling of DNNs*; Draxler et al. 2018, *Essentially no barriers in neural
# network energy landscape*; Antognini and Sohl-Dickstein 2018, *PCA of high dimensional random walks with comparison to neural network
# training*; Ghorbani, Krishnan and Xiao 2019, *An investigation into neural net optimization via Hessian eigenvalue density*; Cohen, Kaur, Li,
# Kolter and Talwalkar 2021, *Gradient descent on neural networks typically occurs at the edge of stability*.
