# %% [markdown] lang="en"
# # Adaptive methods
#
# **What does a learning rate for every coordinate buy, and what does it cost?** AdaGrad, RMSprop, AdaDelta and Adam
# divide the step of each coordinate by the size of the gradients that this coordinate has seen. Where slopes differ by
# a factor of a thousand from one coordinate to the next, that is worth a thousandfold. Sometimes.
#
# *About 40 minutes. You need: gradients, gradient descent and momentum, eigenvectors of a symmetric matrix.*

# %% [markdown] lang="zh"
# # 自适应方法
#
# **每个坐标一个学习率：得到什么，又失去什么？** AdaGrad、RMSprop、AdaDelta 和 Adam 把每个坐标的步子除以这个坐标见过的
# 梯度的大小。坐标之间的坡度相差一千倍时，这就值一千倍。有时候是这样。
#
# *约 40 分钟。预备知识：梯度，梯度下降与动量，对称矩阵的特征向量。*

# %%
import numpy as np

import landscape as ls

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# A quadratic valley, a thousand times steeper across than along, and it lies along the axes. How many steps does each
# method need until its loss is below 0.0001 for good? Each gets its best rate out of 24.

# %% [markdown] lang="zh"
# ## 先预测
#
# 一个二次型的山谷，横向比纵向陡一千倍，走向与坐标轴平行。每种方法要多少步，损失才从此低于 0.0001？
# 每种方法都从 24 个学习率中取自己最好的。

# %%
kappa = 1000.0
rates = {
    "sgd": np.geomspace(0.2, 1.99, 24) / kappa,
    "momentum": np.geomspace(0.2, 3.7, 24) / kappa,
    "adagrad": np.geomspace(0.05, 3, 24),
    "adam": np.geomspace(0.005, 0.5, 24),
}


def fewest(surface, start, steps=4000):
    """For each method the fewest steps after which its loss stays below 0.0001, and the rate that did it."""
    found = {}
    for name, each in rates.items():
        loss = (
            ls.simulate(surface, ls.optimizer(name, lr=each), start=start, steps=steps, progress=False).tracks[0].value
        )
        above = ~(loss < 1e-4)
        last = np.where(above.any(axis=0), steps + 1 - above[::-1].argmax(axis=0), 0)
        found[name] = last.min(), each[last.argmin()]
    return found


along = ls.surface("quadratic", condition=kappa)
along_axes = fewest(along, (1.5, 1.0))
for name, (steps, rate) in along_axes.items():
    print(f"{name:9} {steps:5} steps at its best rate {rate:.4f}")

# %% [markdown] lang="en"
# AdaGrad is there in 5 steps, Adam in about 140, gradient descent in more than 2000. Now the *same* valley is turned by
# 45 degrees, and the start with it: not a number of it changes but the direction that it runs in.
#
# **Before you run the next cell, decide:** who is first in the turned valley?
#
# 1. AdaGrad: it is the same valley, and its lead is large.
# 2. Adam: it has momentum as well.
# 3. Momentum, which has one rate for all coordinates.

# %% [markdown] lang="zh"
# AdaGrad 5 步就到，Adam 约 140 步，梯度下降要两千多步。现在把*同一个*山谷转 45 度，起点也一起转：除了走向，
# 它的任何一个数都没有变。
#
# **运行下一格之前，请先决定：** 在转过的山谷里谁最快？
#
# 1. AdaGrad：还是那个山谷，而它遥遥领先。
# 2. Adam：它还有动量。
# 3. 动量法：所有坐标共用一个学习率。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛

# %%
angle = np.pi / 4
turned = ls.surface("quadratic", condition=kappa, rotation=angle)
turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
start = turn @ np.array([1.5, 1.0])
in_turned = fewest(turned, start)
for name, (steps, _) in in_turned.items():
    print(f"{name:9} along the axes {along_axes[name][0]:5}   turned {steps:5} steps")

