# %% [markdown] lang="en"
# # Momentum
#
# **Why is an optimizer with a memory faster?** Gradient descent sees one slope at a time. In a long, narrow valley that
# is a bad guide: across the valley the slope is steep and changes its sign at every step, along the valley it is faint
# and always points the same way. An optimizer that adds up its past steps lets the first cancel and the second grow.
#
# *About 30 minutes. You need: gradients, eigenvalues of a symmetric matrix.*

# %% [markdown] lang="zh"
# # 动量
#
# **为什么有记忆的优化器更快？** 梯度下降每次只看一个坡度。在又长又窄的山谷里，这个坡度并不可靠：横着山谷的方向又陡，
# 而且每一步都变号；顺着山谷的方向很缓，却总指向同一边。把过去的步子累加起来，前者互相抵消，后者越积越大。
#
# *约 30 分钟。预备知识：梯度，对称矩阵的特征值。*

# %%
import numpy as np

import landscape as ls

language = "en"

# %% [markdown] lang="en"
# ## Predict
#
# A quadratic valley is a hundred times steeper across than along (its *condition number* $\kappa$ is 100). Three
# optimizers start at the same point, each with the best learning rate that theory gives it: gradient descent, the heavy
# ball with momentum 0.67, and the heavy ball with momentum 0.99.
#
# **Before you run the next cell, decide:** who is a million times closer to the minimum first?
#
# 1. Gradient descent: it always goes downhill.
# 2. Momentum 0.67.
# 3. Momentum 0.99: the more memory, the faster.

# %% [markdown] lang="zh"
# ## 先预测
#
# 一个二次型的山谷，横向的曲率是纵向的一百倍（*条件数* $\kappa$ 为 100）。三个优化器从同一点出发，学习率都取理论上最好的：
# 梯度下降、动量 0.67 的重球、动量 0.99 的重球。
#
# **运行下一格之前，请先决定：** 谁最先把到极小点的距离缩小到百万分之一？
#
# 1. 梯度下降：它总在下坡。
# 2. 动量 0.67。
# 3. 动量 0.99：记忆越多越快。

# %% [markdown] lang="en"
# ## The race

# %% [markdown] lang="zh"
# ## 比赛

# %%
kappa = 100.0
valley = ls.surface("quadratic", condition=kappa)  # curvatures 1 and 100
root = np.sqrt(kappa)
best = ((root - 1) / (root + 1)) ** 2  # 0.669
rate = (2 / (root + 1)) ** 2
race = ls.simulate(
    valley,
    [
        ls.entrant(ls.optimizer("sgd", lr=2 / (kappa + 1)), label="SGD"),
        ls.entrant(ls.optimizer("momentum", lr=rate, momentum=best), label=f"Momentum {best:.2f}"),
        ls.entrant(ls.optimizer("momentum", lr=rate, momentum=0.99), label="Momentum 0.99"),
    ],
    start=(1.5, 1.0),
    steps=300,
)
ls.draw(race, "race", language=language)

# %%
for track in race.tracks:
    distance = np.linalg.norm(track.params[:, :, 0], axis=1)
    close = np.flatnonzero(distance < 1e-6 * distance[0])
    print(f"{track.label:14}", f"{close[0]:4d}" if close.size else "   -")

# %% [markdown] lang="en"
# Momentum 0.67 needs about 90 steps, gradient descent about 690: you see only its first 300. Momentum 0.99 has so much
# memory that it swings through the minimum again and again. More memory is not better; the right amount is.

# %% [markdown] lang="zh"
# 动量 0.67 大约要 90 步，梯度下降大约要 690 步（图中只画了前 300 步）。动量 0.99 记得太多，一次又一次地冲过极小点。
# 记忆不是越多越好，合适才好。

