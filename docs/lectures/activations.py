# %% [markdown] lang="en"
# # Activations
#
# **Why does the choice of one small function decide whether a deep network learns?** A unit of a network adds up its
# inputs and bends the sum by an activation $\phi$: a curve that fits on a stamp. One curve looks as good as the other. Yet
# with one of them ten layers learn in a minute, and with another the same ten layers stand still for ever.
#
# *About 40 minutes. You need: the chain rule, variances of sums, gradient descent.*

# %% [markdown] lang="zh"
# # 激活函数
#
# **为什么一个小小的函数，决定了深层网络能不能学习？** 网络的一个单元把输入加权求和，再用激活函数 $\phi$ 弯一下：一条画在邮票上都
# 绰绰有余的曲线。看上去用哪一条都差不多。可是换上这一条，十层网络一分钟就学会了；换上那一条，同样的十层却永远原地不动。
#
# *约 40 分钟。预备知识：链式法则，和的方差，梯度下降。*

# %%
import matplotlib.pyplot as plt
import numpy as np

import landscape as ls

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# Four networks are alike: ten hidden layers of 16 units, the two moons to tell apart, 2513 weights. Only $\phi$ differs:
# sigmoid $1/(1+e^{-z})$, tanh, ReLU $\max(z, 0)$, softplus $\log(1 + e^z)$. Each begins with the random weights that its
# users recommend (Xavier for the first two, He for the last two), and none has made a step yet.
#
# **Before you run the next cell, decide:** in which network does the *first* layer get the largest gradient?
#
# 1. ReLU: its slope is 1, all others have slopes below 1.
# 2. Softplus: it is a ReLU without the kink, and its slope is nowhere 0.
# 3. Tanh: old, and saturating on both sides.

# %% [markdown] lang="zh"
# ## 先预测
#
# 四个网络一模一样：十个隐藏层，每层 16 个单元，任务是分开两个月牙，共 2513 个权重。不同的只有 $\phi$：
# sigmoid $1/(1+e^{-z})$、tanh、ReLU $\max(z, 0)$、softplus $\log(1 + e^z)$。各用通常推荐的随机初始权重（前两个用 Xavier，
# 后两个用 He），一步都还没走。
#
# **运行下一格之前，请先决定：** 哪个网络的*第一层*得到的梯度最大？
#
# 1. ReLU：它的斜率是 1，别的斜率都小于 1。
# 2. Softplus：它就是没有折点的 ReLU，斜率处处不为 0。
# 3. Tanh：老函数，两头都饱和。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛


# %%
def network(activation):
    """Ten hidden layers of 16 units."""
    layers = (2, *[16] * 10, 1)
    loss = "binary_cross_entropy"
    return ls.surface("network", layers=layers, activation=activation, dataset="moons", loss=loss, standardise=True)


starts = {"sigmoid": "xavier", "tanh": "xavier", "relu": "he", "softplus": "he"}
figure, panel = plt.subplots(figsize=(8, 4))
for activation, start in starts.items():
    net = network(activation)
    p = ls.start(start, count=20).place(net, seed=0)  # (dim, 20): twenty random networks
    gradient = np.median(ls.networks.diagnostics(net, p).gradient_norm, axis=1)
    panel.semilogy(range(1, 12), gradient, "o-", label=activation)
    print(f"{activation:9} first layer {gradient[0]:.1e}   last layer {gradient[-1]:.1e}")
panel.set(xlabel="$k$", ylabel=r"$\|\partial f/\partial W_k\|$")
_ = panel.legend()

# %%
for activation, start in starts.items():
    run = ls.simulate(
        network(activation), ls.optimizer("sgd", lr=0.1), start=ls.start(start, count=3), steps=300, every=300
    )
    print(f"{activation:9} loss after 300 steps {np.median(run.tracks[0].value[-1]):.4f}")

# %% [markdown] lang="en"
# Tanh it is, whose slope is below 1 almost everywhere: a first-layer gradient of about 0.2, twice that of ReLU. Softplus,
# the smooth ReLU, begins with the largest one in the last layer and has lost 98 % of it at the first; sigmoid has lost
# nearly all, and some $2\cdot10^{-7}$ arrives. After 300 steps tanh and ReLU have learnt the moons, softplus is on its way, and
# sigmoid stands at $\ln 2 = 0.6931$: it says "one half" to everything.

