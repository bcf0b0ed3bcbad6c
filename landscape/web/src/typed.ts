// Functions and rules that a reader types: what of them may be in a state, and how a page computes with them.
//
//   const typing = createTyping(given, kernels, { measures, plain })
//   typing.apply(state)                // from now on the race is that of the state's texts
//   typing.value(x, y)                 // the loss of the function that was typed, null where none is
import { type Rule, readRule } from "./formula/assignments";
import { type Formula, namesOf, read } from "./formula/formula";
import { criticalPoints } from "./formula/points";
import type { Kernels } from "./race";
import type { Entry, Given, Input, Kernel, Range, State, TypedFunction, Window, Written } from "./types";

export const MOST_RULES = 8, MOST_PARAMETERS = 20;
const LARGEST = 1e100; // a number that a formula may hold
const RATE = 0.01;

export interface Typing {
  readonly base: number; // how many entrants the page has of its own
  apply(state: State): boolean; // whether the function is another than before
  measures(): Written | null; // of the function that was typed
  entries(rules: string[]): Entry[]; // of all entrants, typed rules after the others
}

// plain: the kernel of plain descent, whose gradient has the page's noise; null where the page does not compute.
export function createTyping(given: Given, kernels: Kernels, plain: Kernel | null): Typing {
  const base = given.entrants.length;
  given.entrants.forEach((about, i) => {
    if (about.text === undefined || !plain || !kernels[i]) return;
    about.rule = readRule(about.text);
    kernels[i] = { ...kernelOfRule(about.rule, plain, given), measures: kernels[i]!.measures };
  });
  const own = kernels.map((kernel) => kernel?.measures ?? null);
  const first = { points: given.points, lowest: given.lowest, curvatures: given.curvatures, bowl: given.bowl, labels: [...given.labels] };
  const known: string[] = [];
  let shown = "null", current: Written | null = null;

  const labelled = (text: string, i: number): Entry => entryOf(given, readRule(text), i + 1);

  function follow({ formula, window }: State): boolean {
    const key = JSON.stringify(formula);
    if (key === shown) return false;
    shown = key;
    const made = formula && read(formula.text, formula.parameters);
    current = made && writtenOf(made);
    kernels.forEach((kernel, i) => {
      if (kernel) kernel.measures = current ?? own[i] ?? plain!.measures;
    });
    given.entrants.forEach((about) => (about.away = made !== null && !about.free));
    const { labels, ...seen } = made ? { ...criticalPoints(made, window), bowl: false, labels: made.variables } : first;
    Object.assign(given, seen);
    given.labels.splice(0, 2, labels[0], labels[1]);
    return true;
  }

  return {
    base,
    measures: () => current,
    entries: (rules) => [...given.entrants.slice(0, base), ...rules.map(labelled)],
    apply(state) {
      if (!plain) return false;
      state.rules.forEach((text, i) => {
        if (known[i] === text) return;
        known[i] = text;
        given.entrants[base + i] = labelled(text, i);
        kernels[base + i] = { ...kernelOfRule(readRule(text), plain, given), measures: current ?? own.find(Boolean)! };
        own[base + i] = own.find(Boolean)!;
        given.entrants[base + i].away = current !== null && !given.typed!.free;
      });
      return follow(state);
    },
  };
}

const writtenOf = ({ measures }: Formula): Written => (x, _, o) => measures(x, o);

// The entry of a typed rule, as Python gives one of those of the record
function entryOf(given: Given, rule: Rule, number: number): Entry {
  const { inputs, planned } = given.typed!.about;
  const own = numbersOf(rule).map((name): Input =>
    ({ name, label: name === "lr" ? given.texts.rate : name, noise: false, main: name === "lr", range: rangeOf(name) }));
  return {
    label: given.texts.own_rule.replace("{number}", String(number)), inputs: [...own, ...inputs.filter((each) => each.noise)],
    values: Object.fromEntries(own.map(({ name }) => [name, usual(name)])), scales: [1], factors: null, varied: [], planned,
    schedule: given.typed!.schedule, theory: null, plays: false, recorded: null, why: "", slopes: true, free: given.typed!.free, rule,
  };
}

const numbersOf = ({ uses, parameters }: Rule) => [...(uses.has("lr") ? ["lr"] : []), ...parameters];

// What a name begins with
function usual(name: string): number {
  if (name === "lr") return RATE;
  if (/^eps/.test(name)) return 1e-8;
  if (!isShare(name)) return 0.1;
  return name.endsWith("2") ? 0.999 : 0.9;
}

const isShare = (name: string) => /^(b|beta|momentum|mu|rho|gamma|decay)\d*$/.test(name);

function rangeOf(name: string): Range {
  if (isShare(name)) return { kind: "fraction", low: 0, high: 0.9999, least: -LARGEST, most: LARGEST };
  const value = usual(name);
  return { kind: "log", low: value / 1e3, high: value * 1e3, least: name === "lr" ? 0 : -LARGEST, most: LARGEST };
}

