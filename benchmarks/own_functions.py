"""Differentiate functions as others write them: each is right or refused, and none silently wrong.

    python benchmarks/own_functions.py [--all]

Textbook landscapes, likelihoods, least squares, kernels and habits of all kinds (`tests/own_code/textbook.py`,
`styles.py`): value, gradient and Hessian, by either automatic method, at plain points, at zeros, ties and edges, alone
and in a batch, against one-sided differences; and against JAX, where that is installed and runs the same lines. Fails
where one is silently wrong. --all prints a line for each function.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
import types
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import landscape as ls
from landscape.derivatives import NotDifferentiable

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from own_code.judged import judged, number, points
from own_code.styles import OWN

KINDS = [(what, method) for what in ("gradient", "hessian") for method in ("reverse", "forward")]


def in_a_batch(f: Any, dim: int) -> str:
    """How the gradient comes out at several points at once, beside those alone."""
    columns = [p for p in points(dim) if np.isfinite(number(f, p))]
    if not columns:
        return "no value"
    batch = np.stack(columns, axis=1)
    try:
        values = f(batch.copy())
        if np.shape(values) != (len(columns),) or not np.allclose(values, [number(f, p) for p in columns]):
            return "one at a time"
    except Exception:
        return "one at a time"
    try:
        together = ls.gradient(f)(batch)
        alone = np.stack([ls.gradient(f)(p) for p in columns], axis=1)
    except NotDifferentiable as error:
        return f"refused: {error}"
    same = np.allclose(together, alone, rtol=1e-10, atol=1e-10, equal_nan=True)
    return "right" if same else f"wrong: in a batch {together.tolist()}, alone {alone.tolist()}"


def by_jax(f: Any, dim: int, jax: Any) -> str:
    """How the gradient at plain points compares with JAX's of the same lines."""
    if not isinstance(f, types.FunctionType):
        return "not run"
    names = {**f.__globals__, "np": jax.numpy}
    names |= {
        name: getattr(jax.scipy.special, name) for name in ("logsumexp", "expit", "gammaln", "xlogy") if name in names
    }
    same_lines = types.FunctionType(f.__code__, names, f.__name__, f.__defaults__, f.__closure__)
    theirs = jax.value_and_grad(same_lines)
    for p in points(dim)[:3]:
        if not np.isfinite(number(f, p)):
            continue
        try:
            ours = ls.gradient(f)(p)
        except NotDifferentiable:
            return "refused"
        try:
            value, expected = map(np.asarray, theirs(jax.numpy.asarray(p)))
        except Exception:
            return "not run"
        if not np.isclose(value, number(f, p)):  # JAX changes no array in place, so that x *= 2 means another thing
            return "not run"
        if not np.allclose(ours, expected, rtol=1e-9, atol=1e-10, equal_nan=True):
            if judged(f, p, "gradient", "reverse") == "right":  # JAX's p[0].item() has no slope
                return "unlike JAX"
            return f"wrong: at {p.tolist()} {ours.tolist()}, JAX {expected.tolist()}"
    return "right"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="a line for each function")
    told = parser.parse_args()
    warnings.simplefilter("ignore")
    try:
        import jax
        import jax.scipy.special

        jax.config.update("jax_enable_x64", True)
    except ImportError:
        jax = None
        print("JAX is not installed: left out")
    begun, silent = time.perf_counter(), 0
    counts: collections.Counter[str] = collections.Counter()
    functions: collections.Counter[str] = collections.Counter()
    for name, (f, dim) in OWN.items():
        found = [
            (f"{what}, {method}, at {p.tolist()}", judged(f, p, what, method))
            for p in points(dim)
            for what, method in KINDS
        ]
        found.append(("in a batch", in_a_batch(f, dim)))
        if jax is not None:
            found.append(("beside JAX", by_jax(f, dim, jax)))
        words = collections.Counter(verdict.partition(":")[0] for _, verdict in found)
        counts += words
        whole = next(word for word in ("wrong", "right", "refused", "no number", "no reference") if words[word])
        functions[whole + (", refused at some points" if whole == "right" and words["refused"] else "")] += 1
        if told.all:
            print(f"{name:24s} {whole:9s} {dict(words)}")
            reason = next((verdict for _, verdict in found if verdict.startswith("refused")), "")
            if reason:
                print(f"{'':24s} {reason[:300]}")
        for where, verdict in found:
            if verdict.startswith("wrong"):
                silent += 1
                print(f"SILENTLY WRONG  {name}, {where}: {verdict}")
    print(f"\n{len(OWN)} functions, {sum(counts.values())} derivatives in {time.perf_counter() - begun:.0f} s")
    for title, each in (("functions", functions), ("derivatives", counts)):
        print(f"{title}: " + ", ".join(f"{number} {word}" for word, number in each.most_common()))
    print(f"silently wrong: {silent}")
    return int(silent > 0)


if __name__ == "__main__":
    sys.exit(main())