# %% [markdown] lang="zh"
# 答案是 tanh，尽管它的斜率几乎处处小于 1：第一层的梯度约为 0.2，是 ReLU 的两倍。Softplus 虽是光滑的 ReLU，最后一层的梯度最大，
# 到第一层却丢了 98 %；sigmoid 几乎丢光，只剩约 $2\cdot10^{-7}$。300 步之后，tanh 和 ReLU 学会了月牙，softplus 还在半路，
# sigmoid 停在 $\ln 2 = 0.6931$：无论看到什么，它都回答“一半”。

# %% [markdown] lang="en"
# ## The reason
#
# Backpropagation hands the slope $\delta_k = \partial f/\partial z_k$ from layer to layer,
#
# $$\delta_{k} = \phi'(z_k) \odot W_{k+1}^\top \delta_{k+1}, \qquad \frac{\partial f}{\partial W_k} = \delta_k\, a_{k-1}^\top.$$
#
# Let a layer have $n$ units and independent weights of mean 0 and variance $s^2$. Then one layer multiplies the mean
# square of $\delta$ by
#
# $$\chi = n s^2\; \mathbb{E}\,\phi'(z)^2, \qquad z \sim N(0, q), \qquad q_{k+1} = n s^2\; \mathbb{E}\,\phi(z)^2,$$
#
# where $q$ is the variance of $z$ that the forward pass arrives at. After ten layers $\delta$ has shrunk like $\chi^{5}$: what
# counts is not the slope but $\chi$, **slope and weights together**.
#
# * Xavier takes $n s^2 = 1$: right where $\phi' \approx 1$, as near 0 in tanh.
# * He takes $n s^2 = 2$: a ReLU has the slope 1 for one half of its inputs and 0 for the other, so that
#   $\mathbb{E}\,\phi'^2 = 1/2$ and $\chi = 1$ exactly.
# * A sigmoid has $\phi' \le 1/4$. With $n s^2 = 1$ each layer leaves at most a quarter of $\delta$, ten layers a millionth.
#
# The integrals are sums over the nodes of a Gauss-Hermite rule. Theory beside the measured factor $\sqrt\chi$ of one layer:

# %% [markdown] lang="zh"
# ## 原因
#
# 反向传播把斜率 $\delta_k = \partial f/\partial z_k$ 一层层往回传：
#
# $$\delta_{k} = \phi'(z_k) \odot W_{k+1}^\top \delta_{k+1}, \qquad \frac{\partial f}{\partial W_k} = \delta_k\, a_{k-1}^\top.$$
#
# 设一层有 $n$ 个单元，权重独立，均值为 0，方差为 $s^2$。那么每过一层，$\delta$ 的均方乘以
#
# $$\chi = n s^2\; \mathbb{E}\,\phi'(z)^2, \qquad z \sim N(0, q), \qquad q_{k+1} = n s^2\; \mathbb{E}\,\phi(z)^2,$$
#
# 其中 $q$ 是前向传播到达该层时 $z$ 的方差。十层之后 $\delta$ 按 $\chi^{5}$ 缩小：要紧的不是斜率，而是 $\chi$，即**斜率与权重合在一起**。
#
# * Xavier 取 $n s^2 = 1$：适合 $\phi' \approx 1$ 的情形，tanh 在 0 附近就是这样。
# * He 取 $n s^2 = 2$：ReLU 对一半输入斜率为 1，对另一半为 0，所以
#   $\mathbb{E}\,\phi'^2 = 1/2$，恰好 $\chi = 1$。
# * Sigmoid 的 $\phi' \le 1/4$。当 $n s^2 = 1$ 时，每层至多留下四分之一的 $\delta$，十层只剩百万分之一。
#
# 这些积分用 Gauss-Hermite 求积公式算。下面把每层倍数 $\sqrt\chi$ 的理论值与实测值放在一起：

# %%
nodes, weights = np.polynomial.hermite_e.hermegauss(200)
weights = weights / weights.sum()
for activation, start in starts.items():
    phi, gain, q, chi = ls.networks.activations.build(activation), 2.0 if start == "he" else 1.0, 1.0, []
    for _ in range(9):
        z = np.sqrt(q) * nodes
        chi.append(gain * weights @ phi.derivative(z) ** 2)
        q = gain * weights @ phi.value(z) ** 2
    net = network(activation)
    found = ls.networks.diagnostics(net, ls.start(start, count=100).place(net, seed=0))
    measured = np.exp(np.mean(np.log(found.delta_norm[0] / found.delta_norm[9])) / 9)
    print(f"{activation:9} theory {np.exp(np.mean(np.log(chi)) / 2):.2f}   measured {measured:.2f}", end="   ")
    print(f"first delta {np.median(found.delta_norm[0]):.1e}   signal to noise {np.median(found.signal[0]):.2f}")

