# %% [markdown] lang="en"
# # Feed-forward networks and backpropagation
#
# **What does a network cost, and what does its gradient?** A network of half a million weights has half a million partial
# derivatives, and training wants all of them, at every step. If each cost as much as the loss itself, nobody would have
# trained a network of that size. Backpropagation makes them nearly free. What exactly does it do, and who pays?
#
# *About 40 minutes. You need: matrix products, the chain rule.*

# %% [markdown] lang="zh"
# # 前馈网络与反向传播
#
# **算一次网络要多少代价？算它的梯度呢？** 五十万个权重的网络有五十万个偏导数，训练的每一步都要全部算出来。如果每个偏导数都和算一次损失
# 一样贵，这么大的网络就没人训练得起。反向传播让它们几乎免费。它究竟做了什么？代价又由谁来付？
#
# *约 40 分钟。预备知识：矩阵乘法，链式法则。*

# %%
import tempfile
import time
import tracemalloc
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image

import landscape as ls
from landscape.cli import run_command

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# A network has three hidden layers of 512 units: about half a million weights. Its loss over 200 examples takes some
# milliseconds.
#
# **Before you run the next cell, decide:** how much longer does its whole gradient take?
#
# 1. Half a million times as long: each weight has a slope of its own.
# 2. Some hundred times: the chain rule multiplies Jacobians of $512 \times 512$.
# 3. A few times, and that for a network of fifty weights as for one of half a million.
#
# And whatever you choose: **what** does it pay with?

# %% [markdown] lang="zh"
# ## 先预测
#
# 一个网络有三个隐藏层，每层 512 个单元，约五十万个权重。在 200 个样本上算一次损失要几毫秒。
#
# **运行下一格之前，请先决定：** 算出整个梯度要多花多少时间？
#
# 1. 五十万倍：每个权重都有自己的斜率。
# 2. 几百倍：链式法则要把 $512 \times 512$ 的 Jacobi 矩阵乘起来。
# 3. 几倍；五十个权重的网络如此，五十万个的也如此。
#
# 无论选哪个，再想一想：它**拿什么**来付账？

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛


# %%
def seconds(function, times=7):
    """The shortest time of several."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        function()
        found.append(time.perf_counter() - began)
    return min(found)


x = np.random.default_rng(0).normal(size=(200, 2))
examples = (x, (x[:, 0] * x[:, 1] > 0).astype(int))
sizes, values, gradients = [], [], []
for width in (4, 16, 64, 256, 512):
    net = ls.surface("network", layers=(2, width, width, width, 1), dataset=examples, loss="binary_cross_entropy")
    p = ls.start("xavier", count=1).place(net, seed=0)[:, 0]
    sizes.append(net.dim)
    values.append(seconds(lambda net=net, p=p: net.value(p)))
    gradients.append(seconds(lambda net=net, p=p: net.gradient(p)))
    print(f"{net.dim:7d} weights   loss {1e3 * values[-1]:6.2f} ms   gradient / loss {gradients[-1] / values[-1]:.1f}")
figure, panel = plt.subplots(figsize=(8, 4))
panel.loglog(sizes, values, "o-", label="$f$")
panel.loglog(sizes, gradients, "s-", label=r"$\nabla f$")
panel.loglog(sizes, np.array(values) * (np.array(sizes) + 1), "--", label=r"$(N + 1)\, f$")
panel.set(xlabel="$N$", ylabel="s")
_ = panel.legend()

# %% [markdown] lang="en"
# A few times, from 57 weights to 527 361. The dashed line is what one run of the network for every weight would take: at
# the right end it would be of the order of hours, instead of a few hundredths of a second.

# %% [markdown] lang="zh"
# 几倍，从 57 个权重到 527 361 个都是如此。虚线是“每个权重跑一遍网络”所需的时间：在最右端是以小时计的，而不是百分之几秒。

# %% [markdown] lang="en"
# ## The reason
#
# The **forward pass** goes from the input $a_0 = x$ to the loss, layer by layer:
#
# $$z_k = W_k a_{k-1} + b_k, \qquad a_k = \phi(z_k), \qquad f = \ell(a_L, t).$$
#
# The chain rule is a product of one Jacobian for each layer, and a product of matrices may be taken from either end. From the
# input, matrix times matrix, it costs what answer 2 says. From the loss, whose derivative is a *row*, it is a vector
# times a matrix, again and again. Write $\delta_k = \partial f / \partial z_k$. The **backward pass** is
#
# $$\delta_L = \phi'(z_L) \odot \frac{\partial \ell}{\partial a_L}, \qquad
# \delta_{k-1} = \phi'(z_{k-1}) \odot W_k^\top \delta_k,$$
#
# $$\frac{\partial f}{\partial W_k} = \delta_k\, a_{k-1}^\top, \qquad \frac{\partial f}{\partial b_k} = \delta_k.$$
#
# * **Time.** Forward, a layer is one matrix product, $W_k a_{k-1}$. Backward it is two, $W_k^\top\delta_k$ and
#   $\delta_k a_{k-1}^\top$. Loss and gradient together are three products instead of one, for any number of weights. (For any
#   program whatever the bound is about 4: Baur and Strassen 1983.)
# * **Memory.** $\partial f/\partial W_k$ needs $a_{k-1}$, and $\phi'$ needs $z_k$: the forward pass has to be kept, every
#   layer for every example. Here is the bill.
#
# One unit, one example, every number of both passes. (In a terminal: `landscape backprop "(sigmoid(w*x + b) - 1)**2" --at
# w=0.5,x=2,b=-1 --out passes.png`.)

# %% [markdown] lang="zh"
# ## 原因
#
# **前向传播**从输入 $a_0 = x$ 一层层走到损失：
#
# $$z_k = W_k a_{k-1} + b_k, \qquad a_k = \phi(z_k), \qquad f = \ell(a_L, t).$$
#
# 链式法则是一串 Jacobi 矩阵的乘积，每层一个，而矩阵连乘可以从任何一端开始。从输入端开始是矩阵乘矩阵，代价正如答案 2 所说。
# 从损失端开始，损失的导数是一个*行向量*，于是每次都是向量乘矩阵。记 $\delta_k = \partial f / \partial z_k$，**反向传播**就是
#
# $$\delta_L = \phi'(z_L) \odot \frac{\partial \ell}{\partial a_L}, \qquad
# \delta_{k-1} = \phi'(z_{k-1}) \odot W_k^\top \delta_k,$$
#
# $$\frac{\partial f}{\partial W_k} = \delta_k\, a_{k-1}^\top, \qquad \frac{\partial f}{\partial b_k} = \delta_k.$$
#
# * **时间。** 前向每层一次矩阵乘法 $W_k a_{k-1}$；反向两次：$W_k^\top\delta_k$ 和
#   $\delta_k a_{k-1}^\top$。损失连同梯度一共三次乘法而不是一次，与权重个数无关。（对任意程序，这个倍数的上界约为 4：
#   Baur 和 Strassen 1983。）
# * **内存。** $\partial f/\partial W_k$ 要用 $a_{k-1}$，$\phi'$ 要用 $z_k$：前向传播的结果必须保留，每一层、每个样本都要。
#   账单就在这里。
#
# 一个单元、一个样本，两遍传播中的每一个数。（在终端里：`landscape backprop "(sigmoid(w*x + b) - 1)**2" --at
# w=0.5,x=2,b=-1 --out passes.png`。）

# %%
picture = Path(tempfile.mkdtemp()) / "passes.png"
formula, at = "(sigmoid(w*x + b) - 1)**2", "w=0.5,x=2,b=-1"
run_command(["backprop", formula, "--at", at, "--out", str(picture), "--language", language])
Image(picture, width=800)

# %% [markdown] lang="en"
# Read the blue numbers from left to right, the orange ones from right to left: each is the orange one behind the arrow times
# the number on the arrow. The sigmoid's own slope is $0.5 \cdot (1 - 0.5) = 0.25$, the $\phi'$ of the formula.

# %% [markdown] lang="zh"
# 蓝色的数从左往右读，橙色的数从右往左读：每个橙色数等于箭头另一端的橙色数乘以箭头上的数。sigmoid 自身的斜率是
# $0.5 \cdot (1 - 0.5) = 0.25$，就是公式里的 $\phi'$。

# %% [markdown] lang="en"
# The bill: the largest amount of memory that a loss and a gradient ask for, for networks of more and more layers of 64 units.

# %% [markdown] lang="zh"
# 账单如下：隐藏层（每层 64 个单元）越来越多时，算损失和算梯度所需内存的最大值。

# %%
for depth in (1, 10, 100):
    net = ls.surface("network", layers=(2, *[64] * depth, 1), dataset=examples, loss="binary_cross_entropy")
    p = ls.start("xavier", count=1).place(net, seed=0)[:, 0]
    peak = []
    for function in (net.value, net.gradient):
        tracemalloc.start()
        function(p)
        peak.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
    kept = 2 * depth * 64 * 200 * 8 / 1e6
    print(f"{depth:3d} layers   loss {peak[0]:5.1f} MB   gradient {peak[1]:5.1f} MB   of it all z and a {kept:5.1f} MB")

# %% [markdown] lang="en"
# The loss hardly needs more than the weights: a layer's values may be forgotten once the next is computed. The gradient's
# memory grows with depth times examples. That is why the batch size of a large model is set by memory, and why one
# recomputes layers on the way back instead of keeping them (*checkpointing*: one more forward pass buys most of it back).

# %% [markdown] lang="zh"
# 损失所需的内存几乎只是权重本身：算出下一层，上一层的值就可以丢掉。梯度的内存则随“层数乘样本数”增长。所以大模型的批量大小由内存决定；
# 所以有人在回程时重新计算各层而不保存它们（*检查点*技术：多付一遍前向传播，省回大部分内存）。

# %% [markdown] lang="en"
# ## By hand, and checked
#
# The whole of backpropagation is these few lines. Never trust them: compare with differences.

# %% [markdown] lang="zh"
# ## 自己写，并且检验
#
# 反向传播的全部内容就是下面几行。不要轻信它们：拿差商来对照。


# %%
def backpropagate(net, p, slope):
    """The gradient of half the mean squared error of a tanh network; slope: phi' from a."""
    w, depth, a = net.views(p), len(net.layers) - 1, [net.data.x]
    for k in range(1, depth + 1):  # forward: keep every a
        z = a[-1] @ w[f"W{k}"].T + w[f"b{k}"]
        a.append(np.tanh(z) if k < depth else z)
    delta, found = (a[-1] - net.data.y[:, None]) / len(z), {}
    for k in range(depth, 0, -1):  # backward
        found[f"W{k}"], found[f"b{k}"] = delta.T @ a[k - 1], delta.sum(axis=0)
        delta = delta @ w[f"W{k}"] * slope(a[k - 1])
    return np.concatenate([found[name].ravel() for name in w])


