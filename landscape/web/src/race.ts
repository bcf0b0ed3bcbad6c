// The race of a page: every entrant run anew from the state, and held to what Python recorded.
import { run } from "./engine";
import { seedHalves } from "./streams";
import type { Entrant, Entry, Given, Kernel, Other, Recorded, State, Terms, Track } from "./types";

const NEAR = 1e-9; // relative: nearer than this is told as near
const NUDGE = 2 ** -50; // relative: a start that is only so far away shows how rounding grows
const GROWTH = 1e3; // how much more rounding may do in all steps than the nudge of the first

export type Kernels = (Kernel | null)[];

// The kernel of an entrant, null where it plays back
export function kernelOf(given: Given, kernels: Kernels, entrant: Entrant): Kernel | null {
  const kernel = kernels[entrant.of];
  if (!kernel || given.entrants[entrant.of].refused) return null;
  return kernel;
}

export const isRandom = (kernel: Kernel | null): boolean => kernel !== null && (kernel.draws.length > 0 || kernel.batch > 0);

export interface Wanted {
  other?: number; // the number of one of the state's other runs
  run?: number; // another run of the noise from the same start
  inside?: boolean;
  steps?: number;
}

// What one of the state's entrants does: computed, or played back where it cannot be or was found to differ.
export function raced(given: Given, kernels: Kernels, state: State, entrant: Entrant, wanted: Wanted = {}): Track {
  const about = given.entrants[entrant.of];
  const kernel = kernelOf(given, kernels, entrant);
  if (kernel === null) return recordedTrack(about, state.steps, wanted.other);
  const beside: Other | undefined = wanted.other === undefined ? undefined : state.others[wanted.other];
  const steps = wanted.steps ?? state.steps;
  const values = about.inputs.map((input) => {
    if (input.noise) return state.noise[input.name];
    const each = wanted.other === undefined ? undefined : entrant.each[input.name]?.[wanted.other];
    return each ?? entrant.values[input.name];
  });
  const factors = factorsOf(given, about, entrant.schedule);
  return run(kernel, {
    start: beside?.start ?? state.start,
    steps,
    inputs: values,
    factors: factors === null && about.scales[0] === 1 ? null : scaled(factors, about.scales[0], steps),
    varied: about.varied.map((each, i) => scaled(each, about.scales[i + 1], steps)),
    planned: about.planned,
    seed: seedHalves(state.seed),
    run: wanted.run ?? beside?.run ?? state.run,
    tolerance: state.tolerance,
    limit: given.limit,
    inside: wanted.inside ?? false,
    batch: state.batch,
    terms: given.terms,
  });
}

// The factors of the rate at each step, null where all are 1
export const factorsOf = (given: Given, about: Entry, schedule: string): Float64Array | null =>
  schedule === "" ? about.factors : given.schedules[schedule];

// Numbers that packed.py has packed
const bytes = (text: string): ArrayBuffer => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
const unpacked = (text: string): Float64Array => new Float64Array(bytes(text));
const falling = (steps: number): Float64Array => Float64Array.from({ length: steps }, (_, step) => 1 - step / steps); // evenly, from 1 to 0
const singles = (text: string): Float64Array => Float64Array.from(new Float32Array(bytes(text)));

// A recorded track, opened in its place
export function opened(recorded: any): Recorded {
  for (const name of ["params", "value", "norm", "ends"]) recorded[name] = unpacked(recorded[name]);
  for (const other of recorded.others.runs) for (const name of ["params", "value"]) other[name] = singles(other[name]);
  return recorded;
}

