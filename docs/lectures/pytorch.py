# %% [markdown] lang="en"
# # Training a network in PyTorch
#
# **Do the lessons hold in the library that you will use?** You will not train networks with the simulator of this course, but with
# PyTorch or a library like it. Its loop is ten lines, and each of them, and each default that stands in none of them, is a decision
# from one of the lectures before. This one writes the loop out, checks it against the simulator number for number, and looks for the
# places where the lessons bite.
#
# *About 40 minutes. You need: the lectures on activations, noise and adaptive methods; some PyTorch helps.*

# %% [markdown] lang="zh"
# # 用 PyTorch 训练网络
#
# **这些结论在你将要使用的库里还成立吗？** 你将来训练网络，用的不会是这门课的模拟器，而是 PyTorch 或类似的库。它的训练循环只有十行，其中每一行，
# 以及没有写出来的每一个默认值，都是前面某一讲里的一个决定。这一讲把循环写出来，与模拟器逐个数字地核对，再看那些结论会在什么地方起作用。
#
# *约 40 分钟。预备知识：激活函数、噪声、自适应方法这几讲；了解一点 PyTorch 更好。*

# %%
import numpy as np
import torch

import landscape as ls
from landscape.bridges.torch_network import from_torch, to_torch, torch_data, torch_loss

language = "en"
torch.set_num_threads(1)  # more would only wait for each other, with networks as small as these

# %% [markdown] lang="en"
# ## Predict
#
# In the lecture on activations a network with ten hidden layers of 16 ReLUs learnt the two moons: with He's weights and gradient
# descent at the rate 0.1, its loss after 300 steps was about 0.02. Now write the same network in PyTorch, as every tutorial does:
# `nn.Linear`, `nn.ReLU`, `torch.optim.SGD(lr=0.1)`, nothing else.
#
# **Before you run the next cell, decide:** what is the loss after 300 steps?
#
# 1. About the same: it is the same network.
# 2. Lower: the defaults of a library that millions use are better than ours.
# 3. 0.69: it has not learnt anything.

# %% [markdown] lang="zh"
# ## 先预测
#
# 在激活函数那一讲，一个有十个隐藏层、每层 16 个 ReLU 的网络学会了两个月牙：用 He 初始化和学习率 0.1 的梯度下降，300 步之后损失约为 0.02。
# 现在像所有教程那样，用 PyTorch 写同一个网络：`nn.Linear`、`nn.ReLU`、`torch.optim.SGD(lr=0.1)`，别的什么也不加。
#
# **运行下一格之前，请先决定：** 300 步之后损失是多少？
#
# 1. 差不多：本来就是同一个网络。
# 2. 更低：几百万人在用的库，默认值总比我们的好。
# 3. 0.69：什么也没学到。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛


# %%
def deep():
    """Ten hidden layers of 16 units, as a tutorial writes them."""
    widths, parts = (2, *[16] * 10, 1), []
    for k in range(10):
        parts += [torch.nn.Linear(widths[k], widths[k + 1], dtype=torch.float64), torch.nn.ReLU()]
    return torch.nn.Sequential(*parts, torch.nn.Linear(16, 1, dtype=torch.float64))


def train(model, x, t, optimizer, steps, loss=torch.nn.functional.binary_cross_entropy_with_logits):
    """The loop: all of it."""
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()  # forget the last gradient
        value = loss(model(x), t)  # forward
        value.backward()  # backward: adds to every .grad
        optimizer.step()  # the rule
        losses.append(value.item())
    return losses


same = {"layers": (2, *[16] * 10, 1), "activation": "relu", "dataset": "moons", "loss": "binary_cross_entropy"}
x, t = torch_data(ls.surface("network", **same, standardise=True))
torch.manual_seed(0)
models = {"default": deep(), "He": deep()}
for part in models["He"]:
    if isinstance(part, torch.nn.Linear):
        torch.nn.init.kaiming_normal_(part.weight)
        torch.nn.init.zeros_(part.bias)