# %%
labels = {"sgd": "SGD", "momentum": "Momentum", "adagrad": "AdaGrad", "adam": "Adam"}
race = ls.simulate(
    turned,
    [ls.entrant(ls.optimizer(name, lr=in_turned[name][1]), label=label) for name, label in labels.items()],
    start=start,
    steps=400,
)
ls.draw(race, "race", width=960, height=540, language=language)

# %% [markdown] lang="en"
# Momentum is first, with the very number of steps that it had before: it, and gradient descent, do not know where the
# axes are. AdaGrad needs about 3400 steps instead of 5 and is behind even gradient descent; Adam needs about 1000
# instead of 140. The lead was no property of the valley. It belonged to the coordinates in which the valley was written
# down.

# %% [markdown] lang="zh"
# 动量法最快，步数与之前分毫不差：它和梯度下降都不知道坐标轴在哪里。AdaGrad 从 5 步变成约 3400 步，连梯度下降都不如；
# Adam 从 140 步变成约 1000 步。那份优势不是山谷的性质，而属于写下这个山谷时所用的坐标。

# %% [markdown] lang="en"
# ## The reason: what is divided by what
#
# All of them take the step
#
# $$p_i \leftarrow p_i - \eta\, \frac{m_i}{\sqrt{v_i} + \epsilon}$$
#
# in each coordinate $i$ by itself, with the gradient $g$ and
#
# * AdaGrad: $m = g$ and $v = \sum_s g_s^2$, the sum over *all* steps so far;
# * RMSprop: $m = g$ and $v \leftarrow \alpha v + (1 - \alpha)\,g^2$, an average that forgets;
# * Adam: $v$ as RMSprop with $\beta_2$, $m \leftarrow \beta_1 m + (1 - \beta_1)\,g$, both corrected for their start at
#   0.
#
# **Along the axes** the Hessian is diagonal, $g_i = \lambda_i p_i$. AdaGrad becomes
#
# $$p_i \leftarrow p_i - \eta\, \frac{\lambda_i p_i}{\sqrt{\sum_s \lambda_i^2 p_{s,i}^2}} = p_i\left(1 - \frac{\eta}{\sqrt{\sum_s p_{s,i}^2}}\right).$$
#
# The curvature cancels. AdaGrad, RMSprop and Adam do not see $\lambda_i$ at all: a valley of any condition is a round
# bowl to them.
#
# **Turned by 45 degrees** both coordinates of the gradient are dominated by the steep direction. So $v_1 \approx v_2$,
# the divisor is the same number for both coordinates, and what is left is gradient descent with *one* rate.

# %% [markdown] lang="zh"
# ## 原因：谁除以谁
#
# 它们在每个坐标 $i$ 上各自走一步
#
# $$p_i \leftarrow p_i - \eta\, \frac{m_i}{\sqrt{v_i} + \epsilon}$$
#
# 其中 $g$ 是梯度，并且
#
# * AdaGrad：$m = g$，$v = \sum_s g_s^2$，对至今的*所有*步求和；
# * RMSprop：$m = g$，$v \leftarrow \alpha v + (1 - \alpha)\,g^2$，会遗忘的平均；
# * Adam：$v$ 同 RMSprop，系数为 $\beta_2$，$m \leftarrow \beta_1 m + (1 - \beta_1)\,g$，两者都对从 0 开始作了修正。
#
# **与坐标轴平行时**，Hessian 是对角的，$g_i = \lambda_i p_i$。AdaGrad 变成
#
# $$p_i \leftarrow p_i - \eta\, \frac{\lambda_i p_i}{\sqrt{\sum_s \lambda_i^2 p_{s,i}^2}} = p_i\left(1 - \frac{\eta}{\sqrt{\sum_s p_{s,i}^2}}\right).$$
#
# 曲率约掉了。AdaGrad、RMSprop 和 Adam 根本看不见 $\lambda_i$：条件数再大的山谷，在它们眼里都是一只圆碗。
#
# **转过 45 度时**，梯度的两个坐标都由陡的方向主导。于是 $v_1 \approx v_2$，两个坐标的除数是同一个数，剩下的就是只有*一个*
# 学习率的梯度下降。

