import type { Rule } from "./formula/assignments";
import type { Typing } from "./typed";

// What a page is given by landscape/web/page.py, and the state that a reader changes.

export type Point = [number, number];
export type Window = [Point, Point]; // the low and the high of x, and of y

// Functions that landscape/program/javascript.py writes: inputs x, numbers drawn in this step d, outputs o
export type Written = (x: Float64Array, d: Float64Array | null, o: Float64Array) => void;

export interface Draw {
  kind: "normal" | "uniform" | "term";
  purpose: string;
  branches: number[];
  place: number;
  row: number;
}

export interface Kernel {
  dim: number;
  kept: number; // numbers of the rule's state and the noise's memory
  hyper: number;
  step: Written;
  begin: Written;
  measures: Written;
  applied: Written | null; // how far a rule moves for a gradient that stands at the end of x; null where it asks for more
  names: string[]; // of the numbers of the state: "m", "m", "v", "v", "beta1_power"
  given: boolean; // whether the step's outputs end with the gradient that the rule was given
  draws: Draw[];
  terms: number[][];
  batch: number; // terms that a step draws, whose mean the kernel is given; 0 where it is given that of all
}

// A finite sum: the loss and the gradient of a term by its data, and the data of all, rows x terms
export interface Terms {
  term: Written;
  data: number[][];
}

export interface Track {
  params: Float64Array;
  value: Float64Array;
  norm: Float64Array;
  status: "finished" | "converged" | "diverged";
  stopped: number;
  states?: Float64Array; // (steps + 1) x kept
  gradients?: Float64Array; // steps x dim, as the rule was given them
  resting?: Float64Array; // steps x dim, the moves without a gradient
}

export interface Range {
  kind: "log" | "fraction" | "linear";
  low: number;
  high: number;
  least: number;
  most: number;
}

export interface Input {
  name: string;
  label: string;
  noise: boolean;
  main: boolean;
  range: Range;
}

export interface Recorded {
  rows: number[];
  params: Float64Array;
  value: Float64Array;
  norm: Float64Array;
  status: Track["status"];
  stopped: number;
  ends: Float64Array; // the last places of the other runs, of an entrant that computes
  others: { rows: number[]; runs: { params: Float64Array; value: Float64Array }[] };
}

export interface Theory {
  rule: "sgd" | "momentum" | "nesterov";
  momentum: number | string | null; // the number, or the name of the input that has it
}

export interface Entry {
  label: string;
  inputs: Input[];
  values: Record<string, number>;
  scales: number[];
  factors: Float64Array | null;
  varied: (Float64Array | null)[];
  planned: Float64Array[];
  schedule: string;
  theory: Theory | null;
  plays: boolean; // whether it has no kernel
  recorded: Recorded | null; // null for a rule that the record has not
  why: string;
  slopes: boolean; // whether the rule is given gradients, not values alone
  refused?: boolean;
  free: boolean; // whether its kernel asks nothing of the surface but the loss and the gradient where it stands
  away?: boolean; // whether it has no race on the function that is shown
  text?: string; // of a rule of the record that is made of one
  rule?: Rule; // of one that is made of a text
}

export interface Critical {
  x: number;
  y: number;
  kind: "minimum" | "saddle" | "maximum";
  global: boolean;
  direction?: Point;
}

export interface Theme {
  name: string;
  paper: string;
  ink: string;
  quiet: string;
  grid: string;
  halo: string;
  unknown: string;
  contour: string;
  gold: string;
  mark: string;
  outline: string;
  edge: string;
  ramp: string[];
  runs: string[];
  texts: string[];
  regions: string[];
}

export interface TypedFunction {
  text: string;
  parameters: Record<string, number>;
}

export type Table = Record<string, unknown>; // a component as a scenario writes it

// What of a scenario the page does not compute with: enough to write its state as one
export interface Recipe {
  surface: Table;
  noise: Table | null;
  repeats: number;
  entrants: { table: Table; schedule: Table | null; schedules: Record<string, Table> | null }[];
  schedules: Record<string, Table>;
}

// What is hidden of a race: nothing; what runs do after the step that is shown; also what they have not seen
export type Hidden = "nothing" | "future" | "landscape";

// Where will this entrant be at this step?
export interface Question {
  entrant: number;
  step: number;
}

// A prepared state of a presenter's sequence, in what it differs from the first
export interface Slide {
  title: string;
  text: string;
  until: number | null; // the step up to which it plays before the next one is shown
  state: Partial<State>;
}

export interface Given {
  slides: Slide[];
  opened: Partial<State> | null; // a state that it opens with, where that is not the record's
  recipe: Recipe | null; // null where a scenario cannot have it
  title: string;
  surface: string;
  texts: Record<string, string>;
  labels: [string, string];
  points: Critical[];
  lowest: number | null;
  curvatures: number[] | null; // of the best minimum, ascending
  bowl: boolean; // whether the surface is a quadratic, whose curvatures are the same everywhere
  note: string;
  limit: number;
  repeats: number; // runs of each start, as they are numbered
  entrants: Entry[];
  noise: Input[];
  gaussian: boolean;
  batches: number[];
  terms: Terms | null; // that mini-batches are drawn from
  schedules: Record<string, Float64Array | null>;
  themes: { light: Theme; dark: Theme };
  grid: { window: Window; columns: number; rows: number; values: Float64Array } | null;
  levels: number;
  seconds: number;
  pacing: string;
  typed: { about: Pick<Entry, "inputs" | "planned">; free: boolean; schedule: string } | null; // of plain descent
  asks: boolean; // whether Python is there to compute what the page cannot
  typing: Typing; // what a reader types; made here
}

export interface Entrant {
  of: number;
  look: number;
  shown: boolean;
  values: Record<string, number>;
  each: Record<string, number[]>; // of hyper-parameters that differ from run to run, the values of the other runs
  schedule: string;
  open?: boolean;
}

// A run beside the first one: its number, and its start where that is another
export interface Other {
  run: number;
  start: Point | null;
}

export interface State {
  surface: string;
  formula: TypedFunction | null; // in place of the surface
  rules: string[]; // that entrants may have, numbered after those of the page
  window: Window;
  view: Window;
  start: Point;
  others: Other[];
  steps: number;
  seed: string;
  run: number;
  tolerance: number | null;
  noise: Record<string, number>;
  batch: number;
  entrants: Entrant[];
  repeats: boolean;
  field: boolean;
  relief: boolean;
  inside: number;
  basins: number;
  rates: number;
  quantity: string;
  theory: boolean;
  step: number;
  hide: Hidden;
  predict: Question | null;
  slide: number; // of the sequence, -1 for none
  theme: string;
}

// What the page shows of the state at the moment: not kept in links and files
export interface Live extends State {
  asking: boolean; // whether a place is predicted
  aim: Point | null; // of the cross
  guess: Point | null;
  hover: number | null;
  pointed: Point | null;
  adding: boolean;
  playing: boolean;
  settled: boolean;
}

// One of the state's entrants as it is drawn
export interface Run {
  entrant: Entrant;
  track: Track;
  cloud: Track[];
  colour: string;
  text: string;
  label: string;
  sides: number;
  turn: number;
}