# %% [markdown] lang="en"
# ## The reason
#
# The heavy ball (Polyak 1964) keeps a buffer $b$ of past gradients:
#
# $$b_{t+1} = \beta\, b_t + \nabla f(p_t), \qquad p_{t+1} = p_t - \eta\, b_{t+1}.$$
#
# Take the coordinates along the eigenvectors of the Hessian: they do not influence each other, and along the one of
# curvature $\lambda$ the distance $x$ to the minimum follows
#
# $$x_{t+1} = (1 + \beta - \eta\lambda)\, x_t - \beta\, x_{t-1}.$$
#
# Its solutions are powers of the roots $z$ of $z^2 - (1 + \beta - \eta\lambda) z + \beta = 0$. The larger of their absolute
# values is the factor by which $x$ shrinks at each step:
#
# * real roots (little momentum): the larger one is close to 1, the ball crawls;
# * complex roots (much momentum): both have the absolute value $\sqrt\beta$, **whatever the curvature**; the ball swings.
#
# The border between them, $\beta = (1 - \sqrt{\eta\lambda})^2$, is critical damping. With the best $\eta$ and $\beta$ all
# curvatures from $\lambda_\min$ to $\lambda_\max$ have complex roots, and the factor is
#
# $$\sqrt\beta = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1} \qquad\text{instead of}\qquad \frac{\kappa - 1}{\kappa + 1}$$
#
# of gradient descent. Momentum turns $\kappa$ into $\sqrt\kappa$: that is all, and it is a lot.

# %% [markdown] lang="zh"
# ## 原因
#
# 重球法（Polyak 1964）用缓冲 $b$ 累积过去的梯度：
#
# $$b_{t+1} = \beta\, b_t + \nabla f(p_t), \qquad p_{t+1} = p_t - \eta\, b_{t+1}.$$
#
# 取 Hessian 特征向量的方向为坐标：各坐标互不影响。在曲率为 $\lambda$ 的方向上，到极小点的距离 $x$ 满足
#
# $$x_{t+1} = (1 + \beta - \eta\lambda)\, x_t - \beta\, x_{t-1}.$$
#
# 它的解是方程 $z^2 - (1 + \beta - \eta\lambda) z + \beta = 0$ 的根 $z$ 的幂。绝对值较大的根，就是 $x$ 每步缩小的倍数：
#
# * 实根（动量小）：较大的根接近 1，小球爬行；
# * 复根（动量大）：两个根的绝对值都是 $\sqrt\beta$，**与曲率无关**；小球摆动。
#
# 两者的分界 $\beta = (1 - \sqrt{\eta\lambda})^2$ 叫作临界阻尼。取最好的 $\eta$ 和 $\beta$ 时，从 $\lambda_\min$ 到
# $\lambda_\max$ 的所有曲率都是复根，倍数为
#
# $$\sqrt\beta = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}, \qquad\text{而梯度下降为}\qquad \frac{\kappa - 1}{\kappa + 1}.$$
#
# 动量把 $\kappa$ 变成了 $\sqrt\kappa$：仅此而已，但这已经很多。


# %%
def factor(rate, momentum, curvature):
    """The larger root: how much of the distance is left after a step."""
    return max(abs(np.roots([1.0, -(1.0 + momentum - rate * curvature), momentum])))


for track, (eta, beta) in zip(race.tracks, [(2 / (kappa + 1), 0.0), (rate, best), (rate, 0.99)], strict=True):
    theory = max(factor(eta, beta, curvature) for curvature in (1.0, kappa))
    distance = np.linalg.norm(track.params[:, :, 0], axis=1)
    measured = (distance[250:].max() / distance[50:100].max()) ** (1 / 200)
    print(f"{track.label:14}  theory {theory:.3f}   measured {measured:.3f}")

# %% [markdown] lang="en"
# Every pair of rate and momentum at once: the colour is the factor that was measured, the line is where theory says that
# the heavy ball stops to converge, $\eta\lambda_\max = 2 + 2\beta$. Momentum also *widens* the range of rates that converge.

# %% [markdown] lang="zh"
# 把学习率与动量的所有组合一次看完：颜色是测得的倍数，线是理论给出的收敛边界 $\eta\lambda_\max = 2 + 2\beta$。
# 动量还*放宽*了能收敛的学习率的范围。