# %%
print("after 20 steps along the axes, for conditions 1, 1000 and 1000000:")
for name in ("adagrad", "rmsprop", "adam"):
    ends = [
        ls.simulate(ls.surface("quadratic", condition=each), ls.optimizer(name, lr=0.1), start=(1.5, 1.0), steps=20)
        for each in (1.0, 1e3, 1e6)
    ]
    print(f"{name:9}", *(run.tracks[0].params[-1, :, 0].round(6) for run in ends))
print("the divisors sqrt(v) of AdaGrad after 100 steps:")
for label, surface, begin in (("along the axes", along, (1.5, 1.0)), ("turned", turned, start)):
    path = ls.simulate(surface, ls.optimizer("adagrad", lr=0.1), start=begin, steps=100).tracks[0].params[:, :, 0]
    print(f"{label:15}", np.sqrt((surface.gradient(path.T) ** 2).sum(axis=1)).round(1))

# %% [markdown] lang="en"
# A rate for every coordinate is a *diagonal* preconditioner. It mends a bad scaling of the coordinates, such as
# features in different units or layers of different size, and is blind to correlations. Networks have much of the
# first, which is why Adam is the default of so many of them.

# %% [markdown] lang="zh"
# 每个坐标一个学习率，就是*对角*的预条件。它能修好坐标尺度的不一致，例如单位不同的特征、大小不同的层，却看不见坐标之间的相关。
# 网络里前者很多，所以 Adam 是许多网络的默认选择。

# %% [markdown] lang="en"
# ## How long is the first step?
#
# The divisor makes the gradient's size cancel, and with it its units. For Adam, $\eta$ is not a rate any more but a
# *length*. At the first step $m = (1 - \beta_1)\,g$ and $v = (1 - \beta_2)\,g^2$, and the corrections $1/(1 - \beta_1)$
# and $1/(1 - \beta_2)$ make them $g$ and $g^2$: the step is $\pm\eta$. Without the correction, as in RMSprop, it is
# $\eta/\sqrt{1 - \alpha}$. AdaDelta puts the root mean square of past *steps* in the place of $\eta$, so that the units
# are right by themselves; but of steps there are none at first, so that $\epsilon$ stands in:
# $\sqrt{\epsilon/(1 - \rho)}$.

# %% [markdown] lang="zh"
# ## 第一步有多长？
#
# 除数使梯度的大小约掉，单位也随之约掉。对 Adam 来说，$\eta$ 不再是比率，而是*长度*。第一步时
# $m = (1 - \beta_1)\,g$，$v = (1 - \beta_2)\,g^2$，乘以修正因子 $1/(1 - \beta_1)$ 和 $1/(1 - \beta_2)$ 之后就是 $g$ 和
# $g^2$：步长为 $\pm\eta$。不作修正时，例如 RMSprop，步长是 $\eta/\sqrt{1 - \alpha}$。AdaDelta 用过去*步子*的均方根代替
# $\eta$，单位自然就对了；但一开始没有步子，只好由 $\epsilon$ 顶替：$\sqrt{\epsilon/(1 - \rho)}$。

# %%
bowl = ls.surface("quadratic", condition=10.0)
rules = {
    "SGD 0.1": (ls.optimizer("sgd", lr=0.1), "0.1 |gradient|"),
    "AdaGrad 0.1": (ls.optimizer("adagrad", lr=0.1), "0.1"),
    "RMSprop 0.1, alpha 0.999": (ls.optimizer("rmsprop", lr=0.1, alpha=0.999), f"{0.1 / np.sqrt(0.001):.4f}"),
    "Adam 0.1": (ls.optimizer("adam", lr=0.1), "0.1"),
    "AdaDelta": (ls.optimizer("adadelta"), f"{np.sqrt(1e-6 / 0.1):.4f}"),
}
for label, (rule, theory) in rules.items():
    for height in (1.0, 1000.0):
        surface = ls.surface("scaled", surface=bowl, height=height)
        path = ls.simulate(surface, rule, start=(1.8, 1.5), steps=1).tracks[0].params[:, :, 0]
        print(f"{label:25} loss x {height:6}   first step {np.abs(path[1] - path[0]).round(4)}   theory {theory}")