before = {
    name: from_torch(model, loss="binary_cross_entropy", dataset="moons", standardise=True)
    for name, model in models.items()
}
for name, model in models.items():
    losses = train(model, x, t, torch.optim.SGD(model.parameters(), lr=0.1), 300)
    print(f"{name:8} first loss {losses[0]:.4f}   after 300 steps {losses[-1]:.4f}")

# %% [markdown] lang="en"
# With torch's own weights the loss stays at $\ln 2 = 0.693$. Nothing is broken: no error, no warning, a gradient that is not
# zero. With two more lines, He's weights, the same network learns all of it.

# %% [markdown] lang="zh"
# 用 torch 自带的初始权重，损失停在 $\ln 2 = 0.693$。什么也没坏：没有报错，没有警告，梯度也不是零。再加两行，换上 He 的初始权重，同一个网络就全学会了。

# %% [markdown] lang="en"
# ## The reason
#
# One layer multiplies the mean square of the slope $\delta$ on its way back by $\chi = n s^2\, \mathbb{E}\,\phi'^2$ (lecture on
# activations), and for ReLU $\mathbb{E}\,\phi'^2 = \frac12$. `nn.Linear` draws its weights evenly from
# $[-1/\sqrt n,\ 1/\sqrt n]$, so that
#
# $$s^2 = \frac{1}{3n}, \qquad \chi = \frac13 \cdot \frac12 = \frac16, \qquad \sqrt\chi = 0.41.$$
#
# He wants $s^2 = 2/n$, six times that. The default is a fossil: in the code it says `kaiming_uniform_(a=sqrt(5))`, a number that was
# chosen to reproduce what an older library did. After nine layers $0.41^9 \approx 3\cdot10^{-4}$ of $\delta$ is left, and the signal
# fades forwards just so. The module is handed to the simulator, which measures it:

# %% [markdown] lang="zh"
# ## 原因
#
# 斜率 $\delta$ 往回传时，每过一层，均方乘以 $\chi = n s^2\, \mathbb{E}\,\phi'^2$（见激活函数一讲），对 ReLU 有 $\mathbb{E}\,\phi'^2 = \frac12$。
# `nn.Linear` 的权重从 $[-1/\sqrt n,\ 1/\sqrt n]$ 均匀抽取，所以
#
# $$s^2 = \frac{1}{3n}, \qquad \chi = \frac13 \cdot \frac12 = \frac16, \qquad \sqrt\chi = 0.41.$$
#
# He 要求 $s^2 = 2/n$，是它的六倍。这个默认值是块化石：代码里写的是 `kaiming_uniform_(a=sqrt(5))`，取这个数是为了重现更早的一个库的做法。
# 九层之后 $\delta$ 只剩 $0.41^9 \approx 3\cdot10^{-4}$，信号向前传时也同样衰减。把模块交给模拟器来测量：

# %%
for (name, (net, p)), chi in zip(before.items(), (1 / 6, 1.0), strict=True):
    found = ls.networks.diagnostics(net, p)
    factor = (found.delta_norm[0] / found.delta_norm[9]) ** (1 / 9)
    print(f"{name:8} factor of a layer: theory {np.sqrt(chi):.2f}, measured {factor:.2f}", end="   ")
    print(f"gradient of W1 {found.gradient_norm[0]:.0e}, of W11 {found.gradient_norm[-1]:.0e}")

# %% [markdown] lang="en"
# Shallow networks hide it, and so do batch normalisation, skip connections and Adam, which divides by the size of the gradient. Write a
# deep plain one, and you meet it on the first day.
#
# ## The same numbers
#
# Are torch's optimizers those of this course? Same network, same data, same start, 300 steps: each entrant once by the simulator
# and once by `torch.optim`.

# %% [markdown] lang="zh"
# 浅的网络看不出来；批归一化、残差连接、以及用梯度大小做除数的 Adam 也会把它掩盖掉。但只要写一个朴素的深层网络，第一天就会碰上。
#
# ## 同样的数
#
# torch 的优化器就是这门课里的那些吗？同样的网络、数据和起点，走 300 步：每个优化器由模拟器跑一遍，再由 `torch.optim` 跑一遍。

