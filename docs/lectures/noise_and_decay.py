# %% [markdown] lang="en"
# # Noise and learning-rate decay
#
# **Why does SGD never come to rest, and what helps?** A mini-batch gives the gradient with an error. Far from the
# minimum the gradient is larger than its error; at the minimum only the error is left. It kicks, the slope pulls back,
# and the two strike a balance: a *noise floor* below which no patience leads. There are four ways below it, and they
# are not alike.
#
# *About 40 minutes. You need: gradients, expectation and variance, geometric series.*

# %% [markdown] lang="zh"
# # 噪声与学习率衰减
#
# **SGD 为什么停不下来？怎样补救？** 小批量给出的梯度带有误差。远离极小点时，梯度大于误差；到了极小点，就只剩误差。
# 误差把它踢开，坡度把它拉回，两者达成平衡：这就是*噪声下限*，再有耐心也降不下去。有四种办法可以降到它以下，但它们并不等价。
#
# *约 40 分钟。预备知识：梯度，期望与方差，等比级数。*

# %%
import numpy as np

import landscape as ls

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# A valley with the curvatures 1 and 0.02, and noise of the standard deviation 0.3 in each coordinate of the gradient.
# Three runs begin at the same point with the same rate of 0.5. One keeps it. One lets it fall as $1/t$,
# $\eta_t = 0.5/(1 + t/2)$, the schedule for which Robbins and Monro proved in 1951 that it converges. One lets it fall
# along a cosine.
#
# **Before you run the next cell, decide:** whose loss is the *highest* after 1000 steps?
#
# 1. The constant rate: it never comes to rest.
# 2. The rate that falls as $1/t$.
# 3. The cosine: it keeps a high rate for half of the time.

# %% [markdown] lang="zh"
# ## 先预测
#
# 一个曲率为 1 和 0.02 的山谷，梯度的每个坐标带有标准差为 0.3 的噪声。三次运行从同一点出发，学习率都从 0.5 开始。
# 一个保持不变；一个按 $1/t$ 下降，$\eta_t = 0.5/(1 + t/2)$，Robbins 和 Monro 在 1951 年证明了这种衰减收敛；
# 一个按余弦下降。
#
# **运行下一格之前，请先决定：** 1000 步之后，谁的损失*最高*？
#
# 1. 恒定的学习率：它永远停不下来。
# 2. 按 $1/t$ 下降的学习率。
# 3. 余弦：它有一半时间学习率都很高。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛

# %%
valley = ls.surface("spectral_quadratic", eigenvalues=[1.0, 0.02], rotation=0.0)
noise = ls.noise("gaussian", sigma=0.3)
sgd = ls.optimizer("sgd", lr=0.5)
schedules = {
    "Constant": ls.schedule("constant"),
    "1/t": ls.schedule("inverse_time", decay_steps=2),
    "Cosine": ls.schedule("cosine"),
}
race = ls.simulate(
    valley,
    [ls.entrant(sgd, schedule, label=label) for label, schedule in schedules.items()],
    start=(4.0, 4.0),
    steps=1000,
    repeats=20,
    noise=noise,
)
ls.draw(race, "race", window=((-1.5, 4.5), (-1.5, 4.5)), width=960, height=540, language=language)

# %%
for track in race.tracks:
    print(f"{track.label:9} mean loss {track.value[-1].mean():.4f}   mean end {track.params[-1].mean(axis=1).round(2)}")

# %% [markdown] lang="en"
# The highest is $1/t$, the one with the proof: about six times as high as the constant rate. It did come to rest, and
# that is the trouble. It froze on its way down the valley, at $y \approx 3.5$ of 4. The cosine is the lowest by far,
# although for half of the time it looked no better than the constant rate.

# %% [markdown] lang="zh"
# 最高的是 $1/t$，偏偏是有证明的那个：大约是恒定学习率的六倍。它的确停下来了，而问题正在于此。它在顺着山谷往下的路上就冻住了，
# $y$ 从 4 只走到约 3.5。余弦低得多，尽管有一半时间看上去并不比恒定学习率好。

