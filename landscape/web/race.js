// The race of a page: every entrant run anew from the state, and held to what Python recorded.
import { run } from "./engine.js";
import { seedHalves } from "./streams.js";

const NEAR = 1e-9; // relative: further apart than rounding in a few steps explains
const SURE = 50; // steps, in which rounding does not grow that much

// What one of the state's entrants does: computed, or played back where it cannot be or was found to differ.
export function raced(given, kernels, state, entrant, number = state.run) {
  const about = given.entrants[entrant.of];
  const kernel = kernels[entrant.of];
  if (kernel === null || about.refused) return recordedTrack(about, state.steps);
  const inputs = about.inputs.map((input) =>
    input.noise ? state.noise[input.name] : entrant.values[input.name]);
  const factors = factorsOf(given, about, entrant.schedule);
  return run(kernel, {
    start: state.start,
    steps: state.steps,
    inputs,
    factors: factors === null && about.scales[0] === 1 ? null : scaled(factors, about.scales[0], state.steps),
    varied: about.varied.map((each, i) => scaled(each, about.scales[i + 1], state.steps)),
    seed: seedHalves(state.seed),
    run: number,
    tolerance: state.tolerance,
    limit: given.limit,
  });
}

function factorsOf(given, about, schedule) {
  return schedule === "" ? about.factors : given.schedules[schedule];
}

// Numbers that packed.py has packed
const unpacked = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

// Unpacks what a page is given, once.
export function unpack(given) {
  const opened = (text) => (text === null ? null : unpacked(text));
  for (const [name, text] of Object.entries(given.schedules)) given.schedules[name] = opened(text);
  for (const about of given.entrants) {
    about.factors = opened(about.factors);
    about.varied = about.varied.map(opened);
    for (const name of ["params", "value", "norm"]) about.recorded[name] = unpacked(about.recorded[name]);
  }
}

const scaled = (factors, scale, steps) =>
  factors === null ? new Float64Array(steps).fill(scale) : Float64Array.from(factors, (each) => scale * each);

// A recorded track in the shape of a computed one. Between rows that were left out, the last one stands.
export function recordedTrack(about, steps) {
  const { rows, params, value, norm, status, stopped } = about.recorded;
  const dim = params.length / rows.length;
  const track = { params: new Float64Array((steps + 1) * dim), value: new Float64Array(steps + 1),
    norm: new Float64Array(steps + 1), status, stopped };
  for (let step = 0, row = 0; step <= steps; step++) {
    if (row + 1 < rows.length && rows[row + 1] <= step) row++;
    track.params.set(params.subarray(row * dim, (row + 1) * dim), step * dim);
    track.value[step] = value[row];
    track.norm[step] = norm[row];
  }
  return track;
}

// How the computed race differs from the recorded one, for each entrant of the first state: {equal, worst, from}.
// from: the first step at which they are further apart than rounding, -1 where none is.
export function checked(given, kernels, state) {
  return state.entrants.map((entrant) => {
    const about = given.entrants[entrant.of];
    if (kernels[entrant.of] === null) return null;
    const { rows, params, status, stopped } = about.recorded;
    const track = raced(given, kernels, state, entrant);
    const dim = params.length / rows.length;
    let worst = 0;
    let from = -1;
    rows.forEach((step, row) => {
      for (let i = 0; i < dim; i++) {
        const a = params[row * dim + i];
        const gap = a === track.params[step * dim + i] ? 0
          : Math.abs(a - track.params[step * dim + i]) / Math.max(1, Math.abs(a));
        if (!(gap <= NEAR) && from < 0) from = step;
        worst = Math.max(worst, gap);
      }
    });
    if (from < 0 && (track.status !== status || track.stopped !== stopped)) from = Math.min(stopped, track.stopped);
    about.refused = from >= 0 && from <= SURE;
    return { worst, from };
  });
}