# %% [markdown] lang="en"
# Multiply the loss by a thousand: gradient descent takes steps a thousand times as long and is gone, the others do not
# notice. That is half of what makes them easy to tune. RMSprop with a long memory begins with a leap of 32 times
# $\eta$; Adam's correction and a warm-up are remedies for the same complaint.

# %% [markdown] lang="zh"
# 把损失乘以一千：梯度下降的步子也长一千倍，一去不回；其他方法毫无察觉。它们好调，一半的原因就在这里。记忆很长的 RMSprop
# 一上来就跳 $\eta$ 的 32 倍；Adam 的修正和学习率预热，治的是同一种病。

# %% [markdown] lang="en"
# ## A memory that never forgets
#
# AdaGrad's sum only grows, so its steps only shrink. Is that a virtue? Twice, with the same rule:

# %% [markdown] lang="zh"
# ## 永不遗忘的记忆
#
# AdaGrad 的和只增不减，所以步子只会变短。这是优点吗？同一个规则，看两次：

# %%
steep = ls.simulate(
    "rosenbrock",
    [ls.optimizer(name, lr=0.02) for name in ("adagrad", "rmsprop", "adam")],
    start=(-1.5, -0.5),
    steps=6000,
    every=3000,
)
for track in steep.tracks:
    print(f"Rosenbrock from a steep wall: {track.label:8} loss after 3000 and 6000 steps {track.value[1:, 0].round(4)}")
rare = ls.simulate(
    ls.surface("spectral_quadratic", eigenvalues=[1.0, 0.01], rotation=0.0),
    [
        ls.entrant(ls.optimizer("sgd", lr=0.5), ls.schedule("inverse_sqrt", decay_steps=1), label="SGD, 1/√t"),
        ls.entrant(ls.optimizer("adagrad", lr=0.5), label="AdaGrad"),
    ],
    start=(-2.0, -2.0),
    steps=2000,
    every=10,
    repeats=10,
    noise=ls.noise("masked", keep=[1.0, 0.01]),  # y is seen in one step of a hundred
)
for track in rare.tracks:
    print(f"rare feature y: {track.label:10} median distance left {np.median(np.abs(track.params[-1, 1])):.2f} of 2")
ls.draw(rare, "convergence", quantity="distance", width=960, height=540, language=language)

# %% [markdown] lang="en"
# From a steep wall, on Rosenbrock's function, AdaGrad stalls: the gradients of the first steps stay in its sum for
# ever, and the second 3000 steps take only 3 % off its loss. Adam has arrived; RMSprop came down fast, and rattles next
# to the minimum, since its step does not shrink.
#
# With a *rare feature* it is the other way round. $y$ is seen in one step of a hundred, as a rare word is. A rate that
# falls by the clock, $1/\sqrt t$, is small when $y$ comes at last. AdaGrad has a clock for each coordinate, which runs
# only when that coordinate is seen: this is what it was made for.

# %% [markdown] lang="zh"
# 在 Rosenbrock 函数上从陡壁出发，AdaGrad 停滞不前：最初几步的梯度永远留在它的和里，后 3000 步只使损失减少 3%。
# Adam 已经到达；RMSprop 下来得快，但在极小点旁抖动，因为它的步子不会变短。
#
# 遇到*罕见特征*则相反。$y$ 一百步才出现一次，就像一个罕见的词。按时钟下降的学习率 $1/\sqrt t$，等 $y$ 终于出现时已经很小。
# AdaGrad 给每个坐标一只钟，只在该坐标出现时才走：它正是为此而造的。