# %% [markdown] lang="en"
# ## The reason: a floor and a reach
#
# Along an eigenvector of curvature $\lambda$ the step is $x_{t+1} = (1 - \eta\lambda)\,x_t - \eta\sigma z_t$ with
# independent $z_t$ of variance 1. Mean $m$ and variance $v$ follow
#
# $$m_{t+1} = (1 - \eta\lambda)\,m_t, \qquad v_{t+1} = (1 - \eta\lambda)^2 v_t + \eta^2\sigma^2.$$
#
# **The floor.** At a constant rate $v$ comes to rest where $v = (1 - \eta\lambda)^2 v + \eta^2\sigma^2$:
#
# $$v_\infty = \frac{\eta\sigma^2}{\lambda\,(2 - \eta\lambda)}, \qquad
# \text{loss above the minimum}\quad \tfrac12\lambda v_\infty = \frac{\eta\sigma^2}{2\,(2 - \eta\lambda)} \approx \frac{\eta\sigma^2}{4}.$$
#
# It is proportional to the rate, and hardly depends on the curvature. A batch of $B$ examples has $\sigma^2/B$ in the
# place of $\sigma^2$. With momentum it is
#
# $$v_\infty = \frac{\eta\sigma^2}{\lambda}\cdot\frac{1 + \beta}{(1 - \beta)\,(2(1 + \beta) - \eta\lambda)} \approx
# \frac{\eta}{1 - \beta}\cdot\frac{\sigma^2}{2\lambda},$$
#
# the floor of plain descent at the *effective rate* $\eta/(1-\beta)$. Momentum averages gradients, and yet lowers
# nothing.

# %% [markdown] lang="zh"
# ## 原因：下限与射程
#
# 沿曲率为 $\lambda$ 的特征方向，一步是 $x_{t+1} = (1 - \eta\lambda)\,x_t - \eta\sigma z_t$，各 $z_t$ 独立，方差为 1。
# 均值 $m$ 和方差 $v$ 满足
#
# $$m_{t+1} = (1 - \eta\lambda)\,m_t, \qquad v_{t+1} = (1 - \eta\lambda)^2 v_t + \eta^2\sigma^2.$$
#
# **下限。** 学习率恒定时，$v$ 停在 $v = (1 - \eta\lambda)^2 v + \eta^2\sigma^2$ 处：
#
# $$v_\infty = \frac{\eta\sigma^2}{\lambda\,(2 - \eta\lambda)}, \qquad
# \text{高出最小值的损失}\quad \tfrac12\lambda v_\infty = \frac{\eta\sigma^2}{2\,(2 - \eta\lambda)} \approx \frac{\eta\sigma^2}{4}.$$
#
# 它与学习率成正比，几乎不依赖曲率。批量为 $B$ 时，$\sigma^2$ 换成 $\sigma^2/B$。有动量时则是
#
# $$v_\infty = \frac{\eta\sigma^2}{\lambda}\cdot\frac{1 + \beta}{(1 - \beta)\,(2(1 + \beta) - \eta\lambda)} \approx
# \frac{\eta}{1 - \beta}\cdot\frac{\sigma^2}{2\lambda},$$
#
# 即普通梯度下降在*有效学习率* $\eta/(1-\beta)$ 下的下限。动量对梯度作了平均，却什么也没有降低。

# %%
bowl = ls.surface("quadratic", dim=1)  # curvature 1
print("  rate  momentum  batch   theory  measured")
for rate, beta, batch in ((0.1, 0.0, 1), (0.5, 0.0, 1), (1.5, 0.0, 1), (0.1, 0.9, 1), (0.1, 0.0, 4), (0.4, 0.0, 4)):
    rule = ls.optimizer("momentum", lr=rate, momentum=beta)
    many = ls.simulate(
        bowl, rule, start=(2.0,), steps=600, repeats=100, noise=ls.noise("gaussian", sigma=1 / np.sqrt(batch))
    )
    theory = 0.5 * rate / batch * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - rate))
    print(f"{rate:6} {beta:9} {batch:6} {theory:8.4f} {many.tracks[0].value[200:].mean():9.4f}")

# %% [markdown] lang="en"
# **The reach.** With a rate that changes, the mean that is left after $T$ steps is
#
# $$\frac{m_T}{m_0} = \prod_t (1 - \eta_t\lambda) \approx \exp\Bigl(-\lambda \sum_t \eta_t\Bigr).$$
#
# The *sum of the rates* is how far a schedule can reach. Robbins and Monro ask for $\sum\eta_t = \infty$, so that every
# start is forgotten, and $\sum\eta_t^2 < \infty$, so that the noise dies out. $1/t$ satisfies both, but its sum grows
# like a logarithm:

