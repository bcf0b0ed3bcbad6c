// Run a recorded rule on a recorded surface, step by step, as landscape/simulation does.
//
//   const track = run(kernel, { start, steps, inputs, factors, seed, run: 0, tolerance: null, limit: 1e9 })
//   track.params[step * dim + i], track.value[step], track.norm[step], track.status, track.stopped
//
// A kernel holds the functions that landscape/program/javascript.py writes, and what they need:
//   dim; step(x, d, o): x = params, state, memory, hyper-parameters, rate, varied fields, number of the step,
//     factors of the noise, the loss and the gradient at the params
//   begin(x, d, o): the first state and memory, from params and hyper-parameters
//   measures(x, d, o): the loss and the gradient;  draws: [{kind, purpose, branches, place, row}];  terms: rows of data
import { type Word, branched, normal, runKey, uniform, whole } from "./streams";
import type { Kernel, Terms, Track, Written } from "./types";

export interface Asked {
  start: ArrayLike<number>;
  steps: number;
  inputs: number[]; // the hyper-parameters
  factors: ArrayLike<number> | null; // of the rate at each step, null for 1
  varied: ArrayLike<number>[]; // the same for other fields
  planned: ArrayLike<number>[]; // for schedules inside of the noise
  seed: Word;
  run: number;
  tolerance: number | null;
  limit: number;
  batch?: number; // the size of mini-batches, where it is not the kernel's own
  terms?: Terms | null;
  inside?: boolean; // whether the state and the gradients of each step are kept too
}

export function run(kernel: Kernel, asked: Asked): Track {
  const { dim, kept, hyper, measures, step: takeStep } = kernel;
  const { steps, limit, tolerance, factors, varied, planned } = asked;
  const track: Track = {
    params: new Float64Array((steps + 1) * dim),
    value: new Float64Array(steps + 1),
    norm: new Float64Array(steps + 1),
    status: "finished",
    stopped: steps,
  };
  const uniforms = dim + kept + hyper;
  const last = uniforms + varied.length + 2 + planned.length; // where the loss stands
  const x = new Float64Array(last + 1 + dim);
  const size = dim + kept;
  const moved = new Float64Array(size + (kernel.given ? dim : 0));
  const measured = new Float64Array(dim + 1);
  const draws = drawn(kernel, asked);
  const d = new Float64Array(draws.length);
  const batch = kernel.batch && asked.terms ? drawnBatch(kernel, asked, asked.terms) : null;
  const seen = asked.inside ? watched(kernel, track, steps, last) : null;

  // the loss of the point in x and the norm of its gradient, entered in a row
  const measure = (row: number) => {
    measures(x, d, measured);
    let squares = 0;
    for (let i = 1; i <= dim; i++) squares += measured[i] * measured[i];
    track.value[row] = measured[0];
    track.norm[row] = Math.sqrt(squares);
    for (let i = 0; i < dim; i++) track.params[row * dim + i] = x[i];
    for (let i = 0; i <= dim; i++) x[last + i] = measured[i];
  };

  x.set(asked.start);
  const begun = new Float64Array(dim + hyper);
  begun.set(asked.start);
  begun.set(asked.inputs, dim);
  kernel.begin(begun, d, moved);
  for (let i = 0; i < kept; i++) x[dim + i] = moved[i];
  x.set(asked.inputs, dim + kept);
  measure(0);
  seen?.state(x, 0);
  let ended: Track["status"] | "" = Number.isNaN(track.value[0]) ? "diverged" : "";
  let now = 0;
  for (; now < steps && !ended; now++) {
    if (tolerance !== null && track.norm[now] <= tolerance) {
      ended = "converged";
      break;
    }
    x[uniforms] = factors === null ? 1 : factors[now];
    for (let i = 0; i < varied.length; i++) x[uniforms + 1 + i] = varied[i][now];
    x[uniforms + 1 + varied.length] = now;
    for (let i = 0; i < planned.length; i++) x[uniforms + 2 + varied.length + i] = planned[i][now];
    for (let i = 0; i < draws.length; i++) d[i] = draws[i](now);
    batch?.(x, now, last);
    takeStep(x, d, moved);
    seen?.step(x, moved, now);
    for (let i = 0; i < dim; i++) {
      if (!(Math.abs(moved[i]) <= limit)) ended = "diverged";
    }
    if (ended) break;
    for (let i = 0; i < size; i++) x[i] = moved[i];
    measure(now + 1);
    seen?.state(x, now + 1);
    if (Number.isNaN(track.value[now + 1])) {
      ended = "diverged";
      break;
    }
  }
  if (!ended && tolerance !== null && track.norm[steps] <= tolerance) track.status = "converged";
  if (ended) {
    track.status = ended;
    track.stopped = now;
    for (let row = now + 1; row <= steps; row++) {
      for (let i = 0; i < dim; i++) track.params[row * dim + i] = track.params[now * dim + i];
      track.value[row] = track.value[now];
      track.norm[row] = track.norm[now];
    }
  }
  return track;
}