net = ls.surface("network", layers=(2, 8, 8, 1), dataset="moons", loss="half_mse")
p = ls.start("xavier", count=1).place(net, seed=0)[:, 0]
right, wrong = (lambda a: 1 - a**2), (lambda a: 1.0)  # the wrong one forgets phi'
for where, point in (("random weights", p), ("weights / 1000", p / 1000), ("all zero", 0 * p)):
    differences = ls.gradient(net, method="central")(point)
    for name, slope in (("right", right), ("wrong", wrong)):
        mine = backpropagate(net, point, slope)
        error = np.linalg.norm(mine - differences) / np.linalg.norm(differences)
        print(f"{where:15} {name:6} relative difference {error:.0e}")

# %% [markdown] lang="en"
# At random weights the forgotten $\phi'$ shows at once: a relative difference of tenths, against $10^{-10}$. But near zero,
# where $\phi' = 1$, the wrong code *passes the test*. Check a gradient at random points of ordinary size, several of them, and not
# where the formula is simple; with ReLU not at a kink either.

# %% [markdown] lang="zh"
# 在随机权重处，漏掉的 $\phi'$ 立刻现形：相对误差是十分之几，而不是 $10^{-10}$。但在零附近 $\phi' = 1$，错误的代码*通过了检验*。
# 检验梯度要取大小正常的随机点，多取几个，不要取公式变简单的地方；用 ReLU 时也不要取在折点上。

# %% [markdown] lang="en"
# ## Nothing to tell units apart
#
# Why random weights at all? Let two hidden units begin with the same weights, in and out. They compute the same $a$, get the same
# $\delta$, and hence the same gradient; after the step they are the same again. No optimizer that treats weights alike can tell them
# apart, however long it runs. Here is a network with eight hidden units, begun three ways:

# %% [markdown] lang="zh"
# ## 分不开的单元
#
# 为什么要用随机权重？设两个隐藏单元一开始的输入、输出权重都相同。它们算出同样的 $a$，得到同样的 $\delta$，于是梯度也相同；走一步之后仍然
# 相同。只要优化器对各权重一视同仁，无论跑多久都分不开它们。下面是一个有八个隐藏单元的网络，用三种方式开始：

# %%
net = ls.surface("network", layers=(2, 8, 1), dataset="moons", loss="mse")
begins = {
    "all 0": np.zeros(net.dim),
    "all 1/2": np.full(net.dim, 0.5),
    "random": ls.start("xavier", count=1).place(net, seed=0)[:, 0],
}
for name, start in begins.items():
    for track in ls.simulate(
        net, [ls.optimizer("sgd", lr=0.1), ls.optimizer("adam", lr=0.02)], start=start, steps=1000
    ).tracks:
        last = track.params[-1, :, 0]
        spread = ls.networks.diagnostics(net, last).spread[0]
        print(
            f"{name:8} {track.label:5} loss {track.value[-1, 0]:.4f}   right {net.accuracy(last):.0%}   units differ by {spread:.1e}"
        )

