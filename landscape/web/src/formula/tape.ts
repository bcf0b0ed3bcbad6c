// Writes operations down, each once, as landscape/program does: recorded, simplified, differentiated by Python's own
// table of slopes, and carried out by a loop over them. No text is made of them that would be run.
//
//   const tape = new Tape(2), [x, y] = tape.inputs;
//   const f = compiled(tape, [tape.apply("multiply", x, y)]);
//   f([2, 3], out);                              // out[0] is 6
import { erf, power } from "../functions";
import grammar from "./grammar.json";
import { Refused } from "./parser";

export class Value {
  constructor(readonly index: number) {}
}

export type Operand = Value | number;
type Apply = (name: string, ...operands: Operand[]) => Operand;

const DONE: Record<string, (a: number, b: number, c: number) => number> = {
  add: (a, b) => a + b, subtract: (a, b) => a - b, multiply: (a, b) => a * b, divide: (a, b) => a / b,
  negative: (a) => -a, power, sqrt: Math.sqrt, exp: Math.exp, expm1: Math.expm1, log: Math.log, log1p: Math.log1p,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, tanh: Math.tanh, sinh: Math.sinh, cosh: Math.cosh, arctan: Math.atan,
  arcsin: Math.asin, arccos: Math.acos, erf, select: (a, b, c) => (a >= 0 ? b : c),
};
const NAMES = Object.keys(DONE);
const LARGEST = grammar.limits.largest, SAFE = 1e100;

export class Tape {
  readonly nodes: { name: string; operands: Operand[] }[] = [];
  readonly inputs: Value[];
  private known = new Map<string, Value>();

  constructor(count: number) {
    this.inputs = Array.from({ length: count }, (_, i) => new Value(i));
    this.nodes = this.inputs.map(() => ({ name: "input", operands: [] }));
  }

  // An operation as it stands; on numbers alone it is a number.
  apply: Apply = (name, ...operands) => {
    if (name === "select" && typeof operands[0] === "number") return operands[0] >= 0 ? operands[1] : operands[2];
    if (operands.every((each) => typeof each === "number")) return DONE[name](...(operands as [number, number, number]));
    if (name === "power" && operands[1] === 2) return this.apply("multiply", operands[0], operands[0]);
    const key = `${name} ${operands.map((each) => (each instanceof Value ? `#${each.index}` : Object.is(each, -0) ? "-0" : each))}`;
    let found = this.known.get(key);
    if (found === undefined) {
      this.nodes.push({ name, operands });
      this.known.set(key, (found = new Value(this.nodes.length - 1)));
    }
    return found;
  };

  // The operations that outputs need, in order
  needed(outputs: Operand[]): number[] {
    const wanted = new Set(outputs.flatMap((each) => (each instanceof Value ? [each.index] : [])));
    for (let index = this.nodes.length - 1; index >= 0; index--) {
      if (!wanted.has(index)) continue;
      for (const each of this.nodes[index].operands) if (each instanceof Value) wanted.add(each.index);
    }
    return [...wanted].filter((index) => index >= this.inputs.length).sort((a, b) => a - b);
  }
}

// The outputs of a tape as a function of its inputs
export function compiled(tape: Tape, outputs: Operand[]): (x: ArrayLike<number>, out: Float64Array) => void {
  const order = tape.needed(outputs), count = tape.inputs.length;
  const places = new Map<number, number>(tape.inputs.map(({ index }) => [index, index]));
  order.forEach((index, i) => places.set(index, count + i));
  const numbers: number[] = [];
  const placeOf = (each: Operand | undefined): number => {
    if (each === undefined) return 0;
    return each instanceof Value ? places.get(each.index)! : count + order.length + numbers.push(each) - 1;
  };
  const codes = Int32Array.from(order.flatMap((index) => {
    const { name, operands } = tape.nodes[index];
    return [NAMES.indexOf(name), placeOf(operands[0]), placeOf(operands[1]), placeOf(operands[2])];
  }));
  const ends = Int32Array.from(outputs, placeOf);
  const cells = new Float64Array(count + order.length + numbers.length);
  cells.set(numbers, count + order.length);
  const functions = NAMES.map((name) => DONE[name]);
  return (x, out) => {
    for (let i = 0; i < count; i++) cells[i] = x[i];
    for (let at = 0, to = count; at < codes.length; at += 4, to++) {
      const a = cells[codes[at + 1]], b = cells[codes[at + 2]];
      switch (codes[at]) {
        case 0: cells[to] = a + b; break;
        case 1: cells[to] = a - b; break;
        case 2: cells[to] = a * b; break;
        case 3: cells[to] = a / b; break;
        case 4: cells[to] = -a; break;
        default: cells[to] = functions[codes[at]](a, b, cells[codes[at + 3]]);
      }
    }
    for (let i = 0; i < ends.length; i++) out[i] = cells[ends[i]];
  };
}

