// Run a recorded rule on a recorded surface, step by step, as landscape/simulation does.
//
//   const track = run(kernel, { start, steps, inputs, factors, seed, run: 0, tolerance: null, limit: 1e9 })
//   track.params[step * dim + i], track.value[step], track.norm[step], track.status, track.stopped
//
// A kernel holds the functions that landscape/program/javascript.py writes, and what they need:
//   dim; step(x, d, o): x = params, state, memory, hyper-parameters, rate, varied fields, number of the step,
//     factors of the noise
//   begin(x, d, o): the first state and memory, from params and hyper-parameters
//   measures(x, d, o): the loss and the gradient;  draws: [{kind, purpose, branches, place, row}];  terms: rows of data
import { branched, normal, runKey, uniform, whole } from "./streams.js";

// `inputs`: the hyper-parameters; `factors`: of the rate at each step, null for 1; `varied`: the same for other fields,
// `planned` for schedules inside of the noise.
export function run(kernel, asked) {
  const { dim, kept } = kernel;
  const { steps, limit } = asked;
  const hyper = kernel.hyper;
  const track = {
    params: new Float64Array((steps + 1) * dim),
    value: new Float64Array(steps + 1),
    norm: new Float64Array(steps + 1),
    status: "finished",
    stopped: steps,
  };
  const { varied, planned } = asked;
  const x = new Float64Array(dim + kept + hyper + varied.length + 2 + planned.length);
  const moved = new Float64Array(dim + kept);
  const measured = new Float64Array(dim + 1);
  const draws = drawn(kernel, asked);
  const d = new Float64Array(draws.length);
  const uniforms = dim + kept + hyper;

  // the norm of the gradient and the loss of the point in x, entered in a row
  const measure = (row) => {
    kernel.measures(x, d, measured);
    let squares = 0;
    for (let i = 1; i <= dim; i++) squares += measured[i] * measured[i];
    track.value[row] = measured[0];
    track.norm[row] = Math.sqrt(squares);
    for (let i = 0; i < dim; i++) track.params[row * dim + i] = x[i];
  };

  x.set(asked.start);
  const given = new Float64Array(dim + hyper);
  given.set(asked.start);
  given.set(asked.inputs, dim);
  kernel.begin(given, d, moved);
  x.set(moved.subarray(0, kept), dim);
  x.set(asked.inputs, dim + kept);
  measure(0);
  let ended = Number.isNaN(track.value[0]) ? "diverged" : "";
  let now = 0;
  for (; now < steps && !ended; now++) {
    if (asked.tolerance !== null && track.norm[now] <= asked.tolerance) {
      ended = "converged";
      break;
    }
    x[uniforms] = asked.factors === null ? 1 : asked.factors[now];
    for (let i = 0; i < varied.length; i++) x[uniforms + 1 + i] = varied[i][now];
    x[uniforms + 1 + varied.length] = now;
    for (let i = 0; i < planned.length; i++) x[uniforms + 2 + varied.length + i] = planned[i][now];
    for (let i = 0; i < draws.length; i++) d[i] = draws[i](now);
    kernel.step(x, d, moved);
    for (let i = 0; i < dim; i++) {
      if (!(Math.abs(moved[i]) <= limit)) ended = "diverged";
    }
    if (ended) break;
    x.set(moved);
    measure(now + 1);
    if (Number.isNaN(track.value[now + 1])) {
      ended = "diverged";
      break;
    }
  }
  if (!ended && asked.tolerance !== null && track.norm[steps] <= asked.tolerance) {
    track.status = "converged";
  }
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

// For each number that a step draws, the function of the step's number that gives it.
function drawn(kernel, asked) {
  const keys = new Map();
  return kernel.draws.map((draw) => {
    const name = `${draw.purpose} ${draw.branches}`;
    if (!keys.has(name)) {
      const first = runKey(asked.seed, draw.purpose, asked.run);
      keys.set(name, draw.branches.reduce(branched, first));
    }
    const key = keys.get(name);
    const { place, row } = draw;
    if (draw.kind === "normal") return (step) => normal(key, step, place);
    if (draw.kind === "uniform") return (step) => uniform(key, step, place);
    const data = kernel.terms[row];
    return (step) => data[whole(key, step, place, data.length)];
  });
}