# %% [markdown] lang="en"
# From zero the loss lands at 1/4, the variance of the labels: only the last bias learns. From 1/2 it falls, to 0.09, and
# nearly 90 % of the examples are right; nobody would suspect anything. But the eight units still differ by 0: they are one unit, eight
# times. Random weights reach a loss several times smaller.

# %% [markdown] lang="zh"
# 从 0 开始，损失停在 1/4，即标签的方差：只有最后的偏置在学习。从 1/2 开始，损失降到 0.09，将近 90 % 的样本分对了，谁也不会起疑；可是八个
# 单元之间的差别始终是 0：它们只是一个单元重复了八遍。随机初始化的损失要小好几倍。

# %% [markdown] lang="en"
# ## Play
#
# The smallest case can be drawn. Two units are added, $\tanh(x u) + \tanh(y u)$, with the weights $x$ and $y$, and are to give
# $\tanh(2u)$. The answers are $(2, 0)$ and $(0, 2)$. Start on the diagonal, where the units are alike: where does each optimizer end?
# Drag the start off the diagonal by a hair: how long does it follow the diagonal before it decides? Add gradient noise: why does
# that help?

# %% [markdown] lang="zh"
# ## 动手
#
# 最小的例子画得出来。把两个单元加起来，$\tanh(x u) + \tanh(y u)$，权重为 $x$ 和 $y$，要求给出 $\tanh(2u)$。答案是 $(2, 0)$ 和 $(0, 2)$。
# 从两个单元相同的对角线上出发：各个优化器停在哪里？把起点从对角线上拖开一点点：它要沿对角线走多久才作出决定？加一点梯度噪声：为什么有用？

# %%
errors = [f"(tanh({u}*x) + tanh({u}*y) - {np.tanh(2 * u):.6f})**2" for u in (0.25, 0.5, 1.0, 2.0)]
two = ls.from_expression(f"({' + '.join(errors)})/8", window=((-1, 4), (-1, 4)), name="tanh(xu) + tanh(yu)")
rules = [ls.optimizer("sgd", lr=0.5), ls.optimizer("momentum", lr=0.1), ls.optimizer("adam", lr=0.05)]
ls.explore(ls.simulate(two, rules, start=(3.0, 3.0), steps=400), language=language)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** Count the multiplications of one example through the layers 2-64-64-64-1, forward and backward. Which is the only layer
# for which $W_k^\top \delta_k$ is not needed? What ratio does the count predict?

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 数一数一个样本通过 2-64-64-64-1 各层的乘法次数，前向和反向。只有哪一层不需要 $W_k^\top \delta_k$？由此预测的比值是多少？

# %% tags=["solution"]
layers = (2, 64, 64, 64, 1)
products = [layers[k] * layers[k + 1] for k in range(4)]
forward, backward = sum(products), sum(products) + sum(products[1:])
print(
    "forward", forward, "  backward", backward, "  loss and gradient / loss", round((forward + backward) / forward, 2)
)

# %% [markdown] lang="en" tags=["solution"]
# The first: nobody asks for the slope to the input. So 2.98 times, in all. What the clock says is around that: below where
# Python's own time counts, which both have (small networks), above where memory is the slower part (large ones).

# %% [markdown] lang="zh" tags=["solution"]
# 第一层：没有人要对输入的导数。所以一共 2.98 倍。钟表量出来的就在它附近：网络小时偏低，因为两者都有 Python 自身的开销；网络大时偏高，因为内存更慢。

# %% [markdown] lang="en"
# **2.** How much noise on the equal weights 1/2 breaks the symmetry? Try $10^{-12}$, $10^{-6}$ and $10^{-2}$ with gradient descent, 2000 steps.

# %% [markdown] lang="zh"
# **2.** 要在相等的权重 1/2 上加多大的噪声，才能打破对称？用梯度下降走 2000 步，试 $10^{-12}$、$10^{-6}$、$10^{-2}$。