# %% [markdown] lang="zh"
# **射程。** 学习率变化时，$T$ 步之后剩下的均值是
#
# $$\frac{m_T}{m_0} = \prod_t (1 - \eta_t\lambda) \approx \exp\Bigl(-\lambda \sum_t \eta_t\Bigr).$$
#
# *学习率之和*就是一种衰减能走多远。Robbins 和 Monro 要求 $\sum\eta_t = \infty$，使任何起点都被遗忘；
# 又要求 $\sum\eta_t^2 < \infty$，使噪声消失。$1/t$ 两条都满足，但它的和只按对数增长：

# %%
for track, (label, schedule) in zip(race.tracks, schedules.items(), strict=True):
    eta = 0.5 * schedule(np.arange(1000), 1000)
    left = track.params[-1, 1].mean() / 4.0
    print(
        f"{label:9} sum of rates {eta.sum():6.1f}   left of y: theory {np.exp(-0.02 * eta.sum()):5.2f}  measured {left:5.2f}"
    )

# %% [markdown] lang="en"
# In 1000 steps the constant rate has a reach of 500, the cosine of 250, $1/t$ of 6.5. To get $y$ down to a tenth it
# would need a reach of 115, which is some $10^{50}$ steps. The best $1/t$ is $\eta_t = 1/(\lambda t)$ with the
# *smallest* curvature $\lambda$, and that one is what nobody knows. A cosine needs no such knowledge: it reaches half
# as far as a constant rate, and ends at a rate of nothing.

# %% [markdown] lang="zh"
# 在 1000 步里，恒定学习率的射程是 500，余弦是 250，$1/t$ 是 6.5。要让 $y$ 降到十分之一，射程需要 115，那大约是 $10^{50}$ 步。
# 最好的 $1/t$ 是 $\eta_t = 1/(\lambda t)$，其中 $\lambda$ 是*最小*的曲率，而这正是谁也不知道的。余弦不需要知道这些：
# 射程有恒定学习率的一半，最后学习率降到零。

# %% [markdown] lang="en"
# ## Do not decay the rate, grow the batch
#
# The floor depends on $\eta/B$. So a batch that grows fourfold does what a rate does that is cut to a quarter (Smith et
# al. 2018). Both here at steps 200 and 400, from the rate 0.1, at the curvature 1:

# %% [markdown] lang="zh"
# ## 不降学习率，而是增大批量
#
# 下限取决于 $\eta/B$。因此批量增大四倍，与学习率降到四分之一效果相同（Smith 等 2018）。下面两者都在第 200 步和第 400 步改变，
# 学习率从 0.1 开始，曲率为 1：

# %%
quarter = ls.schedule("piecewise_constant", boundaries=[200, 400], factors=[1.0, 1 / 4, 1 / 16])
half = ls.schedule("piecewise_constant", boundaries=[200, 400], factors=[1.0, 1 / 2, 1 / 4])  # sigma / sqrt(batch)
unit = ls.noise("gaussian", sigma=1.0)
shrinking = ls.noise("scheduled", noise=unit, schedule=half)
small = ls.optimizer("sgd", lr=0.1)
pairs = (("rate falls", ls.entrant(small, quarter), unit), ("batch grows", ls.entrant(small), shrinking))
for label, entrant, kind in pairs:
    loss = ls.simulate(bowl, entrant, start=(2.0,), steps=600, repeats=200, noise=kind).tracks[0].value
    print(f"{label:12}", *(f"{loss[step - 50 : step].mean():.5f}" for step in (200, 400, 600)))
print("theory      ", *(f"{0.1 / (batch * 2 * (2 - 0.1)):.5f}" for batch in (1, 4, 16)), "for the batch that grows")

# %% [markdown] lang="en"
# Nearly the same, stage by stage; in the last the growing batch is even lower, since its rate is still 0.1 and it
# settles at once, while the small rate is still on its way. It pays in examples: 200 steps at each of the batches 1, 4
# and 16 are 4200 gradients, against 600. That is worth it only where a large batch is computed in parallel.

# %% [markdown] lang="zh"
# 每个阶段几乎相同；最后一段里，批量增大的甚至更低，因为它的学习率还是 0.1，一下子就稳定了，而小学习率还在路上。它的代价是样本：
# 批量 1、4、16 各 200 步，共 4200 个梯度，另一边只要 600 个。只有大批量能并行计算时才划算。

# %% [markdown] lang="en"
# ## All remedies, tuned alike
#
# One remedy is missing: leave the rate high, let the run rattle, and *average its path* (Ruppert 1988, Polyak and
# Juditsky 1992). Now each remedy gets its own best rate, out of the same twenty, chosen on runs that are not shown:

