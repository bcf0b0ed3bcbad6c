# %% [markdown] lang="en"
# # Local minima
#
# **In few dimensions, who decides where an optimizer ends?** A loss with several minima has several answers, and an
# optimizer gives one of them. Is it the start that decides, or the method, the learning rate, the noise, luck? Each of
# them does, in its own way, and most of it can be computed.
#
# *About 40 minutes. You need: gradients, the second derivative, probabilities of independent events.*

# %% [markdown] lang="zh"
# # 局部极小值
#
# **在低维空间里，优化器停在哪里由谁决定？** 损失函数有好几个极小点，优化器只给出其中一个。决定它的是起点，是方法，
# 是学习率，是噪声，还是运气？都有份，只是方式各不相同，而且大多算得出来。
#
# *约 40 分钟。预备知识：梯度，二阶导数，独立事件的概率。*

# %%
import numpy as np

import landscape as ls

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# Styblinski and Tang's function has four valleys, one deeper than the others. Gradient descent and the heavy ball with
# momentum 0.9, both at the rate 0.01, start from each of 25 600 points of a grid.
#
# **Before you run the next cell, decide:** who ends in the deepest valley more often?
#
# 1. Momentum, at least twice as often: it rolls through the shallow valleys.
# 2. Gradient descent: momentum overshoots the deep valley.
# 3. Both nearly the same.

# %% [markdown] lang="zh"
# ## 先预测
#
# Styblinski–Tang 函数有四个山谷，其中一个最深。梯度下降和动量 0.9 的重球法，学习率都是 0.01，分别从网格上的 25 600
# 个点出发。
#
# **运行下一格之前，请先决定：** 谁更常停在最深的山谷？
#
# 1. 动量法，至少多一倍：它会滚过浅的山谷。
# 2. 梯度下降：动量法会冲过最深的山谷。
# 3. 两者差不多。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛

# %%
valleys = ls.surface("styblinski_tang")
rules = [
    ls.entrant(ls.optimizer("sgd", lr=0.01), label="SGD"),
    ls.entrant(ls.optimizer("momentum", lr=0.01, momentum=0.9), label="Momentum 0.9"),
]
maps = ls.basins(valleys, rules, steps=400, resolution=160, every=40)
ls.draw(maps, "basins", width=960, height=540, language=language)


# %%
def minima(surface):
    """The minima of a surface, a row each, the lowest first."""
    found = [each for each in surface.critical_points if each.kind == "minimum"]
    return np.array([each.point for each in sorted(found, key=lambda each: each.value)])


def ends(track, places):
    """For every run the number of the minimum that it ends next to."""
    return np.linalg.norm(track.params[-1] - places[:, :, None], axis=1).argmin(axis=0)


sgd, ball = (ends(track, minima(valleys)) for track in maps.tracks)
for label, where in (("SGD", sgd), ("Momentum", ball)):
    print(f"{label:9} deepest {(where == 0).mean():.1%}   shallowest {(where == 3).mean():.1%}")
print(f"end in different valleys: {(sgd != ball).mean():.1%}")

# %% [markdown] lang="en"
# Gradient descent finds the deepest valley from about 26 % of the starts, momentum from about 30 %. It is a little
# better, and not because it passes by shallow valleys: from more than a quarter of the starts momentum ends *somewhere
# else* than gradient descent, and four in ten of these exchanges are for no deeper valley (next cell). Look where the
# colours changed: near the edge of the window, and only there.

# %% [markdown] lang="zh"
# 梯度下降从大约 26% 的起点找到最深的山谷，动量法约 30%。略好一点而已，而且原因并不是它会绕过浅谷：从超过四分之一的起点出发，
# 动量法停在与梯度下降*不同*的山谷，而其中十次有四次并没有换到更深的山谷（见下一格）。看看颜色在哪里变了：在窗口的边缘附近，
# 而且只在那里。

# %%
depth = np.array([valleys.value(place) for place in minima(valleys)])
change = (depth[ball] - depth[sgd])[sgd != ball]
for label, found in (("deeper", change < -1), ("alike", np.abs(change) < 1), ("higher", change > 1)):
    print(f"of the exchanges {label} {found.mean():.0%}")