# %% [markdown] lang="en"
# Theory holds for wide layers; with 16 units it is right within about 0.05. Why, then, is ReLU behind tanh in the picture? The
# two first $\delta$ are nearly the same size: answer 1 was right for $\delta$. But the gradient is a mean over examples. Tanh is
# nearly linear around 0, so that all examples send their $\delta$ back through nearly the same matrices, and what they say adds
# up. Under ReLU each example switches other units off, and their gradients partly cancel: the last column is the
# signal-to-noise ratio of one example's gradient in the first layer.

# %% [markdown] lang="zh"
# 理论对很宽的层成立；只有 16 个单元时，误差约在 0.05 以内。那么图中 ReLU 为什么不如 tanh？两者第一层的 $\delta$ 几乎一样大：
# 就 $\delta$ 而言，答案 1 是对的。但梯度是对样本求平均。tanh 在 0 附近近似线性，各个样本的 $\delta$ 几乎经过同样的矩阵传回来，
# 互相叠加；而在 ReLU 下，每个样本关掉的单元不同，它们的梯度部分抵消。最后一列是单个样本的第一层梯度的信噪比。

# %% [markdown] lang="en"
# ## Dead units
#
# ReLU pays for its slope of 1 with a slope of 0. A unit whose input is negative for every example gives 0 for every example,
# gets no gradient, and never comes back. Take a single unit $\phi(x\,u + y)$ with weight $x$ and bias $y$, which is to give 0, 0, 1, 2
# for the inputs $u$ = -1, 0, 1, 2. The answer is $x = 1$, $y = 0$. Its loss can be drawn: for ReLU, and for the leaky ReLU whose slope
# on the left is 0.01. Both optimizers start at the same three points.

# %% [markdown] lang="zh"
# ## 死亡单元
#
# ReLU 有斜率 1，代价是另一边斜率 0。如果一个单元对每个样本的输入都是负的，它对每个样本的输出都是 0，得不到梯度，再也回不来。
# 取单独一个单元 $\phi(x\,u + y)$，权重 $x$，偏置 $y$，要求输入 $u$ = -1, 0, 1, 2 时输出 0, 0, 1, 2。答案是 $x = 1$，$y = 0$。
# 它的损失画得出来：一个用 ReLU，一个用左边斜率为 0.01 的 Leaky ReLU。两个优化器都从同样三个点出发。


# %%
def unit(phi, title):
    """Half the mean squared error of one unit at four examples."""
    errors = [f"({phi.replace('z', f'(x*({u}) + y)')} - {t})**2" for u, t in ((-1, 0), (0, 0), (1, 1), (2, 2))]
    return ls.from_expression(f"({' + '.join(errors)})/8", window=((-2.5, 2.5), (-3, 3)), name=title)


rules = [ls.entrant(ls.optimizer("sgd", lr=0.3), label="SGD"), ls.entrant(ls.optimizer("adam", lr=0.05), label="Adam")]
places = np.array([(-1.0, -1.5), (-1.5, 1.5), (1.5, -2.0)]).T
relu, leaky = (
    ls.simulate(unit(phi, title), rules, start=places, steps=600)
    for phi, title in (("max(z, 0)", "ReLU"), ("max(z, 0.01*z)", "Leaky ReLU"))
)
ls.draw([relu, leaky], width=960, height=720, language=language)

# %%
for record in (relu, leaky):
    for track in record.tracks:
        first = [np.flatnonzero(value < 0.01)[:1] for value in track.value.T]
        steps = [f"{each[0]:4d}" if each.size else "   -" for each in first]
        print(f"{record.surface.title:10}  {track.label:4}  steps to 0.01 from each start:", *steps)