# %% [markdown] lang="zh"
# ## 所有补救办法，同样调参
#
# 还缺一种办法：保持高学习率，任它抖动，而对*走过的路径求平均*（Ruppert 1988；Polyak, Juditsky 1992）。
# 现在每种办法都从同样的二十个学习率中选出自己最好的，选择所用的运行不参加展示：

# %%
remedies = [
    ls.entrant(sgd, label="Constant"),
    ls.entrant(ls.optimizer("momentum", momentum=0.9), label="Momentum 0.9"),
    ls.entrant(ls.optimizer("accumulate", optimizer=sgd, steps=16), label="Batch 16"),
    ls.entrant(sgd, ls.schedule("inverse_time", decay_steps=100), label="1/t"),
    ls.entrant(sgd, "cosine", label="Cosine"),
    ls.entrant(ls.optimizer("ema", optimizer=sgd, decay=0.99), label="EMA 0.99"),
    ls.entrant(ls.optimizer("average", optimizer=sgd), label="Average"),
]
task = {"start": (4.0, 4.0), "steps": 1000, "noise": noise}
tuned = ls.tune(valley, remedies, over={"lr": (0.002, 3.0, "log")}, budget=20, seeds=20, **task)
fair = ls.simulate(valley, list(tuned), repeats=100, every=10, **task)
for entrant, track in zip(tuned, fair.tracks, strict=True):
    print(f"{track.label:14} best rate {entrant.tuned.values['lr']:.3f}   mean loss {track.value[-1].mean():.4f}")
print(f"statistical limit {0.3**2 / (2 * 1000) * (1 / 1.0 + 1 / 0.02):.4f}")

# %%
ls.draw(fair, "convergence", width=960, height=540, language=language)

# %% [markdown] lang="en"
# The winner is the run that never rests. Averaged, its path has less than half the loss of the best constant rate, at a
# rate seven times as high, and nothing had to be scheduled. It stands at the *statistical limit*: $T$ noisy gradients
# of a quadratic tell where its minimum is up to the covariance $\sigma^2 H^{-2}/T$, which costs the loss
#
# $$\frac{\sigma^2}{2T} \sum_i \frac{1}{\lambda_i}.$$
#
# Cosine, $1/t$ with a longer time scale, and a moving average are a little above. Momentum's best rate is a tenth of
# the constant one's: the same effective rate, and about the same loss. A batch of 16 has only 62 steps, and loses.
#
# *Be careful with this table.* One number was tuned for each remedy; the time scale of $1/t$, the 0.99 and the 16 were
# set by hand. And a quadratic is the average's home: where the valley bends, the mean of a path lies on its wall, and
# one averages the last part alone (Izmailov et al. 2018).

# %% [markdown] lang="zh"
# 胜者是那个永不停歇的运行。把它的路径平均，损失不到最好的恒定学习率的一半，学习率却是后者的七倍，而且不需要安排任何衰减。
# 它达到了*统计极限*：二次函数的 $T$ 个带噪梯度，只能把极小点确定到协方差 $\sigma^2 H^{-2}/T$，由此付出的损失是
#
# $$\frac{\sigma^2}{2T} \sum_i \frac{1}{\lambda_i}.$$
#
# 余弦、时间尺度更长的 $1/t$ 和滑动平均略高一点。动量法的最好学习率是恒定学习率的十分之一：有效学习率相同，损失也差不多。
# 批量 16 只走了 62 步，所以落败。
#
# *请谨慎看待这张表。* 每种办法只调了一个数，$1/t$ 的时间尺度、0.99 和 16 都是手工定的。而且二次函数是平均法的主场：
# 山谷弯曲时，路径的平均会落在谷壁上，那时只平均最后一段（Izmailov 等 2018）。

# %% [markdown] lang="en"
# ## Play
#
# A mean of 64 quadratics, of which each step sees 4. Find out:
#
# * Choose a schedule: which one comes lowest in 400 steps, which freezes?
# * Halve the rate of `sgd`, or double the batch instead: is it the same to the floor? And to the way down? ("Theory"
#   draws the floor.)
# * Raise the momentum from 0.9 to 0.99 at the same rate, then cut its rate to a tenth: what does each do to the floor?