# %% [markdown] lang="en"
# ## The reason: a budget of energy
#
# **Gradient descent.** At a small rate every step lowers the loss, so that a run can never cross a ridge. The plane
# falls into *basins of attraction*, and their borders are the lines that run down to the saddles. On this function the
# coordinates do not influence each other, and each has its ridge at $x = 0.157$. The share of the deepest valley is
# that of the corner $x, y < 0.157$ of the window $[-5, 5]^2$: $q = (5.157 / 10)^2 = 26.6\,\%$.
#
# **The heavy ball** is a discrete version of a ball with friction. In the time $\tau = t\sqrt\eta$ it follows
#
# $$\ddot p = -\gamma\,\dot p - \nabla f(p), \qquad \gamma = \frac{1 - \beta}{\sqrt\eta}.$$
#
# Its energy, multiplied out, can only fall:
#
# $$E = f(p) + \tfrac12 |\dot p|^2, \qquad \dot E = \nabla f\cdot\dot p + \dot p\cdot\ddot p = -\gamma\,|\dot p|^2 \le 0.$$
#
# (For the discrete steps that is certain only while $\eta \le 2(1-\beta)/\lambda$, with the largest curvature
# $\lambda$; the rate of the race is above it, so measure.) It starts at rest with $E = f(p_0)$. So it can cross a ridge
# only if it *began higher than the ridge*, however shallow the valley. In one coordinate that means $x > 3.84$ or
# $x < -4.16$. Friction takes some more:

# %% [markdown] lang="zh"
# ## 原因
#
# **梯度下降。** 学习率小的时候每一步都降低损失，因此永远翻不过山脊。平面分成若干*吸引域*，边界就是流向鞍点的那些曲线。
# 这个函数的两个坐标互不影响，各自的山脊在 $x = 0.157$。最深山谷所占的份额，就是窗口 $[-5, 5]^2$ 中 $x, y < 0.157$
# 那一角：$q = (5.157 / 10)^2 = 26.6\,\%$。
#
# **重球法**是有摩擦的小球的离散形式。取时间 $\tau = t\sqrt\eta$，它满足
#
# $$\ddot p = -\gamma\,\dot p - \nabla f(p), \qquad \gamma = \frac{1 - \beta}{\sqrt\eta}.$$
#
# 两边同乘速度便可看出，它的能量只会减少：
#
# $$E = f(p) + \tfrac12 |\dot p|^2, \qquad \dot E = \nabla f\cdot\dot p + \dot p\cdot\ddot p = -\gamma\,|\dot p|^2 \le 0.$$
#
# （对离散的步子，只有 $\eta \le 2(1-\beta)/\lambda$ 时才保证如此，$\lambda$ 为最大曲率；比赛的学习率比它大，所以要测量。）
# 它静止出发，$E = f(p_0)$。因此只有*起点比山脊还高*时才可能翻过山脊，山谷再浅也一样。
# 在一个坐标上，这就是 $x > 3.84$ 或 $x < -4.16$。摩擦还要再拿走一些：

# %%
line = ls.surface("styblinski_tang", dim=1)
starts = np.linspace(-5, 5, 1001)
runs = ls.simulate(line, rules, start=starts[None], steps=400, every=400)
left = [track.params[-1, 0] < 0.157 for track in runs.tracks]
crossed = left[0] != left[1]
edges = starts[1:][np.diff(crossed.astype(int)) != 0]
ridge = next(each.value for each in line.critical_points if each.kind == "maximum")
high = line.value(starts[None]) > ridge
print(
    "enough energy: x <",
    starts[high & (starts < -1)].max().round(2),
    "or x >",
    starts[high & (starts > 1)].min().round(2),
)
print("crossed between", edges.round(2))

# %% [markdown] lang="en"
# Momentum crosses from $x > 4.12$ and from $x < -4.41$, both beyond the border that energy sets: that is the frame in
# the picture. It explains the score as well. In each coordinate the deep side gains $8.8\,\%$ of the starts from the
# right rim and loses $5.9\,\%$ to the other side from the left rim: $(0.516 + 0.088 - 0.059)^2 = 29.7\,\%$. Momentum is
# no search for deep valleys. It is a budget of energy, spent on whatever ridge comes first; the deep side is left less
# often only because its ridge is higher as seen from there.

