"""Functions as others write them, each for one habit: changes in place, guards, matrices, options, state.

They enter the table of `textbook`.
"""

import copy
from functools import partial

import numpy as np
from own_code.textbook import OWN, D, M, T, own

COUNT = [0]


def lines(dim, **functions):
    for name, f in functions.items():
        OWN[name] = f, dim


@own(2)
def view_scaled(p):
    q = p + 1.0
    v = q[:1]
    v *= 3
    return q.sum()


@own(3)
def view_reversed(p):
    q = np.sin(p)
    r = q[::-1]
    r += q[0]
    return np.sum(q * [1.0, 2.0, 3.0])


@own(4)
def view_reshaped(p):
    q = p * 1.0
    A = q.reshape(2, 2)
    A -= A.T.copy() ** 2
    return np.sum(q**2)


@own(3)
def second_name(p):
    x = p - 1.0
    y = x
    y *= x
    return np.sum(x * y)


@own(3)
def fresh_in_place(p):
    z = p - 0.5
    z *= z
    z += 1.0
    z /= 2.0
    z **= 1.5
    return z.sum()


@own(2)
def argument_in_place(p):
    x = p
    x *= 2
    return np.sum(x**2)


@own(2)
def copied_then_changed(p):
    x = p.copy()
    x -= 1.0
    y = copy.copy(x)
    y *= x
    return np.sum(x) + np.sum(y)


@own(3)
def filled(p):
    out = np.zeros(3)
    for i in range(3):
        out[i] = p[i] ** 2
    return out.sum()


@own(3)
def accumulated(p):
    total = np.zeros(3)
    for k in range(3):
        total += p**k
    return np.sum(total**2)


@own(3)
def weights_changed(p):
    w, s = np.ones(3), 0.0
    for _ in range(4):
        s = s + np.sum(w * p) ** 2
        w *= 0.5
    return s


@own(3)
def mask_changed(p):
    mask, s = np.array([True, False, False]), 0.0
    for i in range(3):
        s = s + np.sum(np.where(mask, p**2, 0.0))
        mask[:] = False
        mask[i] = True
    return s


@own(3)
def indices_changed(p):
    index, s = [0, 1], 0.0
    for _ in range(2):
        s = s + np.prod(p[index])
        index[1] = 2
    return s


@own(2)
def counted(p):
    COUNT[0] += 1
    return np.sum(p**2) + COUNT[0]


@own(2)
def noisy(p):
    return np.sum((p - 3.0) ** 2) * (1 + 0.2 * np.random.randn())  # noqa: NPY002


@own(2)
def sinc_guard(p):
    r = p[0] if p[0] != 0 else 1e-300
    return np.sin(r) / r + p[1] ** 2


@own(2)
def sinc_guard_constant(p):
    return (1.0 if p[0] == 0 else np.sin(p[0]) / p[0]) + p[1]


@own(2)
def tilted_guard(p):
    if p[0] == 0:
        return p[1]
    return 3.0 * p[0] + p[1]


@own(2)
def three_branches(p):
    x, y = p
    if x > y:
        return (x - y) * 2.0 + x
    if x < y:
        return (x - y) * 2.0 + x
    return x


