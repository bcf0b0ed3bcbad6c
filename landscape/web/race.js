// The race of a page: every entrant run anew from the state, and held to what Python recorded.
import { run } from "./engine.js";
import { seedHalves } from "./streams.js";

const NEAR = 1e-9; // relative: nearer than this is told as near
const NUDGE = 2 ** -50; // relative: a start that is only so far away shows how rounding grows
const GROWTH = 1e3; // how much more rounding may do in all steps than the nudge of the first

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
    planned: about.planned,
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
    about.planned = about.planned.map(unpacked);
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

// How the computed race differs from the recorded one, for each entrant of the first state: {worst, from}, null for one
// that plays back. from: the first step at which they are not near, -1 where they are. Where rounding does not explain
// that, as a start beside this one stays near, the entrant plays back from now on.
export function checked(given, kernels, state) {
  return state.entrants.map((entrant) => {
    const about = given.entrants[entrant.of];
    if (kernels[entrant.of] === null) return null;
    const { rows, params, status, stopped } = about.recorded;
    const track = raced(given, kernels, state, entrant);
    let worst = 0;
    let from = -1;
    rows.forEach((step, row) => {
      const gap = apart(params, row, track.params, step);
      if (!(gap <= NEAR) && from < 0) from = step;
      worst = Math.max(worst, gap);
    });
    if (from < 0 && (track.status !== status || track.stopped !== stopped)) from = Math.min(stopped, track.stopped);
    if (from >= 0) {
      const start = state.start.map((x) => x + NUDGE * Math.max(1, Math.abs(x)));
      const beside = raced(given, kernels, { ...state, start }, entrant);
      about.refused = !(apart(beside.params, from, track.params, from) * GROWTH >= NEAR);
    }
    return { worst, from };
  });
}

// How far two places are apart, relative to what is above 1.
function apart(one, row, other, step) {
  const dim = 2;
  let gap = 0;
  for (let i = 0; i < dim; i++) {
    const a = one[row * dim + i], b = other[step * dim + i];
    if (a !== b) gap = Math.max(gap, Math.abs(a - b) / Math.max(1, Math.abs(a)));
  }
  return gap;
}