# %% [markdown] lang="zh"
# 动量法从 $x > 4.12$ 和 $x < -4.41$ 才翻过去，都在能量定出的界线之外：图中的那圈边框就是这样来的。比分也由此得到解释：
# 在每个坐标上，深的一侧从右边缘赢得 $8.8\,\%$ 的起点，又从左边缘输掉 $5.9\,\%$：
# $(0.516 + 0.088 - 0.059)^2 = 29.7\,\%$。动量并不是在寻找深谷。它是一笔能量预算，先遇到哪道山脊就花在哪道上；
# 深的一侧离开得少一些，只因为从那里看，山脊更高。

# %% [markdown] lang="en"
# ## Borders that cannot be seen
#
# With less friction the ball crosses many ridges, and where the budget runs out depends on everything before. The four
# minima of Himmelblau's function are equally deep:

# %% [markdown] lang="zh"
# ## 看不清的边界
#
# 摩擦再小一些，小球就翻过许多山脊，预算在哪里花光，取决于之前的一切。Himmelblau 函数的四个极小点一样深：

# %%
himmelblau = ls.surface("himmelblau")
rules = [
    ls.entrant(ls.optimizer("sgd", lr=0.01), label="SGD"),
    ls.entrant(ls.optimizer("momentum", lr=0.003, momentum=0.95), label="Momentum 0.95"),
]
maps = ls.basins(himmelblau, rules, steps=300, resolution=160, every=30)
ls.draw(maps, "basins", width=960, height=540, language=language)

# %% [markdown] lang="en"
# How well must one know the start to know the end? Move 8000 random starts by a distance $d$ and count those that now
# end elsewhere. At a smooth border of length $\ell$ that share is proportional to $\ell d$. At a fractal border it
# falls only as $d^{\alpha}$ with $\alpha < 1$ (Grebogi, McDonald, Ott and Yorke 1983):

# %% [markdown] lang="zh"
# 起点要知道得多准，才能知道终点？把 8000 个随机起点移动距离 $d$，数一数有多少改变了终点。边界光滑、长度为 $\ell$ 时，
# 这个比例与 $\ell d$ 成正比；边界是分形时，它只按 $d^{\alpha}$ 下降，$\alpha < 1$（Grebogi, McDonald, Ott, Yorke 1983）：

# %%
starts = np.random.default_rng(0).uniform(-5, 5, (2, 8000))
distances = (0.1, 0.03, 0.01, 0.003)
for rule in rules:
    moved = [starts, *(starts + np.array([[distance], [0.0]]) for distance in distances)]
    all_runs = ls.simulate(himmelblau, rule, start=np.hstack(moved), steps=300, every=300)
    first, *others = np.split(ends(all_runs.tracks[0], minima(himmelblau)), len(moved))
    share = np.array([(first != other).mean() for other in others])
    slopes = np.diff(np.log(share)) / np.diff(np.log(distances))
    print(f"{rule.label:14}", *(f"{each:.2%}" for each in share), "  alpha", *slopes.round(2))

# %% [markdown] lang="en"
# Ten times as exact a start makes gradient descent about ten times as predictable ($\alpha \approx 1$), and momentum
# only about five times. At $d = 0.01$ momentum is nearly twenty times as uncertain: so much longer is its border. *Is
# it a true fractal?* The energy argument says no: with friction the ball turns back finitely often, so that the border
# is folded finitely often, and at fine enough scales $\alpha$ climbs back to 1, as the last column begins to. But an
# optimizer never sees its start that exactly.

# %% [markdown] lang="zh"
# 起点精确十倍，梯度下降的可预测性约提高到十倍（$\alpha \approx 1$），动量法只提高到五倍左右。在 $d = 0.01$ 时，动量法的不确定性
# 高近二十倍：它的边界就长这么多。*这是真正的分形吗？* 能量的论证说不是：有摩擦时小球只折返有限次，边界也只折叠有限次，
# 在足够细的尺度上 $\alpha$ 会回到 1，最后一列已经开始如此。但优化器的起点从来没有那么精确。