# %% [markdown] lang="en"
# The lower left of ReLU's landscape is a plateau: all four inputs are negative there, the gradient is exactly 0, and nobody
# who starts there moves, Adam as little as SGD. Worse: from the upper left SGD *walks into* the plateau and dies. No large step
# is to blame, for downhill leads there; Adam, whose steps are nearly equal in both coordinates, takes another way and just gets
# past. With the leaky unit the same plateau slopes by a hundredth: SGD comes back, but takes about 360 steps. Adam, which
# divides by the size of the gradient, takes about 50.
#
# The contours tell two more things. Each kink of $\phi$ is a fold of the landscape, one line for each example, across which the
# gradient jumps. Smooth activations (softplus, ELU, tanh) have no folds, but they have flat ends too.

# %% [markdown] lang="zh"
# ReLU 曲面的左下方是一块平台：四个输入在那里都是负的，梯度恰好为 0，从那里出发谁也动不了，Adam 和 SGD 一样。更糟的是，SGD 从左上方
# 出发会*走进*平台而死掉。这不怪步子太大：下坡的方向本来就通向那里；Adam 在两个坐标上的步长几乎相等，走了另一条路，擦边而过。
# 换成 Leaky 单元，同一块平台有了百分之一的坡度：SGD 能走回来，但要大约 360 步；Adam 用梯度的大小做除数，只要大约 50 步。
#
# 等高线还告诉我们两件事。$\phi$ 的折点变成曲面上的折痕，每个样本一条，越过它梯度就跳变。光滑的激活函数（softplus、ELU、tanh）没有折痕，
# 但它们同样有平坦的两端。

# %% [markdown] lang="en"
# ## Not centred at zero
#
# The outputs of a sigmoid are all positive, with mean $\mu \approx 1/2$. Let $n$ of them, of variance $\sigma^2$, be the inputs $a$ of a
# linear unit with a squared loss. Its Hessian is
#
# $$H = \mathbb{E}\, a a^\top = \sigma^2 I + \mu^2\, \mathbf{1}\mathbf{1}^\top, \qquad \kappa = 1 + n\,\frac{\mu^2}{\sigma^2}.$$
#
# For one example all components of the gradient $\delta\, a$ have the same sign: no single step can make one weight larger and
# another smaller, so that the path must zig-zag. For outputs that are centred at 0, as those of tanh, $\kappa = 1$.

# %% [markdown] lang="zh"
# ## 输出不以零为中心
#
# Sigmoid 的输出全为正，均值 $\mu \approx 1/2$。设 $n$ 个这样的输出（方差 $\sigma^2$）作为一个线性单元的输入 $a$，用平方损失。它的 Hessian 是
#
# $$H = \mathbb{E}\, a a^\top = \sigma^2 I + \mu^2\, \mathbf{1}\mathbf{1}^\top, \qquad \kappa = 1 + n\,\frac{\mu^2}{\sigma^2}.$$
#
# 对单个样本，梯度 $\delta\, a$ 的所有分量同号：没有哪一步能让一个权重变大而另一个变小，路径只好走之字形。输出以 0 为中心时（如 tanh），
# $\kappa = 1$。

# %%
z = np.random.default_rng(0).normal(size=(10_000, 100))
figure, panels = plt.subplots(1, 2, figsize=(9.6, 4.2))
for name, a, panel in zip(("sigmoid", "tanh"), (1 / (1 + np.exp(-z)), np.tanh(z)), panels, strict=True):
    (h, b), (_, c) = a[:, :2].T @ a[:, :2] / len(a)  # the Hessian of two inputs
    bowl = ls.from_expression(f"({h}*x**2 + {2 * b}*x*y + {c}*y**2)/2", window=((-2, 2), (-2, 2)), name=name)
    best = 2 / (h + c)  # of all rates: 2 over the sum of the two curvatures
    ls.draw(ls.simulate(bowl, ls.optimizer("sgd", lr=best), start=(1.8, -0.6), steps=30), ax=panel, language=language)
    panel.set_title(name)
    for n in (2, 100):
        curvatures = np.linalg.eigvalsh(a[:, :n].T @ a[:, :n] / len(a))
        theory = 1 + n * a.mean() ** 2 / a.var()
        print(f"{name:8} n = {n:3d}:  kappa measured {curvatures[-1] / curvatures[0]:6.1f}   formula {theory:6.1f}")

# %% [markdown] lang="en"
# Each at its best rate: two sigmoid inputs zig-zag, two tanh inputs need one step. With a hundred sigmoid inputs $\kappa$ is
# several hundred, with a hundred tanh inputs below 2 (what is left is the chance of 10 000 examples). ReLU and softplus are not centred either: batch normalisation, and ELU with its negative floor, are two answers
# to that.