# %%
net = ls.surface("network", layers=(2, 16, 1), activation="tanh", dataset="moons", loss="binary_cross_entropy")
start = ls.start("xavier", count=1).place(net, seed=0)[:, 0]
pairs = [
    ls.entrant(ls.optimizer("momentum", lr=0.1), label="Momentum"),
    ls.bridges.torch_optimizer("SGD", lr=0.1, momentum=0.9, label="torch SGD"),
    ls.entrant(ls.optimizer("adam", lr=0.02), label="Adam"),
    ls.bridges.torch_optimizer("Adam", lr=0.02, label="torch Adam"),
]
race = ls.simulate(net, pairs, start=start, steps=300)
for ours, theirs in zip(race.tracks[::2], race.tracks[1::2], strict=True):
    apart = np.abs(ours.params - theirs.params).max()
    print(
        f"{ours.label:9} loss {ours.value[-1, 0]:.12f}   torch {theirs.value[-1, 0]:.12f}   largest difference of a weight {apart:.0e}"
    )

x, t = torch_data(net)
for precision in (torch.float64, torch.float32):
    model = to_torch(net, start).to(precision)
    train(model, x.to(precision), t.to(precision), torch.optim.Adam(model.parameters(), lr=0.02), 300, torch_loss(net))
    _, p = from_torch(model, loss="binary_cross_entropy", dataset="moons")
    print(
        f"the loop above in {precision}: largest difference from Adam {np.abs(p - race['Adam'].params[-1, :, 0]).max():.0e}"
    )
ls.draw(race, "convergence", width=960, height=540, language=language)

# %% [markdown] lang="en"
# Two curves for four entrants: torch agrees with the simulator in thirteen or more digits of every weight, by the bridge and by
# the loop written out. In float32, torch's default, four or five digits are left after 300 steps: enough to train, not enough to compare
# two programs. **Compare in float64.**

# %% [markdown] lang="zh"
# 四个优化器只看得见两条曲线：每个权重都有十三位以上的数字与模拟器一致，用桥接如此，用写出来的循环也如此。换成 torch 默认的 float32，300 步之后
# 只剩四五位相同：用来训练足够，用来比较两个程序则不够。**比较程序要用 float64。**

# %% [markdown] lang="en"
# ## Batch noise and decay
#
# Mini-batches of 8 out of 200 overlapping points, SGD with momentum at a rate that is large on purpose, 400 steps: constant, and with a
# scheduler of one more line. The loss is that over all points.

# %% [markdown] lang="zh"
# ## 小批量噪声与衰减
#
# 从 200 个互相重叠的点中每次取 8 个，带动量的 SGD，学习率有意取大，400 步：一次学习率不变，一次多写一行调度器。损失按全部的点计算。

# %%
cloudy = ls.networks.data.build("moons", count=200, noise=0.35)
noisy = ls.surface("network", layers=(2, 16, 1), dataset=cloudy, loss="binary_cross_entropy")
x, t = torch_data(noisy)
begin = ls.start("xavier", count=1).place(noisy, seed=0)[:, 0]
for decay in (False, True):
    model, late = to_torch(noisy, begin), []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=400)
    draws = torch.Generator().manual_seed(0)
    for step in range(400):
        batch = torch.randint(len(x), (8,), generator=draws)
        train(model, x[batch], t[batch], optimizer, 1)
        if decay:
            scheduler.step()
        if step >= 380:
            late.append(torch_loss(noisy)(model(x), t).item())
    print(
        f"{'cosine' if decay else 'constant'}: loss of the last 20 steps {np.mean(late):.3f}, from {min(late):.3f} to {max(late):.3f}"
    )

# %% [markdown] lang="en"
# At the constant rate the loss jumps about, and what you get depends on the step at which you stop. With the cosine it comes to rest, lower. It is the noise
# floor of the lecture on noise, $\propto \eta$, and it costs one line.

# %% [markdown] lang="zh"
# 学习率不变时，损失上下跳动，得到什么要看停在哪一步。用余弦调度，它会静下来，而且更低。这就是噪声一讲里正比于 $\eta$ 的噪声下限，代价只是一行代码。