lines(
    1,
    one_cubed=lambda p: p[0] ** 3,
    root_guard=lambda p: np.where(p[0] > 0, np.sqrt(np.abs(p[0])), 0.0),
    log_guard=lambda p: np.where(p[0] > 0, p[0] * np.log(p[0]), 0.0),
    sqrt_guard=lambda p: np.where(p[0] > 0, np.sqrt(p[0]) ** 3, p[0] ** 2),
    zero_to_the=lambda p: 0.0 ** p[0],
    negative_to_the=lambda p: (-2.0) ** p[0],
    cbrt_cubed=lambda p: np.cbrt(p[0]) ** 3,
    sqrt_of_fourth=lambda p: np.sqrt(p[0] ** 4),
    relu_minus_relu=lambda p: np.maximum(p[0], 0) - np.maximum(-p[0], 0),
    relu_cubed=lambda p: np.maximum(p[0], 0) ** 3,
    abs_of_abs=lambda p: np.abs(p[0] + np.abs(p[0])) - p[0] - np.abs(p[0]),
    sign_times=lambda p: p[0] * np.sign(p[0]),
    sign_times_squared=lambda p: (p[0] * np.sign(p[0])) ** 2,
)
lines(
    2,
    norm_squared=lambda p: np.linalg.norm(p) ** 2,
    norm_fourth=lambda p: np.linalg.norm(p) ** 4 + p[0],
    root_squared=lambda p: np.sqrt(p[0] * p[0] + p[1] * p[1]) ** 2,
    hypot_squared=lambda p: np.hypot(p[0], p[1]) ** 2,
    abs_squared=lambda p: np.sum(np.abs(p) ** 2),
    abs_power=lambda p: np.sum(np.abs(p) ** 1.5),
    power_2_0=lambda p: p[0] ** 2.0 + p[1] ** 3.0,
    power_half=lambda p: p[0] ** 0.5 + p[1] ** 2,
    power_1_5=lambda p: (p[0] ** 2 + 0.0) ** 1.5 + p[1],
    power_of_each_other=lambda p: (p[0] ** 2) ** p[1],
    spread=lambda p: np.std(p) ** 2 + np.var(p),
    distance_to_mean=lambda p: np.std(p) + np.sum(p**2),
    max_minus_max=lambda p: np.maximum(p[0], p[1]) - np.maximum(p[1], p[0]) + p[0],
    sorted_sum=lambda p: np.sum(np.sort(p)) + np.prod(p),
    sorted_weighted=lambda p: np.sum(np.sort(p) * [1.0, 2.0]),
    top_two=lambda p: max(p) + min(p),
    clipped=lambda p: np.sum(np.clip(p, -1.0, 1.0) ** 2) + p.clip(0, 0.5).sum(),
    complex_modulus=lambda p: np.abs(np.exp(1j * p[0]) + p[1]),
    complex_square=lambda p: np.abs(p[0] + 1j * p[1]) ** 2,
    complex_real=lambda p: np.real((p[0] + 1j * p[1]) ** 3),
    complex_real_attribute=lambda p: ((p[0] + 1j * p[1]) ** 2).real,
    joined_complex=lambda p: (np.exp(1j * p) * np.exp(-1j * p)).sum(),
    full_like=lambda p: np.sum(np.full_like(p, p[0]) * p),
    full=lambda p: np.sum(np.full(3, p[0]) ** 2) + p[1],
    rounded=lambda p: np.sum(np.round(p, 1) * p),
    as_int=lambda p: p[0] * int(p[1]),
    as_float=lambda p: float(p[0]) ** 2 + p[1],
    item=lambda p: p[0].item() ** 2 + p[1].astype(float),
    listed=lambda p: sum(x**2 for x in p.tolist()),
    single_precision=lambda p: np.sum(p.astype(np.float32) ** 2),
    as_numbers=lambda p: np.sum(np.asarray(p, dtype=float) ** 3),
    as_float64=lambda p: np.sum(np.float64(p) ** 2),
    made_array=lambda p: np.array([[p[0], 1.0], [2.0, p[1]]], dtype=float).sum() ** 2,
    determinant=lambda p: np.linalg.det(np.array([[p[0], 1.0], [2.0, p[1]]])),
    eigenvalue=lambda p: np.linalg.eigvalsh(np.array([[p[0], 1.0], [1.0, p[1]]]))[-1],
    interpolated=lambda p: np.interp(p[0], T, D) + np.interp(0.3, [0.0, 1.0], p),
    piecewise=lambda p: np.sum(np.piecewise(p, [p < 0, p >= 0], [lambda x: -x, lambda x: x**2])),
    piecewise_numbers=lambda p: np.sum(np.piecewise(p, [p < -0.5, p > 0.5], [-1.0, lambda x: x**2, 0.25])),
    selected=lambda p: np.sum(np.select([p > 0.5, p > -0.5], [p**2, p], default=-1.0)),
    listed_where=lambda p: np.sum(np.where(p > 0, [p[0], 2.0], [p[1] ** 2, p[0] * p[1]])),
    listed_sum=lambda p: np.sum(p + [p[1], 2.0] * p),
    vectorized=lambda p: np.sum(np.vectorize(lambda x: x**2 if x > 0 else -x)(p)),
    from_iterator=lambda p: np.fromiter((x**2 for x in p), dtype=float).sum(),
    outer=lambda p: np.sum(np.multiply.outer(p, p) * [[1.0, 2.0], [3.0, 4.0]]),
    meshed=lambda p: np.sum(np.stack(np.meshgrid(p, p**2)) ** 2),
    integrated=lambda p: np.trapezoid(np.exp(-p[0] * T) * np.cos(p[1] * T), T),
    counted_positive=lambda p: np.count_nonzero(p > 0) + np.sum(p**2),
    digits=lambda p: float(f"{p[0]:.3f}") + p[1],
    modulo=lambda p: np.sum((p % 1.0) * p) + (p[0] // 0.7) * p[1],
    absolute_by_hand=lambda p: np.sqrt((p[0] - p[1]) ** 2) + p[0],
    extreme_difference=lambda p: np.ptp(p) + p[0],
    partial=partial(lambda a, p: a * np.sum(p**2), 2.0),
    constant=lambda p: 3.0,
)
lines(
    3,
    crossed=lambda p: np.cross(p, [1.0, 2.0, 3.0]) @ p**2 + np.cross(p, p**2).sum(),
    middle=lambda p: np.median(p) + np.median(np.outer(p, p), axis=0).sum(),
    quartile=lambda p: np.percentile(p, 30) ** 2 + np.quantile(p, 0.75),
    averaged=lambda p: (
        np.average(p, weights=[1.0, 2.0, 3.0]) ** 2 + np.average(np.outer(p, p), axis=0, weights=p**2 + 1)[1]
    ),
    triangles=lambda p: np.sum(np.triu(np.outer(p, p), 1)) + np.tril(np.outer(p, p**2)).sum(),
    kronecker=lambda p: np.sum(np.kron(np.eye(2), np.outer(p, p)) * np.kron(M[:2, :2], M)),
    along_axis=lambda p: np.sum(np.apply_along_axis(lambda r: r @ r, 1, np.outer(p, p + 1))),
    lse_reduce=lambda p: np.logaddexp.reduce(p) + np.logaddexp.reduce(np.outer(p, p), axis=1).sum(),
    add_reduce=lambda p: np.add.reduce(np.outer(p, p), axis=(0, 1)) + np.add.reduce(p, initial=5.0),
    sum_where=lambda p: np.sum(p**2, where=np.array([True, False, True])),
    sum_where_reduce=lambda p: np.add.reduce(p**2, where=np.array([True, False, True])),
    sum_initial=lambda p: p.sum(initial=2.0) ** 2,
    max_initial=lambda p: np.max(p, initial=0.5) + np.maximum.reduce(p, initial=0.7),
    mean_where=lambda p: np.mean(p, where=p > -10),
    kept_dimensions=lambda p: np.sum(np.outer(p, p) / (1 + np.sum(np.outer(p, p) ** 2, axis=1, keepdims=1))),
    max_over_axes=lambda p: np.max(np.outer(p, p), axis=(0, 1)) + np.min(M * p, axis=(1, 0)),
    to_buffer=lambda p: np.sum(p, out=np.zeros(())) ** 2,
    summed_single=lambda p: np.sum(p, dtype=np.float32),
    summed_whole=lambda p: np.sum(p, dtype=int) * p[0],
    spectral=lambda p: np.linalg.norm(np.outer(p, p) + M, 2),
    nuclear=lambda p: np.linalg.norm(np.outer(p, p) + M, "nuc"),
    frobenius=lambda p: np.linalg.norm(np.outer(p, p), "fro") + np.linalg.norm(M * p),
    one_norm=lambda p: np.linalg.norm(np.outer(p, p) + M, 1) + np.linalg.norm(M * p, -np.inf),
    norms_of_axes=lambda p: np.linalg.norm(np.outer(p, p) + M, 2, axis=0).sum() + np.linalg.norm(M * p, 1, axis=(0, 1)),
    norm_inf=lambda p: np.linalg.norm(p, np.inf) + np.linalg.norm(p, 3),
    columns_first=lambda p: np.sum(np.outer(p, p**2).ravel(order="F") * np.arange(9)),
    columns_reshaped=lambda p: np.sum(np.outer(p, p**2).reshape((9,), order="F")[:4]) + p.reshape(3, 1, 1).sum(),
    columns_flattened=lambda p: np.outer(p, p**2).flatten("F") @ np.arange(9.0),
    kept_order=lambda p: np.outer(p, p**2).T.ravel(order="K") @ np.arange(9.0),
    several_axes=lambda p: np.sum(np.outer(p, p**2).transpose(1, 0) * M),
    einsum_diagonal=lambda p: np.einsum("ii->", np.outer(p, p)),
    einsum_three=lambda p: np.einsum("i,j,ij->", p, p**2, M),
    convolved=lambda p: np.sum(np.convolve(p, [1.0, -1.0]) ** 2),
    gradient_by_numpy=lambda p: np.sum(np.gradient(p) ** 2),
    unique=lambda p: np.sum(np.unique(p) ** 2),
    spectrum=lambda p: np.sum(np.abs(np.fft.fft(p)) ** 2),
    roots=lambda p: np.abs(np.roots([1.0, *p])).sum(),
    cumulated=lambda p: np.cumsum(p)[-1] ** 2 + np.add.accumulate(p)[1] + np.multiply.accumulate(p)[2] + p.cumprod()[1],
    nan_safe=lambda p: np.nansum(p**2),
    argmax_picked=lambda p: p[np.argmax(p)] ** 2 + p[p.argmin()],
    boolean_mask=lambda p: np.sum(p[p > 0] ** 2) - np.sum(p[p <= 0]),
    unpacked_rows=lambda p: sum(a * b for a, b in zip(p, np.roll(p, 1), strict=True)),
    differences=lambda p: np.sum(np.diff(p) ** 2) + np.abs(np.diff(p, n=2)).sum(),
    stacked=lambda p: np.sum(np.column_stack([p, p**2]) @ [1.0, 2.0]) + np.block([p, p]).sum(),
    deep=lambda p: np.sum(copy.deepcopy(p) ** 2),
    total_variation=lambda p: np.sum(np.sqrt(np.diff(p) ** 2 + 1e-6)),
    softplus=lambda p: np.sum(np.log1p(np.exp(-np.abs(p))) + np.maximum(p, 0)),
    gelu=lambda p: np.sum(0.5 * p * (1 + np.tanh(np.sqrt(2 / np.pi) * (p + 0.044715 * p**3)))),
)  # fmt: skip