# %% [markdown] lang="zh"
# 各用各自最好的学习率：两个 sigmoid 输入走之字形，两个 tanh 输入一步到位。有一百个 sigmoid 输入时 $\kappa$ 达到几百，一百个 tanh 输入时不到 2（剩下的是 10 000 个样本的偶然性）。ReLU 和 softplus 也不以零为中心：
# 批归一化，以及带有负下限的 ELU，是对此的两种回答。

# %% [markdown] lang="en"
# ## Play
#
# Below is the ReLU unit. Drag the start over the plateau: how far must it go until something moves? Back at the upper left, turn
# SGD's rate: is there one at which it survives? Turn Adam's down to 0.01. Add momentum from the list: at the rate 0.05 it dies too,
# at 0.1 it rolls past, and at 0.2 it ends at a loss of 1/8: what is that place, and which examples does the unit still see there?

# %% [markdown] lang="zh"
# ## 动手
#
# 下面就是那个 ReLU 单元。在平台上拖动起点：拖到哪里才开始动？回到左上方，调节 SGD 的学习率：有没有一个能让它活下来？
# 把 Adam 的学习率降到 0.01 试试。再从列表里加上动量：学习率 0.05 时它也死掉，0.1 时滚了过去，0.2 时停在损失 1/8 处：
# 那是什么地方？那里的单元还看得见哪些样本？

# %%
ls.explore(ls.simulate(relu.surface, rules, start=(-1.5, 1.5), steps=300), language=language)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** If sigmoid's slope is only 1/4, take weights four times as large: then $\chi = 1$? Measure $\sqrt\chi$ for the gains 1, 2, 4, 8
# of Xavier's start.

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 既然 sigmoid 的斜率只有 1/4，把权重放大四倍，不就 $\chi = 1$ 了吗？对 Xavier 初始化的增益 1、2、4、8 测量 $\sqrt\chi$。

# %% tags=["solution"]
net = network("sigmoid")
for gain in (1, 2, 4, 8):
    delta = ls.networks.diagnostics(net, ls.start("xavier", count=20, gain=gain).place(net, seed=0)).delta_norm
    print(f"gain {gain}:  {np.exp(np.mean(np.log(delta[0] / delta[9])) / 9):.2f}")

# %% [markdown] lang="en" tags=["solution"]
# The gain of 4 leaves about 0.6 a layer, not 1: the larger weights also spread $z$, so that most units leave the middle, where the
# slope is 1/4. Once they saturate, $\mathbb{E}\,\phi'^2$ falls like $1/\text{gain}$ and $\chi$ grows like the gain only: a
# doubling gives the factor $\sqrt2$. Before $\chi$ reaches 1 the units are switches, and nothing in between is left to learn from.

# %% [markdown] lang="zh" tags=["solution"]
# 增益 4 时每层只留下约 0.6，而不是 1：权重变大，$z$ 也散得更开，大多数单元离开了斜率为 1/4 的中部。
# 一旦饱和，$\mathbb{E}\,\phi'^2$ 按 $1/\text{gain}$ 下降，$\chi$ 只与增益成正比：
# 增益加倍，倍数只乘 $\sqrt2$。不等 $\chi$ 达到 1，单元已经成了开关，学不到中间的东西了。

# %% [markdown] lang="en"
# **2.** Train a network with 16 hidden units on the moons at the rates 0.5 and 5, with ReLU, leaky ReLU and ELU. How many ReLU
# units die? Is the loss worse for it? And do leaky units that fell asleep (negative for all examples) wake up?

# %% [markdown] lang="zh"
# **2.** 用 16 个隐藏单元的网络学习月牙，学习率取 0.5 和 5，激活函数取 ReLU、Leaky ReLU 和 ELU。有多少 ReLU 单元死亡？损失因此更差吗？
# Leaky 单元睡着（对所有样本都为负）之后会醒来吗？

