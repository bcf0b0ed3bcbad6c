// Maps that a worker makes finer and finer while one looks: to which minimum each start of the view leads, and how low
// each learning rate ends.
//
//   const maps = mapper(code, given, kernels, () => draw())
//   maps.basins(state, entrant); maps.rates(state, entrant, "momentum"); maps.end("basins")
//   maps.found.basins                              // {size, columns, rows, cells, ...}, null while there is none
//
// cells: columns x rows, row 0 at the top. Of basins the number of a minimum, or -1 where a run ends at none; of rates
// the last loss above the lowest, Infinity where the run diverges.
import { type Kernels, raced } from "./race";
import type { Entrant, Given, Point, Range, State, Window } from "./types";

const SIZES = [16, 32, 64, 128];
const SLICE = 12; // milliseconds of work at a time
const NEAR = 0.02; // of the window: how near to a minimum a run ends in it

export interface Job {
  kind: "basins" | "rates";
  turn: number;
  state: State;
  entrant: Entrant;
  across: string; // of rates: what the other axis has; "" where there is none
  ranges: Range[];
}

export interface FoundMap {
  kind: Job["kind"];
  columns: number;
  rows: number;
  cells: Float64Array;
  view: Window;
  across: string;
  ranges: Range[];
}

// Makes a map in slices; `made` gets each finer one. `current`: whether it is still wanted.
export function makeMap(given: Given, kernels: Kernels, job: Job, current: () => boolean,
  made: (found: FoundMap) => void): void {
  const { kind, state, entrant, across, ranges } = job;
  given.typing.apply(state);
  const minima = given.points.filter((point) => point.kind === "minimum");
  const scales = state.window.map(([low, high]) => NEAR * (high - low));
  let level = 0, at = 0;
  const shape = () => [SIZES[level], kind === "rates" && across === "" ? 1 : SIZES[level]];
  let cells = new Float64Array(SIZES[0] * shape()[1]);
  const cell = (columns: number, rows: number): number => {
    const column = ((at % columns) + 0.5) / columns, row = 1 - (Math.floor(at / columns) + 0.5) / rows;
    if (kind === "basins") {
      const [x, y] = state.view;
      const start: Point = [x[0] + column * (x[1] - x[0]), y[0] + row * (y[1] - y[0])];
      const track = raced(given, kernels, { ...state, start }, entrant);
      return track.status === "diverged" ? -1 : reached(track.params, minima, scales);
    }
    const values: Record<string, number> = { ...entrant.values, lr: onRange(ranges[0], column) };
    if (across) values[across] = onRange(ranges[1], row);
    const track = raced(given, kernels, state, { ...entrant, values });
    const last = track.value[track.value.length - 1];
    return track.status === "diverged" || !Number.isFinite(last) ? Infinity : last - (given.lowest ?? 0);
  };
  const work = () => {
    if (!current()) return;
    const [columns, rows] = shape();
    const until = performance.now() + SLICE;
    while (at < columns * rows && performance.now() < until) cells[at] = cell(columns, rows), at++;
    if (at === columns * rows) {
      made({ kind, columns, rows, cells, view: state.view, across, ranges });
      level++;
      at = 0;
      if (level === SIZES.length) return;
      cells = new Float64Array(shape()[0] * shape()[1]);
    }
    setTimeout(work, 0);
  };
  setTimeout(work, 0);
}

// The nearest minimum to where a run ends, if it is near
function reached(params: Float64Array, minima: { x: number; y: number }[], scales: number[]): number {
  const last = params.length - 2;
  let nearest = 1, found = -1;
  minima.forEach(({ x, y }, i) => {
    const far = Math.hypot((params[last] - x) / scales[0], (params[last + 1] - y) / scales[1]);
    if (far <= nearest) [nearest, found] = [far, i];
  });
  return found;
}

// The value at a share of a slider's way, and the share of a value
export function onRange({ kind, low, high }: Range, share: number): number {
  if (kind === "log") return Math.exp(Math.log(low) + share * Math.log(high / low));
  if (kind === "fraction") return 1 - 10 ** (-4 * share); // finer towards 1: 0, 0.9, 0.99, 0.999 are evenly spaced
  return low + share * (high - low);
}

export function shareOf({ kind, low, high }: Range, value: number): number {
  if (kind === "log") return Math.log(Math.max(value, low) / low) / Math.log(high / low);
  if (kind === "fraction") return -Math.log10(Math.max(1 - value, 1e-4)) / 4;
  return (value - low) / (high - low);
}

// In a worker: answers each job with its maps, the newest of a kind alone.
export function serveMaps(given: Given, kernels: Kernels): void {
  const turns: Record<string, number> = {};
  self.onmessage = ({ data }: MessageEvent<Job | { kind: Job["kind"]; turn: number }>) => {
    turns[data.kind] = data.turn;
    if (!("state" in data)) return;
    const current = () => turns[data.kind] === data.turn;
    makeMap(given, kernels, data, current, (found) => self.postMessage({ turn: data.turn, found }));
  };
}

export interface Mapper {
  found: { basins: FoundMap | null; rates: FoundMap | null };
  apart(): boolean; // whether a worker makes them
  begin(job: Omit<Job, "turn">): void;
  end(kind: Job["kind"]): void;
}

// code: the script of the page, which a worker runs too; where a browser lets it have none, the page itself works.
export function mapper(code: string, given: Given, kernels: Kernels, changed: () => void): Mapper {
  const turns = { basins: 0, rates: 0 };
  const maps: Mapper = {
    found: { basins: null, rates: null },
    apart: () => worker instanceof Worker,
    begin(job) {
      const turn = ++turns[job.kind];
      const whole: Job = { ...job, turn };
      const current = () => turns[job.kind] === turn;
      const take = (found: FoundMap) => {
        if (!current()) return;
        maps.found[job.kind] = found;
        changed();
      };
      asked[job.kind] = () => makeMap(given, kernels, whole, current, take);
      worker ??= opened();
      if (worker === false) asked[job.kind]!();
      else worker.postMessage(structuredClone(whole));
    },
    end(kind) {
      turns[kind]++;
      if (worker) worker.postMessage({ kind, turn: turns[kind] });
      maps.found[kind] = null;
      changed();
    },
  };
  const asked: { basins?: () => void; rates?: () => void } = {}; // makes the last map of a kind on this thread
  let worker: Worker | false | undefined;

  function opened(): Worker | false {
    const made = started(code);
    if (made === false) return false;
    made.onmessage = ({ data }: MessageEvent<{ turn: number; found: FoundMap }>) => {
      if (turns[data.found.kind] !== data.turn) return;
      maps.found[data.found.kind] = data.found;
      changed();
    };
    made.onerror = () => {
      worker = false;
      Object.values(asked).forEach((make) => make());
    };
    return made;
  }
  return maps;
}

function started(code: string): Worker | false {
  if (!code) return false;
  try {
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    return new Worker(url); // not as a module, which a page that is a file may not load
  } catch {
    return false;
  }
}