# %% [markdown] lang="en"
# ## Where Adam goes the wrong way
#
# Reddi, Kale and Kumar (2018) found a convex problem on which Adam walks to the *worst* point. The gradients are
# $3, -1, -1$ and so on, on the interval $[-1, 1]$. Their mean is positive: $-1$ is best. But with a short memory Adam
# divides each gradient by about its own size, and makes of them nearly $+1, -1, -1$: two steps to the right against one
# to the left. AMSGrad divides by the *largest* average so far, which keeps the proportion.

# %% [markdown] lang="zh"
# ## Adam 走错方向的地方
#
# Reddi、Kale 和 Kumar（2018）找到一个凸问题，Adam 在其中走向*最差*的点。梯度依次为 $3, -1, -1$，周而复始，
# 区间为 $[-1, 1]$。梯度的平均为正，所以 $-1$ 最好。但记忆短的 Adam 把每个梯度除以大约它自己的大小，
# 差不多变成了 $+1, -1, -1$：两步向右，一步向左。AMSGrad 除以至今*最大*的平均值，保住了比例。

# %%
lines = ls.surface("adam_counterexample", c=3.0, terms=3)
falling = ls.schedule("inverse_sqrt", decay_steps=1)


def ending(name, beta2):
    """Where the rule ends on [-1, 1] after 3000 steps from the best point."""
    rule = ls.optimizer("projected", optimizer=ls.optimizer(name, lr=0.85, beta1=0.0, beta2=beta2))
    run = ls.simulate(lines, rule, start=(-1.0,), steps=3000, every=3000, noise="cyclic_minibatch", schedule=falling)
    return run.tracks[0].params[-1, 0]


short_to_long = np.array([0.1, 0.3, 0.5, 0.9, 0.999])
print("beta2  ", *(f"{each:6}" for each in short_to_long))
for name in ("adam", "amsgrad"):
    print(f"{name:8}", *(f"{each:+6.2f}" for each in ending(name, short_to_long)))

# %% [markdown] lang="en"
# With $\beta_2$ up to 0.3 Adam begins at the best point and ends at the worst. From 0.5 on it does not. The paper's
# theorem says that for *every* $\beta_2$ there is such a problem, with a gradient that is rare and large enough, not
# that Adam fails on yours. In practice AMSGrad is seldom better; what the example teaches is that a divisor which
# depends on the gradient of this very step is correlated with it, and an average of such quotients is no descent
# direction.

# %% [markdown] lang="zh"
# $\beta_2$ 不超过 0.3 时，Adam 从最好的点出发，停在最差的点；从 0.5 起就不会。论文的定理说的是，对*每个* $\beta_2$ 都存在
# 这样的问题，其中的大梯度足够罕见也足够大，而不是说 Adam 会在你的问题上失败。实践中 AMSGrad 很少更好；这个例子的教训是：
# 除数若依赖这一步自己的梯度，就与它相关，这种商的平均不再是下降方向。

# %% [markdown] lang="en"
# ## And on new data?
#
# Wilson et al. (2017) built a classification problem that every method solves, with features that occur in one example
# only. The share of right answers on the data of training, and on new data:

# %% [markdown] lang="zh"
# ## 在新数据上呢？
#
# Wilson 等人（2017）构造了一个人人都能解的分类问题，其中有些特征只在一个样本里出现。下面是训练数据和新数据上的正确率：

# %%
net = ls.surface(
    "network",
    layers=[402, 1],
    dataset={"name": "adaptive_counterexample", "count": 80},
    loss="logistic",
    test=0.5,
)
chosen = {"sgd": 0.5, "momentum": 0.1, "adagrad": 0.05, "rmsprop": 0.01, "adam": 0.01}
trained = ls.simulate(
    net, [ls.optimizer(name, lr=lr) for name, lr in chosen.items()], start=ls.start("zeros"), steps=100, every=100
)
for track in trained.tracks:
    p = track.params[-1]
    print(f"{track.label:9} training {net.accuracy(p)[0]:.2f}   new {net.test_accuracy(p)[0]:.2f}")

