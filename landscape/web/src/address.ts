// The state of a page in its address, so that a link restores it: what differs from the first state, as base64url.
//
//   const state = restored(location.hash, given, first);      // {} where the address has none, or a damaged one
//   const hash = addressOf(model.state, given, first);        // "" for the first state, "#slide=2" for a slide
import { QUANTITIES } from "./quantities";
import { functionOf, rulesOf } from "./typed";
import type { Entrant, Entry, Given, Hidden, Input, Other, Point, Question, State, Window } from "./types";

export const KEPT = ["formula", "rules", "start", "others", "view", "seed", "noise", "entrants", "batch", "repeats", "field", "relief", "inside", "basins", "rates",
  "quantity", "theory", "step", "hide", "predict", "slide"] as const;
export const HIDDEN: Hidden[] = ["nothing", "future", "landscape"];
const LONGEST = 20_000; // characters of an address that is read
const MOST = 40; // entrants
const MOST_OTHERS = 100; // runs beside the first
const MOST_RUNS = 1e7; // that a record numbers

type Kept = (typeof KEPT)[number];

export const keptOf = (state: State): Partial<State> => Object.fromEntries(KEPT.map((name) =>
  [name, name === "entrants" ? state.entrants.map(({ open, ...each }) => each) : state[name]]));

// The state that a slide begins with, the first one for -1
export const begun = (given: Given, first: State, slide: number): State =>
  structuredClone(slide < 0 ? first : { ...first, ...given.slides[slide].state, slide });

export function addressOf(state: State, given: Given, first: State): string {
  const from = begun(given, first, state.slide);
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(keptOf(state)) as [Kept, unknown][]) {
    if (JSON.stringify(value) !== JSON.stringify(from[name])) changed[name] = value;
  }
  const parts = state.slide < 0 ? [] : [`slide=${state.slide + 1}`];
  if (Object.keys(changed).length) {
    const bytes = new TextEncoder().encode(JSON.stringify(changed));
    parts.push(`s=${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`);
  }
  return parts.length ? `#${parts.join("&")}` : "";
}

export function restored(hash: string, given: Given, first: State): Partial<State> {
  const found = /^#(?:slide=(\d{1,3}))?&?(?:s=([\w-]+))?$/.exec(hash);
  if (!found || hash.length > LONGEST || Number(found[1] ?? 1) < 1 || Number(found[1] ?? 0) > given.slides.length) return {};
  const from = found[1] ? begun(given, first, Number(found[1]) - 1) : {};
  if (!found[2]) return from;
  try {
    const bytes = Uint8Array.from(atob(found[2].replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    return { ...from, ...accepted(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)), given, first) };
  } catch {
    return from;
  }
}

// What of a state that somebody else gives may be taken: TypeError where any of it is not what the page could have made.
export function accepted(told: any, given: Given, first: State): Partial<State> {
  if (typeof told !== "object" || told === null) throw new TypeError("the state is no object");
  const entrants = given.typing.entries((Object.hasOwn(told, "rules") && rulesOf(told.rules)) || []);
  return Object.fromEntries(KEPT.filter((name) => Object.hasOwn(told, name)).map((name) => {
    const value = READ[name](told[name], { ...given, entrants }, first);
    if (value === undefined) throw new TypeError(`${name} cannot be ${JSON.stringify(told[name])}`);
    return [name, value];
  }));
}

const number = (x: unknown): x is number => typeof x === "number" && Number.isFinite(x);
const point = (x: unknown): x is Point => Array.isArray(x) && x.length === 2 && x.every(number);
const isWindow = (x: unknown): x is Window =>
  Array.isArray(x) && x.length === 2 && x.every((side) => point(side) && side[0] < side[1]);
const place = (x: unknown, { limit }: Given): x is Point => point(x) && x.every((each) => Math.abs(each) <= limit);
const isOther = (x: any, given: Given): x is Other =>
  Number.isSafeInteger(x?.run) && x.run >= 0 && x.run < MOST_RUNS && (x.start === null || place(x.start, given));
const isStep = (x: unknown, least: number, most: number): x is number =>
  Number.isInteger(x) && (x as number) >= least && (x as number) <= most;