# %% tags=["solution"]
net = ls.surface("network", layers=(2, 8, 1), dataset="moons", loss="mse")
noise = np.random.default_rng(0).normal(size=net.dim)
starts = np.stack([0.5 + scale * noise for scale in (1e-12, 1e-6, 1e-2)], axis=1)
track = ls.simulate(net, ls.optimizer("sgd", lr=0.1), start=starts, steps=2000, every=10).tracks[0]
for run, scale in enumerate((1e-12, 1e-6, 1e-2)):
    spread = ls.networks.diagnostics(net, track.params[:, :, run].T).spread[0]
    apart = np.flatnonzero(spread > 0.1)
    when = f"after {10 * apart[0]} steps" if apart.size else "not yet"
    print(f"{scale:.0e}   units differ by 0.1 {when}, by {spread[-1]:.1e} at the end   loss {track.value[-1, run]:.4f}")

# %% [markdown] lang="en" tags=["solution"]
# Being alike is a saddle, not a minimum: differences grow exponentially. From $10^{-2}$ the units are apart after 70 steps, and
# the loss ends at a third; from $10^{-6}$ it takes 620 steps, and the loss has hardly noticed by the end; from $10^{-12}$ not even
# 2000 are enough. The usual random weights are large for a reason.

# %% [markdown] lang="zh" tags=["solution"]
# 单元相同的地方是鞍点而不是极小点，差别按指数增长。从 $10^{-2}$ 出发，70 步就分开了，最后损失降到三分之一；从 $10^{-6}$ 出发要 620 步，
# 到最后损失还几乎没有降低；从 $10^{-12}$ 出发，2000 步也不够。通常的随机权重取得那么大，是有道理的。

# %% [markdown] lang="en"
# **3.** The Hessian of half a million weights does not fit into any memory. But training sometimes needs it times a vector $v$. What should
# that cost? Write $\nabla^2 f\, v$ as a derivative of the gradient along $v$, then time `net.hvp(p, v)`.

# %% [markdown] lang="zh"
# **3.** 五十万个权重的 Hessian 放不进任何内存。但训练有时需要它乘以向量 $v$。这应当要多少代价？把 $\nabla^2 f\, v$ 写成梯度沿 $v$ 的导数，
# 再给 `net.hvp(p, v)` 计时。

# %% tags=["solution"]
net = ls.surface("network", layers=(2, 64, 64, 64, 1), dataset=examples, loss="binary_cross_entropy")
p = ls.start("xavier", count=1).place(net, seed=0)[:, 0]
v = np.random.default_rng(0).normal(size=net.dim)
print(f"gradient / loss {seconds(lambda: net.gradient(p)) / seconds(lambda: net.value(p)):.1f}")
print(f"hvp / gradient  {seconds(lambda: net.hvp(p, v)) / seconds(lambda: net.gradient(p)):.1f}")
h = 1e-5
differences = (net.gradient(p + h * v) - net.gradient(p - h * v)) / (2 * h)
print(
    f"against differences of gradients {np.linalg.norm(net.hvp(p, v) - differences) / np.linalg.norm(differences):.0e}"
)

# %% [markdown] lang="en" tags=["solution"]
# $\nabla^2 f\, v = \frac{d}{d\epsilon} \nabla f(p + \epsilon v)$ at $\epsilon = 0$: differentiate the backward pass once more, forwards
# along $v$ (Pearlmutter 1994). It costs about two gradients, for any number of weights, and is exact.

# %% [markdown] lang="zh" tags=["solution"]
# $\nabla^2 f\, v = \frac{d}{d\epsilon} \nabla f(p + \epsilon v)$，取 $\epsilon = 0$：沿 $v$ 方向对反向传播再求一次前向的导数
# （Pearlmutter 1994）。代价约为两个梯度，与权重个数无关，而且是精确的。

# %% [markdown] lang="en"
# ## Sources
#
# Linnainmaa 1970; Werbos 1974; Baur and Strassen 1983, *The complexity of partial derivatives*; Rumelhart, Hinton and Williams 1986,
# *Learning representations by back-propagating errors*; Pearlmutter 1994, *Fast exact multiplication by the Hessian*; Griewank and
# Walther 2008, *Evaluating derivatives*; Chen, Xu, Zhang and Guestrin 2016, *Training deep nets with sublinear memory cost*.

# %% [markdown] lang="zh"
# ## 文献
#
# Linnainmaa 1970; Werbos 1974; Baur and Strassen 1983, *The complexity of partial derivatives*; Rumelhart, Hinton and Williams 1986,
# *Learning representations by back-propagating errors*; Pearlmutter 1994, *Fast exact multiplication by the Hessian*; Griewank and
# Walther 2008, *Evaluating derivatives*; Chen, Xu, Zhang and Guestrin 2016, *Training deep nets with sublinear memory cost*.