# %% [markdown] lang="en"
# ## A rate that cannot stay
#
# Not only the start decides. Here are two minima of nearly the same depth, one sharp and one four times as wide. All
# start in the sharp one, nothing is random, only the rate differs.

# %% [markdown] lang="zh"
# ## 停不住的学习率
#
# 决定终点的不只是起点。这里有两个几乎一样深的极小点，一个尖锐，另一个的宽度是它的四倍。都从尖锐的那个里面出发，没有任何随机，
# 只有学习率不同。

# %%
formula = "0.02*x**2 - exp(-(x + 1)**2/(2*0.15**2)) - exp(-(x - 1)**2/(2*0.6**2))"
two = ls.from_expression(formula, window=((-2.0, 2.5),))
rates = (0.03, 0.3)
leaving = ls.simulate(
    two,
    [ls.entrant(ls.optimizer("sgd", lr=rate), label=f"SGD {rate}") for rate in rates],
    start=(-1.1,),
    steps=60,
)
ls.draw(leaving, "curve", width=960, height=540, language=language)

# %%
sharp, flat = (two.hessian(place).item() for place in sorted(minima(two), key=lambda place: place[0]))
print(f"curvature {sharp:.1f} and {flat:.2f}: 2 / curvature is {2 / sharp:.4f} and {2 / flat:.3f}")
rates = np.array([0.02, 0.044, 0.046, 0.2, 0.5, 0.7, 0.72])
last = ls.simulate(two, ls.optimizer("sgd", lr=rates), start=(-1.1,), steps=2000).tracks[0].params[-2:, 0]
for rate, before, after in zip(rates, *last, strict=True):
    print(f"{rate:5.3f}   ends at {before:+.3f} and {after:+.3f}, in turn")

# %% [markdown] lang="en"
# Close to a minimum of curvature $\lambda$ a step is $x \leftarrow (1 - \eta\lambda)\,x$: it stays only if
# $|1 - \eta\lambda| < 1$, that is if
#
# $$\eta < \frac{2}{\lambda}.$$
#
# At 0.044 gradient descent rests in the sharp minimum, at 0.046 it swings about it for ever; at 0.2 and 0.5 it is
# thrown out and rests in the flat one; at 0.72 the flat one cannot hold it either. A large rate *chooses* flat minima.
# Whether flat minima generalize better is another question, and a disputed one: Dinh et al. (2017) rescale a network so
# that the same function becomes as sharp as you like.

# %% [markdown] lang="zh"
# 在曲率为 $\lambda$ 的极小点附近，一步就是 $x \leftarrow (1 - \eta\lambda)\,x$：只有 $|1 - \eta\lambda| < 1$ 时才停得住，即
#
# $$\eta < \frac{2}{\lambda}.$$
#
# 学习率 0.044 时，梯度下降停在尖锐的极小点；0.046 时，它永远在其两侧来回摆动；0.2 和 0.5 时，它被甩出来，停在平坦的那个；
# 0.72 时，连平坦的也留不住它。大的学习率会*挑选*平坦的极小点。平坦的极小点泛化是否更好，则是另一个问题，而且有争议：
# Dinh 等人（2017）只要重新缩放网络，就能让同一个函数要多尖锐有多尖锐。

# %% [markdown] lang="en"
# ## Noise that cools, or many short runs?
#
# Noise of temperature $T$ crosses a barrier of height $\Delta$ after a time proportional to $e^{\Delta/T}$ (Kramers
# 1940; exercise 3). Hot runs cross freely and never settle, cold ones wait for ever. So start hot and cool down:
# *simulated annealing*. Or leave it, and spend the same 3000 steps on 30 descents of 100 steps from random places. On
# Rastrigin's function (heights divided by ten), in 2, 10 and 50 dimensions, over ten repetitions:

# %% [markdown] lang="zh"
# ## 降温的噪声，还是多次短跑？
#
# 温度为 $T$ 的噪声翻过高度为 $\Delta$ 的势垒，所需时间与 $e^{\Delta/T}$ 成正比（Kramers 1940；见练习 3）。热的运行来去自如，
# 但停不下来；冷的要等到天荒地老。于是先热后冷：*模拟退火*。或者干脆不用噪声，把同样的 3000 步用于 30 次下降，每次 100 步，
# 从随机的地方出发。在 Rastrigin 函数上（高度除以十），2 维、10 维和 50 维，各重复十次：