const isQuestion = (x: any, steps: number): x is Question =>
  typeof x === "object" && isStep(x.entrant, 0, MOST - 1) && isStep(x.step, 1, steps);
const boolean = (x: unknown) => (typeof x === "boolean" ? x : undefined);
const entrant = (x: unknown) => (Number.isInteger(x) && (x as number) >= -1 && (x as number) < MOST ? (x as number) : undefined);

// Each gives the value, undefined where it is none.
const READ: { [K in Kept]: (told: any, given: Given, first: State) => State[K] | undefined } = {
  formula: (x, given) => (x === null || given.typed ? functionOf(x) : undefined),
  rules: (x, given) => (given.typed || x?.length === 0 ? rulesOf(x) : undefined),
  start: (x, given) => (place(x, given) ? [...x] : undefined),
  others(x, given) {
    if (!Array.isArray(x) || x.length > MOST_OTHERS) return undefined;
    return x.every((each) => isOther(each, given)) ? x.map(({ run, start }) => ({ run, start: start && [...start] })) : undefined;
  },
  view: (x) => (isWindow(x) ? [[...x[0]], [...x[1]]] : undefined),
  seed: (x) => (typeof x === "string" && /^\d{1,19}$/.test(x) && BigInt(x) < 1n << 63n ? x : undefined),
  noise: (x, given, first) => valuesOf(x, given.noise, Object.keys(first.noise)),
  batch: (x, given, first) => (x === first.batch || given.batches.includes(x) ? x : undefined),
  repeats: boolean,
  field: boolean,
  relief: boolean,
  theory: boolean,
  inside: entrant,
  basins: entrant,
  rates: entrant,
  step: (x, _, { steps }) => (isStep(x, 0, steps) ? x : undefined),
  hide: (x) => (HIDDEN.includes(x) ? x : undefined),
  predict: (x, _, { steps }) => (x === null || isQuestion(x, steps) ? x && { entrant: x.entrant, step: x.step } : undefined),
  slide: (x, { slides }) => (isStep(x, -1, slides.length - 1) ? x : undefined),
  quantity: (x, { texts }) => (typeof x === "string" && QUANTITIES.includes(x) && x in texts ? x : undefined),
  entrants(x, given, first) {
    if (!Array.isArray(x) || x.length > MOST) return undefined;
    const made = x.map((each) => entrantOf(each, given, first));
    return made.some((each) => each === undefined) ? undefined : (made as Entrant[]);
  },
};

function entrantOf(told: any, given: Given, first: State): Entrant | undefined {
  const about: Entry | undefined = Number.isInteger(told?.of) ? given.entrants[told.of] : undefined;
  if (about === undefined || !Number.isInteger(told.look) || told.look < 0 || told.look > 1000) return undefined;
  if (typeof told.shown !== "boolean") return undefined;
  if (told.schedule !== "" && !Object.hasOwn(given.schedules, told.schedule)) return undefined;
  const own = about.inputs.filter((input) => !input.noise);
  const values = valuesOf(told.values, own, own.map((input) => input.name));
  const each = eachOf(told.each ?? {}, own, first.others.length);
  return values && each && { of: told.of, look: told.look, shown: told.shown, values, each, schedule: told.schedule };
}

// A number for each of the names, within what may be typed into its field
function valuesOf(told: any, inputs: Input[], names: string[]): Record<string, number> | undefined {
  if (typeof told !== "object" || told === null) return undefined;
  const made: Record<string, number> = {};
  for (const name of names) {
    if (!Object.hasOwn(told, name) || !within(told[name], inputs.find((input) => input.name === name))) return undefined;
    made[name] = told[name];
  }
  return made;
}

function eachOf(told: any, inputs: Input[], runs: number): Record<string, number[]> | undefined {
  if (typeof told !== "object" || told === null) return undefined;
  const made: Record<string, number[]> = {};
  for (const [name, values] of Object.entries(told)) {
    const input = inputs.find((each) => each.name === name);
    if (!Array.isArray(values) || values.length !== runs || !values.every((x) => within(x, input))) return undefined;
    made[name] = [...values];
  }
  return made;
}

const within = (x: unknown, input: Input | undefined) =>
  number(x) && input !== undefined && x >= input.range.least && x <= input.range.most;