# %%
ls.draw(ls.stability_map("quadratic", "momentum", resolution=48, steps=150), "stability", language=language)

# %% [markdown] lang="en"
# ## Look ahead: Nesterov
#
# Nesterov's method takes the gradient where the momentum is about to lead, not where it stands. On a steep slope that
# gradient brakes earlier, so that it swings less: compare the first fifty
# steps on Rosenbrock's curved valley, which is no quadratic.

# %% [markdown] lang="zh"
# ## 先看一眼：Nesterov
#
# Nesterov 方法在动量将要到达的地方求梯度，而不是在脚下。坡陡的地方它更早刹车，所以摆动更小。
# Rosenbrock 的弯曲山谷不是二次型，比较最初的五十步：

# %%
rules = [ls.optimizer(name, lr=4e-4) for name in ("sgd", "momentum", "nesterov")]
curved = ls.simulate("rosenbrock", rules, start=(-1.5, 2.0), steps=60)
ls.draw(curved, "race", language=language)

# %%
for track in curved.tracks:
    print(
        f"{track.label:9} highest loss on the way {track.value[1:].max():5.1f}   after 60 steps {track.value[-1, 0]:.2f}"
    )

# %% [markdown] lang="en"
# ## Play
#
# Drag the start, turn the rate and the momentum: where does it begin to swing, where does it leave the valley? Turn all
# three rates to 0.001: who is thrown out of the valley first, and does that contradict what you have just seen?

# %% [markdown] lang="zh"
# ## 动手
#
# 拖动起点，调节学习率和动量：从哪里开始摆动？从哪里开始冲出山谷？把三者的学习率都调到 0.001：谁先被甩出山谷？
# 这与刚才看到的矛盾吗？

# %%
ls.explore("rosenbrock", rules, start=(-1.5, 2.0), steps=400, language=language)

# %% [markdown] lang="en"
# ## Exercises
#
# **1.** How many steps does each method need for a factor of a million, at $\kappa = 10\,000$? Compute it from the
# formulas, then run it.

# %% [markdown] lang="zh"
# ## 练习
#
# **1.** 当 $\kappa = 10\,000$ 时，两种方法各要多少步才能把距离缩小到百万分之一？先用公式算，再运行。

# %% tags=["solution"]
kappa = 10_000.0
root = np.sqrt(kappa)
for name, shrinks in (("SGD", (kappa - 1) / (kappa + 1)), ("Momentum", (root - 1) / (root + 1))):
    print(f"{name:9} {np.log(1e-6) / np.log(shrinks):8.0f}")
run = ls.simulate(
    ls.surface("quadratic", condition=kappa),
    ls.optimizer("momentum", lr=(2 / (root + 1)) ** 2, momentum=((root - 1) / (root + 1)) ** 2),
    start=(1.5, 1.0),
    steps=1500,
)
distance = np.linalg.norm(run.tracks[0].params[:, :, 0], axis=1)
print("measured ", np.flatnonzero(distance < 1e-6 * distance[0])[0])

# %% [markdown] lang="en" tags=["solution"]
# Gradient descent needs about 69 000 steps, the heavy ball about 690. Measured are some 1040: at the best parameters the
# two roots coincide at the ends of the spectrum, and there the distance shrinks like $t\, z^t$, not like $z^t$.

# %% [markdown] lang="zh" tags=["solution"]
# 梯度下降约 69 000 步，重球约 690 步。实测约 1040 步：取最优参数时，谱的两端恰好是重根，那里的距离按 $t\, z^t$ 缩小，
# 而不是 $z^t$。

# %% [markdown] lang="en"
# **2.** Mini-batch noise does not vanish at the minimum. Does momentum make the final loss smaller or larger than that of
# gradient descent at the same *effective* rate $\eta/(1-\beta)$? And at the same $\eta$?

# %% [markdown] lang="zh"
# **2.** 小批量噪声在极小点并不消失。与梯度下降相比，当*有效*学习率 $\eta/(1-\beta)$ 相同时，动量使最终损失更小还是更大？
# 当 $\eta$ 相同时呢？