// The slope of an output along each input, in one pass back, by the slopes of landscape/derivatives/rules.py
export function gradient(tape: Tape, output: Operand, inputs: Value[]): Operand[] {
  if (!(output instanceof Value)) return inputs.map(() => 0);
  const slopes = new Map<number, Operand>([[output.index, 1]]);
  for (let index = output.index; index >= 0; index--) {
    const slope = slopes.get(index);
    if (slope === undefined) continue;
    const { name, operands } = tape.nodes[index];
    operands.forEach((operand, i) => {
      if (!(operand instanceof Value) || (name === "select" && i === 0)) return;
      const part = slopeOf(tape, name, i, [slope, new Value(index), ...operands]);
      const known = slopes.get(operand.index);
      slopes.set(operand.index, known === undefined ? part : tape.apply("add", known, part));
    });
  }
  return inputs.map(({ index }) => slopes.get(index) ?? 0);
}

type Line = [string, ...(number | string)[]];
const SLOPES = grammar.slopes as unknown as Record<string, { lines: Line[]; result: number | string }[]>;

// A rule of the table, written down: its texts are places, of (g, out, *operands) and then of its own lines
function slopeOf(tape: Tape, name: string, i: number, values: Operand[]): Operand {
  const { lines, result } = SLOPES[name][i];
  const of = (each: number | string): Operand => (typeof each === "string" ? values[Number(each)] : each);
  for (const [operation, ...operands] of lines) values.push(tape.apply(operation, ...operands.map(of)));
  return of(result);
}

// The second derivatives, row by row, each pair once
export function hessian(tape: Tape, slopes: Operand[], inputs: Value[]): Operand[] {
  const rows = slopes.map((slope, i) => gradient(tape, slope, inputs.slice(0, i + 1)));
  return inputs.flatMap((_, i) => inputs.map((_, j) => rows[Math.max(i, j)][Math.min(i, j)]));
}

// The same outputs on a tape of their own, written down anew by what `simple` leaves of them
export function simplified(tape: Tape, outputs: Operand[]): [Tape, Operand[]] {
  const made = new Tape(tape.inputs.length), apply = simple(made);
  const values = new Map<number, Operand>(made.inputs.map((each) => [each.index, each]));
  const of = (each: Operand) => (each instanceof Value ? values.get(each.index)! : each);
  for (const index of tape.needed(outputs)) {
    const { name, operands } = tape.nodes[index];
    values.set(index, apply(name, ...operands.map(of)));
  }
  return [made, outputs.map(of).map((each) => (each instanceof Value ? each : checkedNumber(each)))];
}

export function checkedNumber(value: number): number {
  if (!(Math.abs(value) <= LARGEST)) throw new Refused("finite");
  return value;
}