# %% [markdown] lang="en"
# ## Play
#
# A page cannot run torch, but it runs the same rules, whose hyper-parameters bear torch's names. The surface is a regression of two
# weights (slope and intercept) under gradient noise. Set each rule as you would in `torch.optim`, and read off the floor at which it
# ends; then choose a cosine schedule for one. Give AdamW a `weight_decay` of 1: where does it end now, and is that a minimum of the loss?

# %% [markdown] lang="zh"
# ## 动手
#
# 网页里跑不了 torch，但能跑同样的规则，超参数的名字也与 torch 相同。曲面是一个带梯度噪声的两参数回归（斜率与截距）。像在 `torch.optim` 里那样
# 设置每个优化器，读出它停在多高的下限；再给其中一个选余弦调度。把 AdamW 的 `weight_decay` 设为 1：它现在停在哪里？那里是损失的极小点吗？

# %%
u = np.linspace(-1.0, 2.0, 12)
mean, square = u.mean(), (u**2).mean()
bowl = f"({square}*(x - 0.8)**2 + {2 * mean}*(x - 0.8)*(y - 0.3) + (y - 0.3)**2)/2"
name = {"en": "a regression", "zh": "回归"}[language]
line = ls.from_expression(bowl, window=((-2, 3), (-2, 2)), name=name)
rules = [
    ls.optimizer("sgd", lr=0.1),
    ls.optimizer("momentum", lr=0.05),
    ls.optimizer("adamw", lr=0.05, weight_decay=0.01),
]
fit = ls.simulate(line, rules, start=(-1.5, -1.5), steps=300, noise=ls.noise("gaussian", sigma=0.3))
ls.explore(fit, language=language)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** Somebody forgets `optimizer.zero_grad()`. What happens to plain SGD: an error, a divergence, or neither? Which optimizer of this course
# is it then?

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 有人忘了写 `optimizer.zero_grad()`。普通 SGD 会怎样：报错、发散，还是都不会？这时它成了这门课里的哪个优化器？

# %% tags=["solution"]
x, t = torch_data(net)
model = to_torch(net, start)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(300):
    value = torch_loss(net)(model(x), t)
    value.backward()
    optimizer.step()
print(f"forgotten: loss {value.item():.4f}", end="   ")
model = to_torch(net, start)
print(f"right: loss {train(model, x, t, torch.optim.SGD(model.parameters(), lr=0.1), 300)[-1]:.4f}")
bowl = ls.surface("quadratic", condition=10.0)
b, p, far = np.zeros(2), np.array([1.0, 1.0]), []
for _ in range(300):
    b = b + bowl.gradient(p)
    p = p - 0.01 * b
    far.append(np.linalg.norm(p))
print(f"on a quadratic: farthest in the first 100 steps {max(far[:100]):.2f}, in the last 100 {max(far[200:]):.2f}")

# %% [markdown] lang="en" tags=["solution"]
# `backward()` adds to `.grad`, so that the sum of all gradients is followed: the heavy ball with $\beta = 1$. On this network it even ends far
# lower than the right loop, which is why nobody finds the mistake. But without friction it never comes to rest: on a quadratic it
# swings for ever as far as at the start.

# %% [markdown] lang="zh" tags=["solution"]
# `backward()`把梯度加到 `.grad` 上，于是它跟着所有梯度的总和走：这就是 $\beta = 1$ 的重球法。在这个网络上，它的终点甚至比正确的循环低得多，
# 所以谁也发现不了这个错误。但没有摩擦就永远停不下来：在二次函数上，它一直摆得和开始时一样远。

# %% [markdown] lang="en"
# **2.** `Adam(weight_decay=0.1)` and `AdamW(weight_decay=0.1)`: the same? Compare the loss and the length of the weights, in torch and here.

# %% [markdown] lang="zh"
# **2.** `Adam(weight_decay=0.1)` 与 `AdamW(weight_decay=0.1)` 相同吗？在 torch 和这里比较损失与权重的长度。