# %% [markdown] lang="en"
# All are right about the data that they have seen; about new data the adaptive three are right in two cases of three,
# the share of the larger class. From weights 0, a divisor that makes all steps alike gives a feature that occurs once
# the same weight as the one that matters.
#
# *What this shows, and what it does not.* There is a problem on which they generalize worse, and now you know the
# mechanism. It was built for the purpose. On real tasks the verdict depends on tuning: Choi et al. (2019) find that
# with all hyper-parameters tuned, $\epsilon$ among them, Adam is never worse than momentum, which it contains as a
# limit. Do not say "Adam generalizes worse" without the protocol by which it was measured.

# %% [markdown] lang="zh"
# 对见过的数据，人人都对；对新数据，三种自适应方法三次里对两次，正好是较大那一类所占的比例。从零权重出发，使所有步长一样的除数，
# 给只出现一次的特征和真正有用的特征同样的权重。
#
# *这说明了什么，又没有说明什么。* 确实存在使它们泛化更差的问题，而你已经知道了机制。但这个问题是特意构造的。
# 在真实任务上，结论取决于调参：Choi 等人（2019）发现，把包括 $\epsilon$ 在内的超参数全部调好之后，Adam 从不比动量法差，
# 因为动量法是它的一个极限。没有说明测量办法，就不要说“Adam 泛化更差”。

# %% [markdown] lang="en"
# ## Play
#
# This is the turned valley. Find out:
#
# * Choose "inside of the rule" for AdaGrad: the ellipse, and the row "effective step", is what each coordinate gets. Why
#   are the two numbers nearly the same?
# * Look for starts from which Adam is fast, and for starts from which it is slow: where do they lie?
# * Turn Adam's $\beta_1$ to 0: how much of its lead over AdaGrad was momentum?

# %% [markdown] lang="zh"
# ## 动手
#
# 这就是转过的山谷。请找出：
#
# * 为 AdaGrad 选择“规则内部”：椭圆和“有效步长”一行表示每个坐标得到的步长。两个数为什么几乎相同？
# * 找出让 Adam 快的起点和让它慢的起点：它们在哪里？
# * 把 Adam 的 $\beta_1$ 调到 0：它领先 AdaGrad，有多少是动量的功劳？

# %%
ls.explore(race, language=language)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** Adam without momentum ($\beta_1 = 0$, $\beta_2 = 0.5$) on $x^2/2$ never comes to rest. Where does it end?
# Assume that it alternates between $a$ and $-a$, and find $a$; then measure. What does noise of the standard deviation
# 1 change?

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 没有动量的 Adam（$\beta_1 = 0$，$\beta_2 = 0.5$）在 $x^2/2$ 上永远停不下来。它最后在哪里？假设它在 $a$ 与 $-a$
# 之间交替，求 $a$；再测量。加上标准差为 1 的噪声会怎样？

# %% tags=["solution"]
parabola = ls.surface("quadratic", dim=1)
for rate in (0.1, 0.01):
    rule = ls.optimizer("adam", lr=rate, beta1=0.0, beta2=0.5)
    print(
        "rate",
        rate,
        "ends at",
        ls.simulate(parabola, rule, start=(0.33,), steps=300).tracks[0].params[-2:, 0, 0].round(4),
    )
for name in ("sign_sgd", "adam", "sgd"):
    noisy = ls.simulate(parabola, ls.optimizer(name, lr=0.01), start=(2.0,), steps=1000, repeats=100, noise="gaussian")
    print(f"{name:9} rate 0.01 with noise: loss {noisy.tracks[0].value[700:].mean():.5f}")
print(f"theory for signs    {0.5 * 0.01 * np.sqrt(np.pi / 8):.5f}")