# %%
cooled = ls.entrant(ls.optimizer("sgld", lr=0.02, temperature=0.8), schedules={"temperature": "linear"}, label="cooled")
print("dimensions   cooled   best of 30 descents")
for dim in (2, 10, 50):
    rugged = ls.surface("scaled", surface=ls.surface("rastrigin", dim=dim), height=0.1)
    anywhere = ls.start("random_box", count=10, box=((-5.12, 5.12),))
    heat = ls.simulate(rugged, cooled, start=anywhere, steps=3000, every=3000)
    short = ls.simulate(
        rugged,
        ls.optimizer("sgd", lr=0.02),
        start=ls.start("random_box", count=300, box=((-5.12, 5.12),)),
        steps=100,
        every=100,
    )
    best = short.tracks[0].value[-1].reshape(10, 30).min(axis=1)
    print(f"{dim:10} {heat['cooled'].value[-1].mean():8.1f} {best.mean():14.1f}")

# %% [markdown] lang="en"
# In two dimensions thirty descents beat the slow cooling by far. In ten cooling is ahead, in fifty its loss is less
# than half of theirs. A restart forgets all that it knew, and its chance of the right basin is a product with one
# factor for each dimension.
#
# If a basin has the share $q$ of the starts, then $n$ restarts all miss it with the probability
#
# $$(1 - q)^n, \qquad\text{and with } q = s^d \text{ in } d \text{ dimensions, one needs } n \approx s^{-d}.$$
#
# Rastrigin's function has 11 minima for each coordinate of the window, $11^d$ in all. No number of restarts keeps up.

# %% [markdown] lang="zh"
# 二维时，三十次下降远胜慢慢降温。十维时降温领先，五十维时降温的损失不到它们的一半。重新出发就忘掉了已知的一切，
# 而落入正确吸引域的机会是一个乘积，每一维一个因子。
#
# 如果某个吸引域占起点的比例为 $q$，那么 $n$ 次重启全都错过它的概率是
#
# $$(1 - q)^n, \qquad\text{而在 } d \text{ 维中 } q = s^d\text{，于是需要 } n \approx s^{-d}.$$
#
# Rastrigin 函数在窗口内每个坐标有 11 个极小点，总共 $11^d$ 个。重启多少次也赶不上。

# %% [markdown] lang="en"
# ## So, in a million dimensions, hopeless?
#
# That was the fear for decades. But count the *other* critical points, too:

# %% [markdown] lang="zh"
# ## 那么，一百万维就没有希望了吗？
#
# 人们为此担心了几十年。但请把*其他*临界点也数一数：

# %%
for dim in (1, 2):
    kinds = [each.kind for each in ls.surface("rastrigin", dim=dim).critical_points]
    print(dim, {kind: kinds.count(kind) for kind in ("minimum", "saddle", "maximum")})
for dim in (1, 2, 10, 50):
    print(f"{dim:3} dimensions: {11.0**dim:8.1e} minima are {(11 / 21) ** dim:7.1e} of all critical points")

# %% [markdown] lang="en"
# In each coordinate there are 11 minima and 10 maxima, and a critical point is a minimum only if it is one in *every*
# coordinate: minima multiply, saddles multiply faster. Among the critical points of a random function in many
# dimensions minima are so rare that a search hardly meets a bad one. What it does meet is the subject of the next
# lecture, *Saddle points*.

# %% [markdown] lang="zh"
# 每个坐标有 11 个极小点和 10 个极大点，一个临界点要在*每个*坐标上都是极小，才是极小点：极小点成倍增加，鞍点增加得更快。
# 在高维随机函数的临界点中，极小点非常稀少，搜索几乎碰不到坏的极小点。它会碰到什么，是下一讲《鞍点》的内容。

# %% [markdown] lang="en"
# ## Play
#
# All three start on the hill in the middle. Find out:
#
# * Drag the start by a hair: who changes the valley, who does not?
# * Choose "basins of attraction" and turn the momentum from 0.5 to 0.98. When do the borders fray?
# * Turn the rate of gradient descent up: at which rate does it no longer come to rest, and is that rate the same in all
#   four valleys?