# %% tags=["solution"]
decayed = ls.simulate(
    net,
    [
        ls.bridges.torch_optimizer("Adam", lr=0.02, weight_decay=0.1, label="torch Adam"),
        ls.bridges.torch_optimizer("AdamW", lr=0.02, weight_decay=0.1, label="torch AdamW"),
        ls.entrant(ls.optimizer("adamw", lr=0.02, weight_decay=0.1), label="AdamW"),
    ],
    start=start,
    steps=300,
)
for track in decayed.tracks:
    print(
        f"{track.label:12} loss {track.value[-1, 0]:.4f}   length of the weights {np.linalg.norm(track.params[-1, :, 0]):.2f}"
    )

# %% [markdown] lang="en" tags=["solution"]
# By no means. In Adam the penalty's gradient $0.1\, p$ goes through the division by $\sqrt{\hat v}$ like any other, and where the loss has
# little to say it decides alone. AdamW takes it out and shrinks the weights by $\eta \cdot 0.1$ a step. The same number means two things.

# %% [markdown] lang="zh" tags=["solution"]
# 完全不同。在 Adam 里，惩罚项的梯度 $0.1\, p$ 和别的梯度一样要除以 $\sqrt{\hat v}$，在损失无话可说的地方就由它一个说了算。AdamW 把它拿出来，
# 每步把权重缩小 $\eta \cdot 0.1$。同一个数，两种意思。

# %% [markdown] lang="en"
# **3.** Train the network by torch's SGD with momentum 0.9 at the rates 0.03, 0.3 and 3 (full batches, 300 steps), hand each result back with `from_torch`,
# and compare its sharpness with the limit $2(1 + \beta)/\eta$.

# %% [markdown] lang="zh"
# **3.** 用 torch 带动量 0.9 的 SGD 训练网络，学习率 0.03、0.3、3（全批量，300 步），用 `from_torch` 把结果交回来，将锐度与界限
# $2(1 + \beta)/\eta$ 比较。

# %% tags=["solution"]
print(f"at the start sharpness {ls.networks.largest_eigenvalues(net, start)[0][0]:.3f}")
for lr in (0.03, 0.3, 3.0):
    model = to_torch(net, start)
    last = train(model, x, t, torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9), 300)[-1]
    again, p = from_torch(model, loss="binary_cross_entropy", dataset="moons")
    print(
        f"rate {lr:4}   loss {last:.4f}   sharpness {ls.networks.largest_eigenvalues(again, p)[0][0]:6.3f}   limit {2 * 1.9 / lr:6.2f}"
    )

# %% [markdown] lang="en" tags=["solution"]
# The start is below all three limits, if only just for the largest rate, and the ends are far below: with cross-entropy the
# sharpness falls once the examples are right, for the slopes of the loss vanish. Hence the largest rate wins here.

# %% [markdown] lang="zh" tags=["solution"]
# 起点低于三个界限（最大的学习率只是勉强低于），终点则远远低于：用交叉熵时，样本一旦分对，损失的斜率趋于零，锐度随之下降。
# 所以这里最大的学习率取胜。

# %% [markdown] lang="en"
# ## Sources
#
# Paszke et al. 2019, *PyTorch: an imperative style, high-performance deep learning library*; PyTorch's issue 15314 on the gain
# $\sqrt5$; He, Zhang, Ren and Sun 2015, *Delving deep into
# rectifiers*; Kingma and Ba 2015, *Adam: a method for stochastic optimization*; Loshchilov and Hutter 2017, *SGDR: stochastic gradient descent
# with warm restarts*; Loshchilov and Hutter 2019, *Decoupled weight decay regularization*; Cohen et al. 2021, *Gradient descent on neural
# networks typically occurs at the edge of stability*.

# %% [markdown] lang="zh"
# ## 文献
#
# Paszke et al. 2019, *PyTorch: an imperative style, high-performance deep learning library*; PyTorch's issue 15314 on the gain
# $\sqrt5$; He, Zhang, Ren and Sun 2015, *Delving deep into
# rectifiers*; Kingma and Ba 2015, *Adam: a method for stochastic optimization*; Loshchilov and Hutter 2017, *SGDR: stochastic gradient descent
# with warm restarts*; Loshchilov and Hutter 2019, *Decoupled weight decay regularization*; Cohen et al. 2021, *Gradient descent on neural
# networks typically occurs at the edge of stability*.