# %% [markdown] lang="en" tags=["solution"]
# With $|p| = a$ at every step, $v = a^2$, and the step is $\eta a / a = \eta$. From $a$ to $-a$ it is $2a$, so
# $a = \eta/2$, whatever the curvature: 0.05 and 0.005, as measured. Only a schedule brings it lower. With noise the
# sign of the gradient is right only somewhat more often than not, and that is proportional to $p$: noise turns the sign
# into a slope again. signSGD then has the floor $\tfrac12\eta\sigma\sqrt{\pi/8}$, and Adam one of the same size, as
# gradient descent of this rate has.

# %% [markdown] lang="zh" tags=["solution"]
# 每一步 $|p| = a$，于是 $v = a^2$，步长为 $\eta a / a = \eta$。从 $a$ 到 $-a$ 是 $2a$，所以 $a = \eta/2$，与曲率无关：
# 0.05 和 0.005，与测量一致。只有学习率衰减才能让它更低。有噪声时，梯度的符号只是略多一些时候是对的，多出的部分与 $p$ 成正比：
# 噪声又把符号变成了斜率。于是 signSGD 的下限是 $\tfrac12\eta\sigma\sqrt{\pi/8}$，Adam 的下限大小相近，
# 与这个学习率的梯度下降也相近。

# %% [markdown] lang="en"
# **2.** Weight decay as a penalty $\tfrac{w}{2}|p|^2$ in the loss (L2) and decay apart from the gradient (AdamW) are
# the same for gradient descent. For Adam? Take a flat loss with noise, a hundred times stronger in one coordinate than
# in the other, $\eta = 0.005$ and $w = 0.4$. What is left of each weight after 600 steps?

# %% [markdown] lang="zh"
# **2.** 权重衰减可以作为损失里的惩罚 $\tfrac{w}{2}|p|^2$（L2），也可以与梯度分开（AdamW）。对梯度下降来说两者相同，对 Adam 呢？
# 取平坦的损失，一个坐标的噪声比另一个强一百倍，$\eta = 0.005$，$w = 0.4$。600 步之后，两个权重各剩多少？

# %% tags=["solution"]
decay = ls.simulate(
    ls.surface("quadratic", condition=1.0, scale=1e-6),
    [
        ls.entrant(ls.optimizer("adam", lr=0.005, weight_decay=0.4), label="Adam, L2"),
        ls.entrant(ls.optimizer("adamw", lr=0.005, weight_decay=0.4), label="AdamW"),
    ],
    start=(1.6, 1.6),
    steps=600,
    repeats=20,
    noise=ls.noise("gaussian", sigma=[0.1, 10.0]),
)
for track in decay.tracks:
    print(f"{track.label:9} left of the quiet and of the noisy weight", (track.params[-1].mean(axis=1) / 1.6).round(2))
print(f"(1 - 0.005 * 0.4)^600 = {(1 - 0.002) ** 600:.2f}")

# %% [markdown] lang="en" tags=["solution"]
# AdamW leaves 0.3 of both, as it should: each step multiplies by $1 - \eta w$. With L2 in Adam the penalty is divided
# like everything else: the quiet weight is nearly gone, and of the noisy one 0.86 is left. The weights that have the
# largest gradients are decayed least. That is why AdamW is a rule of its own and not another name.

# %% [markdown] lang="zh" tags=["solution"]
# AdamW 使两者都剩下 0.3 左右，正该如此：每一步乘以 $1 - \eta w$。在 Adam 里加 L2，惩罚项也和别的一样被除：安静的权重几乎没了，
# 嘈杂的还剩 0.86。梯度最大的权重衰减得最少。所以 AdamW 是另一个规则，而不只是另一个名字。

# %% [markdown] lang="en"
# **3.** Write Adam yourself, with and without the correction of its start, and compare with the library. What does the
# correction change, and would a warm-up of the rate do the same?

# %% [markdown] lang="zh"
# **3.** 自己写出 Adam，分别带和不带对起始的修正，并与库中的比较。修正改变了什么？学习率预热能起同样的作用吗？