# %% [markdown] lang="zh"
# ## 动手
#
# 64 个二次函数的平均，每一步只看其中 4 个。请找出：
#
# * 选择一种衰减：400 步之内哪种最低？哪种冻住了？
# * 把 `sgd` 的学习率减半，或者改为把批量加倍：对下限来说一样吗？对下山的路呢？（“理论”会画出下限。）
# * 学习率不变，把动量从 0.9 提高到 0.99，然后把它的学习率降到十分之一：两步各使下限怎样变化？

# %%
ls.explore(
    ls.surface("finite_sum", surface=ls.surface("quadratic", condition=5.0, rotation=0.5), terms=64, spread=1.0),
    [small, ls.optimizer("momentum", lr=0.01)],
    start=(-1.5, 1.5),
    steps=400,
    noise=ls.noise("minibatch", batch_size=4),
    language=language,
)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** In the valley of the race the rate 0.5 is cut once, to a twentieth, after $c$ of 1000 steps. Compute the
# expected loss for every $c$ from the recursions of mean and variance, then measure it for some. What does it cost to
# cut too early, and what to cut too late?

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 在比赛的那个山谷里，学习率 0.5 只下调一次，在 1000 步中的第 $c$ 步降到二十分之一。由均值和方差的递推式算出每个 $c$
# 的期望损失，再选几处测量。下调太早代价多大？太晚呢？

# %% tags=["solution"]


def expected(cut):
    """The expected loss after 1000 steps at the rate 0.5, or 0.025 from step `cut` on."""
    loss = 0.0
    for curvature in (1.0, 0.02):
        m, v = 4.0, 0.0
        for step in range(1000):
            eta = 0.5 if step < cut else 0.025
            m, v = (1 - eta * curvature) * m, (1 - eta * curvature) ** 2 * v + (eta * 0.3) ** 2
        loss += curvature * (m**2 + v) / 2
    return loss


for cut in (25, 100, 300, 500, 900):
    once = ls.schedule("piecewise_constant", boundaries=[cut], factors=[1.0, 1 / 20])
    measured = ls.simulate(valley, ls.entrant(sgd, once), repeats=200, every=1000, **task).tracks[0].value[-1].mean()
    print(f"cut at {cut:3}: theory {expected(cut):.4f}   measured {measured:.4f}")
best = min(range(0, 1001, 10), key=expected)
print("best cut", best, f"{expected(best):.4f}", "  never", f"{expected(1000):.4f}")

# %% [markdown] lang="en" tags=["solution"]
# The best cut is at about 280, at a fourth of the loss without any cut. Far too early, at 25, costs six times the best
# loss, for $y$ is frozen; far too late, at 900, less than twice. When in doubt, cut later. (A cut is tempting early
# since the loss *falls at once*: it is the noise that goes, not the distance.)

# %% [markdown] lang="zh" tags=["solution"]
# 最好在约 280 步时下调，损失是从不下调的四分之一。太早，第 25 步，代价是最好损失的六倍，因为 $y$ 冻住了；太晚，第 900 步，
# 不到两倍。拿不准就晚一点。（早下调很诱人，因为损失*立刻下降*：消失的是噪声，而不是距离。）

# %% [markdown] lang="en"
# **2.** The noise of some networks has heavy tails. Take Cauchy noise, which has no mean and no variance. Which of the
# remedies above still help: averaging, larger batches? What does clipping the gradient to length 1 do?

# %% [markdown] lang="zh"
# **2.** 有些网络的噪声是重尾的。取 Cauchy 噪声，它既没有均值也没有方差。上面的办法还有哪些有用：求平均？增大批量？
# 把梯度裁剪到长度 1 又如何？

# %% tags=["solution"]
slow = ls.optimizer("sgd", lr=0.05)
clipped = ls.optimizer("clip", max_norm=1.0, optimizer=slow)
heavy = ls.simulate(
    bowl,
    [
        ls.entrant(slow, label="Constant"),
        ls.entrant(ls.optimizer("average", optimizer=slow), label="Average"),
        ls.entrant(ls.optimizer("accumulate", optimizer=slow, steps=16), label="Batch 16"),
        ls.entrant(clipped, label="Clipped"),
        ls.entrant(clipped, "cosine", label="Clipped, cosine"),
    ],
    start=(2.0,),
    steps=1000,
    repeats=100,
    noise="cauchy",
)
for track in heavy.tracks:
    late = track.value[500:]
    print(
        f"{track.label:16} median of the last losses {np.median(track.value[-1]):.4f}   highest since step 500 {late.max():.1e}"
    )