export const RANGE_OF_PARAMETER: Range = { kind: "linear", low: -10, high: 10, least: -LARGEST, most: LARGEST };

// The kernel of a rule: the noisy gradient is that of plain descent, the rest the rule's own, for each coordinate alone.
function kernelOfRule({ state, parameters, uses, take }: Rule, plain: Kernel, given: Given): Kernel {
  const { dim } = plain, own = dim * state.length, rated = uses.has("lr") ? 1 : 0;
  const noises = given.typed!.about.inputs.map((input) => input.noise);
  const hyper = rated + parameters.length + noises.filter(Boolean).length;
  const memory = plain.kept, rest = dim + own + memory + hyper; // where the factor of the rate stands
  const below = new Float64Array(dim + memory + plain.hyper + 64), got = new Float64Array(dim + memory + dim);
  const y = new Float64Array(4 + state.length + parameters.length), z = new Float64Array(1 + state.length);

  // one coordinate after the other, given its gradient
  const move = (x: Float64Array, gradient: (i: number) => number, o: Float64Array) => {
    const values = dim + own + memory;
    y[2] = (rated ? x[values] : 0) * x[rest];
    y[3] = x[rest + 1] + 1;
    for (let j = 0; j < parameters.length; j++) y[4 + state.length + j] = x[values + rated + j];
    for (let i = 0; i < dim; i++) {
      [y[0], y[1]] = [x[i], gradient(i)];
      for (let j = 0; j < state.length; j++) y[4 + j] = x[dim + dim * j + i];
      take(y, z);
      o[i] = z[0];
      for (let j = 0; j < state.length; j++) o[dim + dim * j + i] = z[1 + j];
    }
  };
  const step: Written = (x, d, o) => {
    const size = x.length - rest; // the rate's factor, the step, schedules of the noise, the loss and its gradient
    for (let i = 0; i < dim; i++) below[i] = x[i];
    for (let i = 0; i < memory; i++) below[dim + i] = x[dim + own + i];
    let noise = dim + own + memory + rated + parameters.length;
    noises.forEach((is, i) => (below[dim + memory + i] = is ? x[noise++] : 0));
    for (let i = 0; i < size; i++) below[dim + memory + plain.hyper + i] = x[rest + i];
    plain.step(below, d, got);
    move(x, (i) => got[dim + memory + i], o);
    for (let i = 0; i < memory; i++) o[dim + own + i] = got[dim + i];
    for (let i = 0; i < dim; i++) o[dim + own + memory + i] = got[dim + memory + i];
  };
  const moved = new Float64Array(dim + own);
  return {
    ...plain, kept: own + memory, hyper, step, names: state.flatMap((name) => Array<string>(dim).fill(name)),
    begin(x, d, o) {
      const from = new Float64Array(dim + plain.hyper), begun = new Float64Array(memory);
      for (let i = 0; i < dim; i++) from[i] = x[i];
      let noise = dim + rated + parameters.length;
      noises.forEach((is, i) => (from[dim + i] = is ? x[noise++] : 0));
      plain.begin(from, d, begun);
      o.fill(0, 0, own);
      o.set(begun, own);
    },
    applied(x, _, o) {
      move(x, () => 0, moved);
      for (let i = 0; i < dim; i++) o[i] = moved[i] - x[i];
    },
  };
}

// What a state may have of a function and of rules; undefined where it may not.
export function functionOf(told: any): TypedFunction | null | undefined {
  if (told === null) return null;
  if (typeof told?.text !== "string" || typeof told.parameters !== "object" || told.parameters === null) return undefined;
  const parameters: Record<string, number> = {};
  const { parameters: names } = namesOf(told.text);
  if (names.length > MOST_PARAMETERS || Object.keys(told.parameters).length !== names.length) return undefined;
  for (const name of names) {
    const value = Object.hasOwn(told.parameters, name) ? told.parameters[name] : undefined;
    if (typeof value !== "number" || !(Math.abs(value) <= LARGEST)) return undefined;
    parameters[name] = value;
  }
  read(told.text, parameters);
  return { text: told.text, parameters };
}

export function rulesOf(told: any): string[] | undefined {
  if (!Array.isArray(told) || told.length > MOST_RULES || !told.every((text) => typeof text === "string")) return undefined;
  return told.map((text) => readRule(text).text);
}

// The tables of a scenario
export const surfaceTable = ({ text, parameters }: TypedFunction, window: Window) =>
  ({ name: "expression", text, ...(Object.keys(parameters).length && { parameters }), window });

export function ruleTable({ text }: Rule, { lr, ...parameters }: Record<string, number>) {
  return { name: "expression", text, ...(lr !== undefined && { lr }), ...(Object.keys(parameters).length && { parameters }) };
}
