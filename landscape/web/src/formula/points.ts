// The critical points of a formula in a window: Newton's method from a grid, what it meets once each.
//
//   const { points, lowest, curvatures } = criticalPoints(formula, window)
import type { Critical, Point, Window } from "../types";
import type { Formula } from "./formula";

const SIDE = 24, STEPS = 40; // starts along a side, and steps of each
const LONGEST = 0.2; // of the window: a step
const SAME = 1e-5, BEYOND = 1e-3, FLAT = 1e-9;
const MOST = 200;

interface Found {
  points: Critical[];
  lowest: number | null; // of the minima, where nothing on the grid lies lower
  curvatures: number[] | null; // at the lowest minimum, ascending
}

export function criticalPoints({ measures, hessian }: Formula, window: Window): Found {
  const sizes = window.map(([low, high]) => high - low);
  const m = new Float64Array(3), h = new Float64Array(4), at: Point = [0, 0];
  const found: { at: Point; value: number; size: number }[] = [];
  let below = Infinity;
  for (let i = 0; i < SIDE * SIDE && found.length < MOST; i++) {
    [i % SIDE, Math.floor(i / SIDE)].forEach((cell, axis) => (at[axis] = window[axis][0] + ((cell + 0.5) / SIDE) * sizes[axis]));
    measures(at, m);
    if (m[0] < below) below = m[0];
    if (!settled()) continue;
    const inside = at.every((x, axis) => x >= window[axis][0] - BEYOND * sizes[axis] && x <= window[axis][1] + BEYOND * sizes[axis]);
    const known = found.some((each) => each.at.every((x, axis) => Math.abs(x - at[axis]) < SAME * sizes[axis]));
    if (inside && !known) found.push({ at: [...at], value: m[0], size: 0 });
  }

  // Newton's method in the place `at`: whether it comes to rest where the curvatures are no more than rounding apart from 0
  function settled(): boolean {
    for (let step = 0; step < STEPS; step++) {
      measures(at, m);
      hessian(at, h);
      const det = h[0] * h[3] - h[1] * h[2];
      const move = [(h[3] * m[1] - h[1] * m[2]) / det, (h[0] * m[2] - h[2] * m[1]) / det];
      const far = Math.hypot(move[0] / sizes[0], move[1] / sizes[1]);
      if (!Number.isFinite(far)) return m[1] === 0 && m[2] === 0 && det !== 0;
      const part = Math.min(1, LONGEST / far);
      move.forEach((each, axis) => (at[axis] -= part * each));
      if (far < 1e-13) break;
      if (step === STEPS - 1 && far > 1e-9) return false;
    }
    measures(at, m);
    hessian(at, h);
    const [low, high] = eigenvalues(h);
    return Number.isFinite(m[0]) && Math.min(Math.abs(low), Math.abs(high)) > FLAT * Math.max(Math.abs(low), Math.abs(high));
  }

  const points = found.map(({ at: [x, y], value }): Critical & { value: number } => {
    hessian([x, y], h);
    const [low, high] = eigenvalues(h);
    const kind = low > 0 ? "minimum" : high < 0 ? "maximum" : "saddle";
    const across: Point = Math.abs(h[1]) > 1e-12 * Math.abs(high - low) ? [h[1], low - h[0]] : h[0] <= h[3] ? [1, 0] : [0, 1];
    const length = Math.hypot(...across);
    return { x, y, kind, global: false, value, ...(kind === "saddle" && { direction: [across[0] / length, across[1] / length] }) };
  });
  const minima = points.filter(({ kind }) => kind === "minimum");
  const least = Math.min(...minima.map(({ value }) => value));
  const close = (value: number) => value - least <= 1e-9 * Math.max(1, Math.abs(least));
  const lowest = minima.length && below >= least - 1e-9 * Math.max(1, Math.abs(least)) ? least : null;
  for (const point of minima) point.global = lowest !== null && close(point.value);
  const best = minima.find(({ value }) => value === least);
  let curvatures: number[] | null = null;
  if (best) {
    hessian([best.x, best.y], h);
    curvatures = eigenvalues(h);
  }
  return { points: points.map(({ value, ...each }) => each), lowest, curvatures };
}

function eigenvalues([a, b, , d]: ArrayLike<number> & Iterable<number>): [number, number] {
  const middle = (a + d) / 2, away = Math.hypot((a - d) / 2, b);
  return [middle - away, middle + away];
}