// What a page is given, with its packed numbers opened. Nothing else reads the packed form.
export function unpack(packed: any, terms: Terms | null = null): Given {
  const given = { ...structuredClone(packed), terms };
  const numbers = (text: string | null) => (text === null ? null : text.startsWith("linear ") ? falling(Number(text.slice(7))) : unpacked(text));
  for (const [name, text] of Object.entries(given.schedules)) given.schedules[name] = numbers(text as string | null);
  for (const about of given.entrants) {
    about.factors = numbers(about.factors);
    about.varied = about.varied.map(numbers);
    about.planned = about.planned.map(unpacked);
    if (about.recorded !== null) opened(about.recorded);
  }
  if (given.typed) given.typed.about.planned = given.typed.about.planned.map(unpacked);
  if (given.grid) given.grid.values = singles(given.grid.values);
  return given;
}

const scaled = (factors: Float64Array | null, scale: number, steps: number) =>
  factors === null ? new Float64Array(steps).fill(scale) : Float64Array.from(factors, (each) => scale * each);

// A recorded track in the shape of a computed one. Between rows that were left out, the last one stands.
export function recordedTrack(about: Entry, steps: number, other?: number): Track {
  const recorded = about.recorded;
  const dim = 2;
  const track: Track = { params: new Float64Array((steps + 1) * dim).fill(NaN),
    value: new Float64Array(steps + 1).fill(NaN), norm: new Float64Array(steps + 1).fill(NaN),
    status: recorded?.status ?? "finished", stopped: recorded?.stopped ?? steps };
  const source = other === undefined ? recorded : recorded?.others.runs[other];
  if (!recorded || !source) return track;
  const rows = other === undefined ? recorded.rows : recorded.others.rows;
  const { params, value } = source;
  if (other !== undefined) [track.status, track.stopped] = ["finished", steps];
  const norm = other === undefined ? recorded.norm : undefined;
  for (let step = 0, row = 0; step <= steps; step++) {
    if (row + 1 < rows.length && rows[row + 1] <= step) row++;
    track.params.set(params.subarray(row * dim, (row + 1) * dim), step * dim);
    track.value[step] = value[row];
    if (norm) track.norm[step] = norm[row];
  }
  return track;
}

export interface Check {
  worst: number;
  from: number; // the first step at which the two are not near, -1 where they are
}

// How the computed race differs from the recorded one, for each entrant of the first state, null for one that plays
// back. Where rounding does not explain that, as a start beside this one stays near, the entrant plays back from now on.
export function checked(given: Given, kernels: Kernels, state: State): (Check | null)[] {
  return state.entrants.map((entrant) => {
    const about = given.entrants[entrant.of];
    if (kernels[entrant.of] === null || about.recorded === null) return null;
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
      const start = state.start.map((x) => x + NUDGE * Math.max(1, Math.abs(x))) as [number, number];
      const beside = raced(given, kernels, { ...state, start }, entrant);
      about.refused = !(apart(beside.params, from, track.params, from) * GROWTH >= NEAR);
      if (about.refused) measured(about, kernels[entrant.of]!);
    }
    return { worst, from };
  });
}

// The loss and the gradient norm of a recorded track that comes without, as it was to be computed
function measured(about: Entry, { measures }: Kernel): void {
  const recorded = about.recorded!, count = recorded.rows.length, out = new Float64Array(3);
  [recorded.value, recorded.norm, about.free] = [new Float64Array(count), new Float64Array(count), false];
  for (let row = 0; row < count; row++) {
    measures(recorded.params.subarray(2 * row, 2 * row + 2), null, out);
    recorded.value[row] = out[0];
    recorded.norm[row] = Math.hypot(out[1], out[2]);
  }
}

// How many of the other recorded runs end elsewhere than in the record
export const endingElsewhere = ({ ends }: Recorded, tracks: Track[]): number =>
  tracks.filter((track, i) => !(apart(ends, i, track.params, track.value.length - 1) <= NEAR)).length;

// How far two places are apart, relative to what is above 1.
function apart(one: Float64Array, row: number, other: Float64Array, step: number): number {
  const dim = 2;
  let gap = 0;
  for (let i = 0; i < dim; i++) {
    const a = one[row * dim + i], b = other[step * dim + i];
    if (a !== b) gap = Math.max(gap, Math.abs(a - b) / Math.max(1, Math.abs(a)));
  }
  return gap;
}