# %% [markdown] lang="zh"
# ## 动手
#
# 三者都从中间的小山上出发。请找出：
#
# * 把起点拖动一丝一毫：谁换了山谷，谁没有？
# * 选择“吸引域”，把动量从 0.5 调到 0.98。边界什么时候开始破碎？
# * 把梯度下降的学习率调大：到多少时它不再停得下来？四个山谷的这个学习率相同吗？

# %%
ls.explore(
    himmelblau,
    [
        ls.optimizer("sgd", lr=0.01),
        ls.optimizer("momentum", lr=0.003, momentum=0.95),
        ls.optimizer("adam", lr=0.1),
    ],
    start=(0.0, 0.0),
    steps=300,
    language=language,
)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** The deepest valley of Styblinski and Tang's function has the share $q = 0.5157^d$ of the starts. How many
# restarts find it with a probability of 99 %, in 2 and in 10 dimensions? Check the first number by simulation.

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** Styblinski–Tang 函数最深的山谷占起点的比例为 $q = 0.5157^d$。要以 99% 的概率找到它，2 维和 10 维时各需重启多少次？
# 用模拟检验第一个数。

# %% tags=["solution"]
for dim in (2, 10):
    print(dim, "dimensions:", np.ceil(np.log(0.01) / np.log(1 - 0.5157**dim)))
short = ls.simulate(
    valleys, ls.optimizer("sgd", lr=0.01), start=ls.start("random_box", count=15 * 1000), steps=40, every=40
)
found = short.tracks[0].value[-1] < -78.0
print("of 1000 groups of 15 restarts", found.reshape(1000, 15).any(axis=1).mean(), "find it; single runs", found.mean())

# %% [markdown] lang="en" tags=["solution"]
# 15 restarts in two dimensions, and about 99 % of the groups find it indeed. In ten dimensions it takes 3460, in a
# hundred more than there are atoms in your computer.

# %% [markdown] lang="zh" tags=["solution"]
# 二维时重启 15 次，确实有约 99% 的组找到了它。十维时要 3460 次，一百维时比你电脑里的原子还多。

# %% [markdown] lang="en"
# **2.** Gradient descent leaves the sharp minimum at rates above $2/\lambda$. Where is the limit for the heavy ball
# with momentum 0.9? Does it, at the same rate, choose flatter minima than gradient descent, or sharper ones?

# %% [markdown] lang="zh"
# **2.** 学习率超过 $2/\lambda$ 时，梯度下降离开尖锐的极小点。动量 0.9 的重球法的界限在哪里？在相同的学习率下，
# 它挑选的极小点比梯度下降的更平坦，还是更尖锐？

# %% tags=["solution"]
rates = np.linspace(0.03, 0.12, 91)
for momentum in (0.0, 0.9):
    begin = (minima(two)[minima(two)[:, 0] < 0] + 1e-6)[0]  # next to the sharp minimum, at rest
    rule = ls.optimizer("momentum", lr=rates, momentum=momentum)
    away = np.abs(ls.simulate(two, rule, start=begin, steps=4000, every=4000).tracks[0].params[-1, 0] - begin[0])
    print(f"momentum {momentum}: stays up to {rates[away < 1e-3].max():.3f}, theory {2 * (1 + momentum) / sharp:.4f}")

# %% [markdown] lang="en" tags=["solution"]
# The limit of the heavy ball is $\eta < 2(1 + \beta)/\lambda$, nearly twice as large: at the same $\eta$ momentum
# *stays* in minima that are too sharp for gradient descent. At the same *effective* rate $\eta/(1 - \beta)$ it is the
# other way round: there its $\eta$ is ten times smaller, and its limit, in effective rates,
# $2(1+\beta)/((1-\beta)\lambda)$. It can stay in still sharper ones. Momentum as such does not look for flat minima.