// Keeps what a rule has inside: its state at each step, the gradient that it was given, and its move without one.
function watched({ dim, kept, given, applied }: Kernel, track: Track, steps: number, last: number) {
  const states = (track.states = new Float64Array((steps + 1) * kept).fill(NaN));
  const gradients = (track.gradients = new Float64Array(steps * dim).fill(NaN));
  const resting = (track.resting = new Float64Array(steps * dim).fill(NaN));
  const out = new Float64Array(dim);
  return {
    state: (x: Float64Array, row: number) => states.set(x.subarray(dim, dim + kept), row * kept),
    step(x: Float64Array, moved: Float64Array, now: number) {
      if (given) gradients.set(moved.subarray(dim + kept), now * dim);
      if (applied === null) return;
      const without = x.slice();
      without.fill(0, last);
      applied(without, null, out);
      resting.set(out, now * dim);
    },
  };
}

// Enters the mean loss and gradient of the terms that a step draws where those of the surface stand.
function drawnBatch({ dim, batch }: Kernel, asked: Asked, terms: Terms) {
  const key = runKey(asked.seed, "noise", asked.run);
  const size = asked.batch || batch, count = terms.data[0].length;
  const chosen = new Int32Array(size), found = new Float64Array(1 + dim);
  return (x: Float64Array, now: number, last: number) => {
    for (let word = 0; word < size; word++) chosen[word] = whole(key, now, word, count);
    addTerms(terms, x, dim, chosen, found);
    for (let i = 0; i <= dim; i++) x[last + i] = found[i];
  };
}

// The mean of some terms, added one by one, as NumPy's side does
function addTerms({ term, data }: Terms, x: Float64Array, dim: number, chosen: ArrayLike<number>, out: Float64Array): void {
  const y = new Float64Array(dim + data.length), made = new Float64Array(1 + dim);
  for (let i = 0; i < dim; i++) y[i] = x[i];
  for (let j = 0; j < chosen.length; j++) {
    for (let row = 0; row < data.length; row++) y[dim + row] = data[row][chosen[j]];
    term(y, null, made);
    for (let i = 0; i <= dim; i++) out[i] = j ? out[i] + made[i] : made[i];
  }
  for (let i = 0; i <= dim; i++) out[i] /= chosen.length;
}

// The loss and the gradient of a finite sum
export function measuresOf(terms: Terms): Written {
  const all = Int32Array.from(terms.data[0], (_, j) => j);
  return (x, _, o) => addTerms(terms, x, o.length - 1, all, o);
}

// For each number that a step draws, the function of the step's number that gives it.
function drawn(kernel: Kernel, asked: Asked): ((step: number) => number)[] {
  const keys = new Map<string, Word>();
  return kernel.draws.map((draw) => {
    const name = `${draw.purpose} ${draw.branches}`;
    const key = keys.get(name) ?? draw.branches.reduce(branched, runKey(asked.seed, draw.purpose, asked.run));
    keys.set(name, key);
    const { place, row } = draw;
    if (draw.kind === "normal") return (step) => normal(key, step, place);
    if (draw.kind === "uniform") return (step) => uniform(key, step, place);
    const data = kernel.terms[row];
    return (step) => data[whole(key, step, place, data.length)];
  });
}