# %% tags=["solution"]
noisy = ls.simulate(
    ls.surface("quadratic", condition=1.0),
    [
        ls.entrant(ls.optimizer("sgd", lr=0.01), label="SGD 0.01"),
        ls.entrant(ls.optimizer("sgd", lr=0.1), label="SGD 0.1"),
        ls.entrant(ls.optimizer("momentum", lr=0.01, momentum=0.9), label="Momentum 0.01"),
    ],
    start=(1.5, 1.0),
    steps=2000,
    repeats=20,
    noise="gaussian",
)
for track in noisy.tracks:
    print(f"{track.label:14} {track.value[1000:].mean():.5f}")

# %% [markdown] lang="en" tags=["solution"]
# At the same effective rate it is nearly the same; at the same $\eta$ ten times larger. Momentum by itself does not
# average the noise away: it is the smaller $\eta$ that you may then take that does.

# %% [markdown] lang="zh" tags=["solution"]
# 有效学习率相同时几乎一样；$\eta$ 相同时大十倍。动量本身并不能把噪声平均掉，真正起作用的是随之可以取得更小的 $\eta$。

# %% [markdown] lang="en"
# **3.** Write the heavy ball yourself, in ten lines, with the rate inside of the buffer as Keras has it
# ($v \leftarrow \beta v - \eta g,\ p \leftarrow p + v$). Is it the same as `momentum` with a constant rate? With a rate
# that falls?

# %% [markdown] lang="zh"
# **3.** 用十行代码自己写一个重球法，像 Keras 那样把学习率放在缓冲里面
# （$v \leftarrow \beta v - \eta g,\ p \leftarrow p + v$）。学习率不变时，它与 `momentum` 相同吗？学习率下降时呢？


# %% tags=["solution"]
@ls.optimizers.register("rate_inside")
class RateInside(ls.Optimizer):
    """v <- momentum v - lr g; p <- p + v."""

    lr: float = 0.01
    momentum: float = 0.9

    def init(self, params):
        return (np.zeros_like(params),)

    def apply(self, params, gradient, state, lr):
        (v,) = state
        v = self.momentum * v - lr * gradient
        return params + v, (v,)


for schedule in (None, "linear"):
    both = ls.simulate(
        "rosenbrock",
        [ls.optimizer("momentum", lr=1e-3), ls.optimizer("rate_inside", lr=1e-3)],
        start=(-1.5, 2.0),
        steps=300,
        schedule=schedule,
    )
    print(schedule or "constant", np.abs(both.tracks[0].params - both.tracks[1].params).max())

# %% [markdown] lang="en" tags=["solution"]
# With a constant rate they differ by rounding alone. With a falling one the old gradients still carry the rate that they
# were taken with, so that `rate_inside` brakes later. Two libraries that both say "momentum" may differ in this.

# %% [markdown] lang="zh" tags=["solution"]
# 学习率不变时，两者只差舍入误差。学习率下降时，旧的梯度仍带着当时的学习率，因此 `rate_inside` 刹车更晚。
# 两个库都写着 "momentum"，却可能在这一点上不同。

# %% [markdown] lang="en"
# ## Sources
#
# Polyak 1964, *Some methods of speeding up the convergence of iteration methods*; Nesterov 1983; Qian 1999, *On the
# momentum term in gradient descent learning algorithms*; Sutskever, Martens, Dahl and Hinton 2013, *On the importance of
# initialization and momentum in deep learning*; Goh 2017, *Why momentum really works*, Distill.

# %% [markdown] lang="zh"
# ## 文献
#
# Polyak 1964, *Some methods of speeding up the convergence of iteration methods*; Nesterov 1983; Qian 1999, *On the
# momentum term in gradient descent learning algorithms*; Sutskever, Martens, Dahl and Hinton 2013, *On the importance of
# initialization and momentum in deep learning*; Goh 2017, *Why momentum really works*, Distill.