# %% tags=["solution"]
@ls.optimizers.register("own_adam")
class OwnAdam(ls.Optimizer):
    """Adam; corrected=0 leaves the averages as they are, biased towards their start at 0."""

    lr: float = 0.001
    corrected: int = 1

    def init(self, params):
        return np.zeros_like(params), np.zeros_like(params), 0

    def apply(self, params, gradient, state, lr):
        m, v, t = state
        m, v, t = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2, t + 1
        first, second = (1 - 0.9**t, 1 - 0.999**t) if self.corrected else (1.0, 1.0)
        return params - lr * (m / first) / (np.sqrt(v / second) + 1e-8), (m, v, t)


warm = ls.schedule("warmup", steps=50)
contest = ls.simulate(
    "rosenbrock",
    [
        ls.entrant(ls.optimizer("adam", lr=0.02), label="library"),
        ls.entrant(ls.optimizer("own_adam", lr=0.02), label="own"),
        ls.entrant(ls.optimizer("own_adam", lr=0.02, corrected=0), label="uncorrected"),
        ls.entrant(ls.optimizer("own_adam", lr=0.02, corrected=0), warm, label="uncorrected, warm-up"),
    ],
    start=(-1.5, 2.0),
    steps=300,
)
for track in contest.tracks:
    lengths = np.abs(np.diff(track.params[:, 0, 0], axis=0))
    print(f"{track.label:21} steps 1, 10: {lengths[0]:.4f} {lengths[9]:.4f}   longest {lengths.max():.4f}")

# %% [markdown] lang="en" tags=["solution"]
# With the correction it is the library's Adam. Without, the first step is $(1 - \beta_1)/\sqrt{1 - \beta_2} = 3.2$
# times as long, since $v$ starts at 0 and takes a thousand steps to fill, $m$ only ten. A warm-up over 50 steps keeps
# these steps below the rate, too, though for a different reason. Large models use both.

# %% [markdown] lang="zh" tags=["solution"]
# 有修正时它就是库里的 Adam。没有修正时，第一步长 $(1 - \beta_1)/\sqrt{1 - \beta_2} = 3.2$ 倍，因为 $v$ 从 0 开始，
# 要一千步才填满，而 $m$ 只要十步。50 步的预热同样使这些步子不超过学习率，尽管原因不同。大模型两者都用。

# %% [markdown] lang="en"
# ## Sources
#
# Duchi, Hazan and Singer 2011, *Adaptive subgradient methods for online learning and stochastic optimization*; Zeiler
# 2012, *ADADELTA: an adaptive learning rate method*; Tieleman and Hinton 2012, *Lecture 6e: RMSprop*; Kingma and Ba
# 2015, *Adam: a method for stochastic optimization*; Wilson, Roelofs, Stern, Srebro and Recht 2017, *The marginal value
# of adaptive gradient methods in machine learning*; Reddi, Kale and Kumar 2018, *On the convergence of Adam and
# beyond*; Balles and Hennig 2018, *Dissecting Adam*; Loshchilov and Hutter 2019, *Decoupled weight decay
# regularization*; Choi et al. 2019, *On empirical comparisons of optimizers for deep learning*.

# %% [markdown] lang="zh"
# ## 文献
#
# Duchi, Hazan, Singer 2011, *Adaptive subgradient methods for online learning and stochastic optimization*; Zeiler 2012,
# *ADADELTA: an adaptive learning rate method*; Tieleman, Hinton 2012, *Lecture 6e: RMSprop*; Kingma, Ba 2015, *Adam: a
# method for stochastic optimization*; Wilson, Roelofs, Stern, Srebro, Recht 2017, *The marginal value of adaptive gradient
# methods in machine learning*; Reddi, Kale, Kumar 2018, *On the convergence of Adam and beyond*; Balles, Hennig 2018,
# *Dissecting Adam*; Loshchilov, Hutter 2019, *Decoupled weight decay regularization*; Choi 等 2019, *On empirical
# comparisons of optimizers for deep learning*.