// Operations that write down no more than they must, as landscape/program/simplify.py has them
export function simple(tape: Tape): Apply {
  const known = (x: Operand): x is number => typeof x === "number";
  const computed = (name: string, ...numbers: Operand[]) => checkedNumber(tape.apply(name, ...numbers) as number);
  const madeOf = (x: Operand, name: string): Operand[] | null =>
    !known(x) && tape.nodes[x.index].name === name ? tape.nodes[x.index].operands : null;
  const safe = (x: Operand) => known(x) && 1 / SAFE <= Math.abs(x) && Math.abs(x) <= SAFE;

  function add(a: Operand, b: Operand): Operand {
    if (known(a) && known(b)) return computed("add", a, b);
    if (known(b)) [a, b] = [b, a];
    if (known(a)) return a ? tape.apply("add", a, b) : b;
    let inner = madeOf(b, "negative");
    if (inner) return subtract(a, inner[0]);
    inner = madeOf(a, "negative");
    if (inner) return subtract(b, inner[0]);
    const other = b as Value;
    if (a.index === other.index) return multiply(2, a);
    return a.index < other.index ? tape.apply("add", a, other) : tape.apply("add", other, a);
  }
  function subtract(a: Operand, b: Operand): Operand {
    if (known(b)) return add(a, -b);
    if (known(a) && !a) return negative(b);
    const inner = madeOf(b, "negative");
    if (inner) return add(a, inner[0]);
    return !known(a) && a.index === b.index ? 0 : tape.apply("subtract", a, b);
  }
  function negative(a: Operand): Operand {
    const inner = madeOf(a, "negative");
    if (inner) return inner[0];
    let pair = madeOf(a, "subtract");
    if (pair) return subtract(pair[1], pair[0]);
    pair = madeOf(a, "multiply");
    if (pair && known(pair[0])) return multiply(-pair[0], pair[1]);
    return tape.apply("negative", a);
  }
  function multiply(a: Operand, b: Operand): Operand {
    if (known(a) && known(b)) return computed("multiply", a, b);
    if (known(b)) [a, b] = [b, a];
    if (known(a)) {
      if (a === 0 || a === 1 || a === -1) return a === 1 ? b : a ? negative(b) : 0;
      const inner = madeOf(b, "negative");
      if (inner) return multiply(-a, inner[0]);
      const pair = madeOf(b, "multiply");
      if (pair && safe(a) && safe(pair[0])) return multiply(a * (pair[0] as number), pair[1]);
      return tape.apply("multiply", a, b);
    }
    for (const [x, y] of [[a, b], [b, a]]) {
      const inner = madeOf(x, "negative");
      if (inner) return negative(multiply(inner[0], y));
      const pair = madeOf(x, "multiply");
      if (pair && known(pair[0])) return multiply(pair[0], multiply(pair[1], y));
    }
    return a.index < (b as Value).index ? tape.apply("multiply", a, b) : tape.apply("multiply", b, a);
  }
  function divide(a: Operand, b: Operand): Operand {
    if (known(a) && known(b)) return computed("divide", a, b);
    if (known(b)) {
      checkedNumber(b ? 1 / b : Infinity);
      return b === 1 ? a : b === -1 ? negative(a) : tape.apply("divide", a, b);
    }
    if (known(a) && !a) return 0;
    let inner = madeOf(a, "negative");
    if (inner) return negative(divide(inner[0], b));
    inner = madeOf(b, "negative");
    return inner ? negative(divide(a, inner[0])) : tape.apply("divide", a, b);
  }
  function raised(base: Operand, exponent: Operand): Operand {
    if (!known(exponent)) return tape.apply("power", base, exponent);
    if (known(base)) return computed("power", base, exponent);
    if (exponent % 0.5) return tape.apply("power", base, exponent);
    const root = exponent % 1 ? tape.apply("sqrt", base) : 1;
    const made = multiply(product(base, Math.floor(Math.abs(exponent))), root);
    return exponent > 0 ? made : divide(1, made);
  }
  function product(x: Operand, n: number): Operand {
    let result: Operand = 1;
    while (n) {
      if (n & 1) result = multiply(result, x);
      n >>= 1;
      if (n) x = multiply(x, x);
    }
    return result;
  }
  function select(choice: Operand, positive: Operand, other: Operand): Operand {
    if (known(choice)) return choice >= 0 ? positive : other;
    const same = known(positive) || known(other) ? positive === other : positive.index === other.index;
    return same ? positive : tape.apply("select", choice, positive, other);
  }
  const own: Record<string, (...operands: any[]) => Operand> = { add, subtract, multiply, divide, negative, power: raised, select };
  return (name, ...operands) =>
    own[name]?.(...operands) ?? (known(operands[0]) ? computed(name, operands[0]) : tape.apply(name, operands[0]));
}