# %% [markdown] lang="zh" tags=["solution"]
# 重球法的界限是 $\eta < 2(1 + \beta)/\lambda$，几乎大一倍：$\eta$ 相同时，动量法*停得住*那些对梯度下降来说太尖锐的极小点。
# 若*有效*学习率 $\eta/(1 - \beta)$ 相同，它的 $\eta$ 小十倍，而按有效学习率计的界限是 $2(1+\beta)/((1-\beta)\lambda)$，
# 更尖锐的也停得住。动量本身并不寻找平坦的极小点。

# %% [markdown] lang="en"
# **3.** Kramers' law: at the temperature $T$ the mean time to leave a well at $a$ over a barrier at $b$ is
#
# $$\tau \approx \frac{2\pi}{\sqrt{f''(a)\,|f''(b)|}}\; e^{(f(b) - f(a))/T}.$$
#
# Measure it on $f = x^4/4 - x^2/2$ with `sgld` at three temperatures. The time of $t$ steps is $\eta t$.

# %% [markdown] lang="zh"
# **3.** Kramers 定律：温度为 $T$ 时，从 $a$ 处的势阱翻过 $b$ 处的势垒，平均时间为
#
# $$\tau \approx \frac{2\pi}{\sqrt{f''(a)\,|f''(b)|}}\; e^{(f(b) - f(a))/T}.$$
#
# 在 $f = x^4/4 - x^2/2$ 上用 `sgld` 在三个温度下测量它。$t$ 步对应的时间是 $\eta t$。

# %% tags=["solution"]
well = ls.from_expression("x**4/4 - x**2/2", window=((-2.0, 2.0),))
temperatures = np.array([0.08, 0.1, 0.125])
hot = ls.optimizer("sgld", lr=0.05, temperature=np.repeat(temperatures, 150))
across = ls.simulate(well, hot, start=(-1.0,), steps=6000, every=5).tracks[0].params[:, 0] > 0.5
step = np.where(across.any(axis=0), 5 * across.argmax(axis=0), 6000).reshape(3, 150)
left = across.any(axis=0).reshape(3, 150).sum(axis=1)
for each, measured in zip(temperatures, step.sum(axis=1) / left, strict=True):  # time waited by all, for each that left
    print(
        f"T = {each:5}   measured {measured:5.0f} steps   theory {2 * np.pi / np.sqrt(2) * np.exp(0.25 / each) / 0.05:5.0f}"
    )

# %% [markdown] lang="en" tags=["solution"]
# Measured and computed times agree within about a tenth, although the law holds only for $T$ far below the barrier of
# 0.25. From 0.125 to 0.08, a third less temperature costs three times the patience. That is why annealing must be slow,
# and why nothing moves any more once the temperature is small against the barriers.

# %% [markdown] lang="zh" tags=["solution"]
# 测得的时间与算出的相差约十分之一，尽管这个定律只在 $T$ 远小于势垒 0.25 时才成立。从 0.125 到 0.08，温度低三分之一，
# 就要三倍的耐心。所以退火必须慢，而温度一旦远小于势垒，就什么也不动了。

# %% [markdown] lang="en"
# ## Sources
#
# Polyak 1964, *Some methods of speeding up the convergence of iteration methods*; Grebogi, McDonald, Ott and Yorke
# 1983, *Final state sensitivity: an obstruction to predictability*; Geman and Hwang 1986, *Diffusions for global
# optimization*; Kramers 1940, *Brownian motion in a field of force*; Rinnooy Kan and Timmer 1987, *Stochastic global
# optimization methods, part I*; Wu, Ma and E 2018, *How SGD selects the global minima in over-parameterized learning*;
# Dinh, Pascanu, S. Bengio and Y. Bengio 2017, *Sharp minima can generalize for deep nets*.

# %% [markdown] lang="zh"
# ## 文献
#
# Polyak 1964, *Some methods of speeding up the convergence of iteration methods*; Grebogi, McDonald, Ott, Yorke 1983,
# *Final state sensitivity: an obstruction to predictability*; Geman, Hwang 1986, *Diffusions for global optimization*;
# Kramers 1940, *Brownian motion in a field of force*; Rinnooy Kan, Timmer 1987, *Stochastic global optimization methods,
# part I*; Wu, Ma, E 2018, *How SGD selects the global minima in over-parameterized learning*; Dinh, Pascanu, S. Bengio,
# Y. Bengio 2017, *Sharp minima can generalize for deep nets*.