# %% [markdown] lang="en" tags=["solution"]
# The mean of $n$ Cauchy numbers is again a Cauchy number of the same width. So averaging and batches of 16 change
# nothing in the median, and a single gradient throws a run as far as a loss of millions. Clipping bounds each step by
# $\eta$, and lowers the median a hundredfold; a schedule on top lowers it further. Gradients that are averaged need a
# variance, those that are clipped do not.

# %% [markdown] lang="zh" tags=["solution"]
# $n$ 个 Cauchy 数的平均仍是同样宽度的 Cauchy 数。所以求平均和批量 16 对中位数毫无作用，而单独一个梯度就能把运行抛到损失
# 上千万的地方。裁剪使每一步不超过 $\eta$，中位数降到百分之一；再加上衰减，还会更低。求平均需要方差存在，裁剪则不需要。

# %% [markdown] lang="en"
# **3.** In practice examples are shuffled, and each is used once in an epoch. Compare with drawing at random: how does
# each floor change when the rate is halved?

# %% [markdown] lang="zh"
# **3.** 实践中，样本先打乱，每个周期里每个样本恰好用一次。与随机抽取比较：学习率减半时，两者的下限各怎样变化？

# %% tags=["solution"]
terms = ls.surface("finite_sum", surface=ls.surface("quadratic", condition=3.0, rotation=0.5), terms=16, spread=1.0)
rates = np.repeat([0.04, 0.02, 0.01], 30)
for kind in ("minibatch", "reshuffled_minibatch"):
    epochs = ls.simulate(terms, ls.optimizer("sgd", lr=rates), start=(-1.5, 1.5), steps=1920, every=16, noise=kind)
    gap = (epochs.tracks[0].value[60:] - terms.critical_points[0].value).mean(axis=0).reshape(3, 30).mean(axis=1)
    print(f"{kind:21}", gap.round(5), "  ratios", (gap[:-1] / gap[1:]).round(1))

# %% [markdown] lang="en" tags=["solution"]
# Drawn at random, half the rate has half the floor. Shuffled, it has a seventh or an eighth, about $\eta^3$ here, and
# is far lower from the start. Within an epoch all examples are seen, and their errors cancel but for what the point has
# moved meanwhile. The noise of shuffled mini-batches is not independent: formulas that assume so, those of this lecture
# too, are too high for it.

# %% [markdown] lang="zh" tags=["solution"]
# 随机抽取时，学习率减半，下限减半。打乱时，下限降到七分之一或八分之一，这里大约是 $\eta^3$，而且一开始就低得多。一个周期里
# 每个样本都见到一次，它们的误差互相抵消，只剩下其间移动所造成的部分。打乱的小批量，噪声并不独立：假定独立的公式，
# 包括本讲的公式，对它都偏高。

# %% [markdown] lang="en"
# ## Sources
#
# Robbins and Monro 1951, *A stochastic approximation method*; Ruppert 1988, *Efficient estimations from a slowly
# convergent Robbins-Monro process*; Polyak and Juditsky 1992, *Acceleration of stochastic approximation by averaging*;
# Mandt, Hoffman and Blei 2017, *Stochastic gradient descent as approximate Bayesian inference*; Loshchilov and Hutter
# 2017, *SGDR*; Bottou, Curtis and Nocedal 2018, *Optimization methods for large-scale machine learning*; Smith,
# Kindermans, Ying and Le 2018, *Don't decay the learning rate, increase the batch size*; Mishchenko, Khaled and
# Richtarik 2020, *Random reshuffling*; Izmailov et al. 2018, *Averaging weights leads to wider optima*; Zhang et al.
# 2020, *Why are adaptive methods good for attention models?*

# %% [markdown] lang="zh"
# ## 文献
#
# Robbins, Monro 1951, *A stochastic approximation method*; Ruppert 1988, *Efficient estimations from a slowly convergent
# Robbins-Monro process*; Polyak, Juditsky 1992, *Acceleration of stochastic approximation by averaging*; Mandt, Hoffman, Blei
# 2017, *Stochastic gradient descent as approximate Bayesian inference*; Loshchilov, Hutter 2017, *SGDR*; Bottou, Curtis,
# Nocedal 2018, *Optimization methods for large-scale machine learning*; Smith, Kindermans, Ying, Le 2018, *Don't
# decay the learning rate, increase the batch size*; Mishchenko, Khaled, Richtarik 2020, *Random reshuffling*; Izmailov 等 2018,
# *Averaging weights leads to wider optima*; Zhang 等 2020, *Why are adaptive methods good for attention models?*