# %% tags=["solution"]
for activation in ("relu", "leaky_relu", "elu"):
    net = ls.surface("network", layers=(2, 16, 1), activation=activation, dataset="moons", loss="binary_cross_entropy")
    rates = [ls.entrant(ls.optimizer("sgd", lr=lr), label=f"rate {lr:g}") for lr in (0.5, 5.0)]
    for track in ls.simulate(net, rates, start=ls.start("he", count=10), steps=300, every=10).tracks:
        asleep = []
        for p in (track.params[1], track.params[-1]):  # after 10 steps and after 300
            views = net.views(p)
            z = np.einsum("uir,ni->nur", views["W1"], net.data.x) + views["b1"]
            asleep.append((z < 0).all(axis=0).mean())
        print(f"{activation:10} {track.label:8}  negative for all: {asleep[0]:.3f}, then {asleep[1]:.3f}", end="   ")
        print(
            f"dead {ls.networks.diagnostics(net, track.params[-1]).dead[0].mean():.3f}   loss {np.median(track.value[-1]):.4f}"
        )

# %% [markdown] lang="en" tags=["solution"]
# At the rate 5 about a third of the ReLU units die, within the first ten steps, and the loss is far *lower* than at 0.5: enough
# units are left. No leaky unit is dead, for each has a gradient, but as many fall asleep, and hardly one wakes up in 300 steps: a
# hundredth of a gradient is little, and once the others have fitted the data, nothing calls it. Dead units are lost capacity,
# which shows when there is none to spare.

# %% [markdown] lang="zh" tags=["solution"]
# 学习率为 5 时，大约三分之一的 ReLU 单元在最初十步之内死亡，而损失反而比 0.5 时*低*得多：剩下的单元够用了。Leaky 单元没有一个死亡，
# 因为每个都有梯度；但睡着的一样多，300 步里几乎没有一个醒来：百分之一的梯度太小，等别的单元拟合了数据，就再没有什么来叫醒它。
# 死亡单元是损失掉的容量，只有容量不富余时才看得出来。

# %% [markdown] lang="en"
# **3.** PReLU learns its slope on the left, one for each layer, from 0.25. Train the ten layers with it at the rate 0.1: which slopes does
# it choose, and does it learn faster than ReLU?

# %% [markdown] lang="zh"
# **3.** PReLU 学习自己左边的斜率，每层一个，从 0.25 开始。用它训练那个十层网络，学习率 0.1：它选了怎样的斜率？比 ReLU 学得快吗？

# %% tags=["solution"]
net = network("prelu")
run = ls.simulate(net, ls.optimizer("sgd", lr=0.1), start=ls.start("he", count=3), steps=300, every=300)
slopes = net.views(run.tracks[0].params[-1])
print("loss", np.round(np.median(run.tracks[0].value[-1]), 4))
print("slopes", *[f"{np.median(slopes[f's{k}']):.2f}" for k in range(1, 11)])

# %% [markdown] lang="en" tags=["solution"]
# Its loss is a fraction of ReLU's. Most slopes have grown, to between 0.2 and 0.6: given the choice, the layers become more
# linear, and no unit can die.

# %% [markdown] lang="zh" tags=["solution"]
# 它的损失只是 ReLU 的几分之一。多数斜率变大了，到 0.2 与 0.6 之间：如果让网络自己选，各层会变得更线性，也没有单元会死。

# %% [markdown] lang="en"
# ## Sources
#
# LeCun, Bottou, Orr and Müller 1998, *Efficient backprop*; Glorot and Bengio 2010, *Understanding the difficulty of training deep
# feedforward neural networks*; Maas, Hannun and Ng 2013, *Rectifier nonlinearities improve neural network acoustic models* (leaky
# ReLU); He, Zhang, Ren and Sun 2015, *Delving deep into rectifiers* (PReLU); Clevert, Unterthiner and Hochreiter 2016, *Fast and accurate
# deep network learning by exponential linear units*; Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017, *Deep information propagation*
# ($\chi$).

# %% [markdown] lang="zh"
# ## 文献
#
# LeCun, Bottou, Orr and Müller 1998, *Efficient backprop*; Glorot and Bengio 2010, *Understanding the difficulty of training deep
# feedforward neural networks*; Maas, Hannun and Ng 2013, *Rectifier nonlinearities improve neural network acoustic models*（Leaky
# ReLU）; He, Zhang, Ren and Sun 2015, *Delving deep into rectifiers*（PReLU）; Clevert, Unterthiner and Hochreiter 2016, *Fast and accurate
# deep network learning by exponential linear units*; Schoenholz, Gilmer, Ganguli and Sohl-Dickstein 2017, *Deep information propagation*
# （$\chi$）.
