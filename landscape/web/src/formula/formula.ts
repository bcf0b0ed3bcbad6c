// A formula as text becomes a loss with its first and second derivatives, as landscape/surfaces/custom/expression.py
// makes them.
//
//   const { variables, measures, hessian } = read("x**2 + a*y**2", { a: 10 });     // Refused where it is none
//   measures([1, 2], out);                                                         // the loss and its gradient
import { CONSTANTS, FUNCTIONS, LIMITS, type Tree, Refused, namesIn, naturally, parsed, powerIn, variablesOf } from "./parser";
import { type Operand, Tape, Value, compiled, gradient, hessian, simple, simplified } from "./tape";
import grammar from "./grammar.json";

export interface Formula {
  variables: string[];
  value: (x: ArrayLike<number>, out: Float64Array) => void;
  measures: (x: ArrayLike<number>, out: Float64Array) => void; // the loss, then its gradient
  hessian: (x: ArrayLike<number>, out: Float64Array) => void; // row by row
}

export const SIGNS: Record<string, string> = { "+": "add", "-": "subtract", "*": "multiply", "/": "divide" };

export function read(text: string, parameters: Record<string, number>): Formula {
  const tree = parsed(text);
  const variables = variablesOf(tree, parameters);
  const raw = new Tape(variables.length), inputs = raw.inputs;
  const known = { ...CONSTANTS, ...parameters, ...Object.fromEntries(variables.map((name, i) => [name, inputs[i]])) };
  const value = recorded(raw, tree, known);
  const slopes = gradient(raw, value, inputs);
  const [tape, outputs] = simplified(raw, [value, ...slopes, ...hessian(raw, slopes, inputs)]);
  const count = tape.needed(outputs).length;
  if (count > LIMITS.operations) {
    throw new Refused("operations", { count: count.toLocaleString("en"), most: LIMITS.operations.toLocaleString("en") });
  }
  const last = 1 + variables.length;
  return { variables, value: compiled(tape, outputs.slice(0, 1)), measures: compiled(tape, outputs.slice(0, last)),
    hessian: compiled(tape, outputs.slice(last)) };
}

// The names of a formula that stand for coordinates of the plane, and those that stand for numbers; Refused where it is
// not clear which: x and y, x1 and x2, or the only two names that there are.
export function namesOf(text: string): { variables: string[]; parameters: string[] } {
  const names = naturally(namesIn(parsed(text)).filter((name) => !Object.hasOwn(CONSTANTS, name)));
  const pair = [["x", "y"], ["x1", "x2"], names].find((each) => each.length === 2 && each.every((name) => names.includes(name)));
  if (!pair) throw new Refused("plane", { names: names.join(", ") || "0" });
  return { variables: pair, parameters: names.filter((name) => !pair.includes(name)) };
}

// A tree written down, given a Value or a number for each name in it
export function recorded(tape: Tape, tree: Tree, known: Record<string, Operand>): Operand {
  const apply = simple(tape);
  const walk = (part: Tree): Operand => {
    switch (part.kind) {
      case "number":
        return part.value;
      case "name":
        return known[part.name];
      case "signed":
        return part.sign === "-" ? apply("negative", walk(part.of[0])) : walk(part.of[0]);
      case "call": {
        const inputs = part.of.map(walk);
        return branched(tape, part.name, inputs) ?? apply(FUNCTIONS[part.name], ...inputs);
      }
      case "binary":
        if (part.sign !== "**") return apply(SIGNS[part.sign], walk(part.of[0]), walk(part.of[1]));
        return powered(walk(part.of[0]), powerIn(part.of[1]), part.of[1]);
    }
  };
  const powered = (base: Operand, power: number | null, right: Tree): Operand => {
    const exponent = power ?? walk(right);
    if (exponent instanceof Value) return apply("exp", apply("multiply", exponent, apply("log", base)));
    if (!(Math.abs(exponent) <= LIMITS.power)) throw new Refused("power", { power: general(exponent), most: LIMITS.power });
    return base instanceof Value && exponent !== 0 && exponent !== 1
      ? tape.apply("power", base, exponent) : apply("power", base, exponent);
  };
  return walk(tree);
}

// |x|, sign, max and min of a formula, with the middle of the slopes at a kink; null for other functions
function branched({ apply }: Tape, name: string, [a, b]: Operand[]): Operand | null {
  const sign = (x: Operand) => apply("select", x, apply("select", apply("negative", x), 0, 1), -1);
  const middle = () => apply("add", apply("multiply", 0.5, a), apply("multiply", 0.5, b));
  if (name === "abs") return apply("multiply", a, sign(a));
  if (name === "sign") return sign(a);
  const up = () => apply("subtract", a, b), down = () => apply("subtract", b, a);
  if (name === "max") return apply("select", up(), apply("select", down(), middle(), a), b);
  if (name === "min") return apply("select", down(), apply("select", up(), middle(), a), b);
  return null;
}

// A number as Python's "g" writes it
export function general(x: number): string {
  const [digits, exponent] = x.toExponential(5).split("e");
  const size = Number(exponent);
  if (size >= -4 && size < 6) return String(Number(x.toPrecision(6)));
  return `${Number(digits)}e${size < 0 ? "-" : "+"}${String(Math.abs(size)).padStart(2, "0")}`;
}

export { grammar };
