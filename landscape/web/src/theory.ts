// What is known of gradient descent, heavy ball and Nesterov near a minimum, as landscape/analysis/theory.py has it.
//
//   const known = theoryOf(given, about, values)      // {limit, contraction, floor}, null where nothing is
import type { Entry, Given } from "./types";

export interface Known {
  eta: number;
  beta: number;
  limit: number; // the largest rate that is stable
  formula: string;
  contraction: number; // the spectral radius of one step
  floor: (variances: number[]) => number | null; // the loss above the minimum under noise in the end
}

export function theoryOf(given: Given, about: Entry, values: Record<string, number>): Known | null {
  const { theory, factors, scales } = about;
  const curvatures = given.curvatures;
  if (theory === null || curvatures === null || factors !== null) return null;
  if (["weight_decay", "dampening"].some((name) => (values[name] ?? 0) !== 0)) return null;
  const eta = values.lr ?? scales[0];
  const beta = typeof theory.momentum === "string" ? values[theory.momentum] : theory.momentum ?? 0;
  if (!(eta > 0) || !(beta >= 0 && beta < 1)) return null;
  const nesterov = theory.rule === "nesterov";
  const wide = (2 * (1 + beta)) / (nesterov ? 1 + 2 * beta : 1);
  const sharpest = curvatures[curvatures.length - 1];
  const formula = { sgd: "2/λ", momentum: "2(1+β)/λ", nesterov: "2(1+β)/((1+2β)λ)" }[theory.rule];
  return {
    eta, beta, limit: wide / sharpest, formula,
    contraction: Math.max(...curvatures.map((curvature) => radius(eta * curvature, beta, nesterov))),
    floor: (variances) => nesterov || eta * sharpest >= wide ? null : curvatures.reduce((sum, curvature, i) =>
      sum + (eta * variances[i] * (1 + beta)) / (2 * (1 - beta) * (2 * (1 + beta) - eta * curvature)), 0),
  };
}

// The larger modulus of the roots of z^2 - trace z + product
function radius(x: number, beta: number, nesterov: boolean): number {
  const trace = nesterov ? (1 + beta) * (1 - x) : 1 + beta - x;
  const product = nesterov ? beta * (1 - x) : beta;
  const inside = trace * trace - 4 * product;
  if (inside < 0) return Math.sqrt(product);
  return (Math.abs(trace) + Math.sqrt(inside)) / 2;
}
