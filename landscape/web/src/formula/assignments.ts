// A rule as text becomes a step, as landscape/program/assignments.py reads and takes it, and a class in Python.
//
//   const rule = readRule("m = beta*m + g; p = p - lr*m");    // Refused where it is none
//   rule.state; rule.parameters                              // ["m"], ["beta"]
//   rule.take([p, g, lr, t, ...state, ...parameters], out)    // out: p, then the state
import { SIGNS, grammar, recorded } from "./formula";
import { CONSTANTS, FUNCTIONS, LIMITS, Refused, type Tree, checkLength, checkLetters, checkName, isFunction, namesIn, parsed,
  powerIn } from "./parser";
import { type Operand, Tape, compiled } from "./tape";

export interface Rule {
  text: string;
  steps: [string, Tree][];
  state: string[];
  parameters: string[];
  uses: Set<string>;
  take: (x: ArrayLike<number>, out: Float64Array) => void;
}

const GIVEN = ["p", "g", "lr", "t"];
const fixed = (name: string) => ["g", "t", "lr"].includes(name) || Object.hasOwn(CONSTANTS, name) || isFunction(name);

export function readRule(text: string): Rule {
  checkLength(text);
  const line = text.replaceAll("\r\n", ";").replaceAll("\n", ";");
  const pieces = line.split(";").filter((piece) => /[^ ]/.test(piece));
  if (!pieces.length) throw new Refused("assignments");
  checkLetters(line);
  if (pieces.length > LIMITS.assignments) throw new Refused("many", { most: LIMITS.assignments, count: pieces.length });
  const steps = pieces.map(assignment);
  const assigned = steps.map(([name]) => name);
  if (!assigned.includes("p")) throw new Refused("position");
  const read = steps.map(([, tree]) => namesIn(tree));
  const uses = new Set(read.flat());
  if (!uses.has("g")) throw new Refused("gradient");
  const state = [...new Set(assigned)].filter((name) => name !== "p"
    && read.slice(0, assigned.indexOf(name) + 1).some((names) => names.includes(name)));
  checkUse(steps, read);
  checkZeros(steps, state);
  const parameters = [...uses].filter((name) => ![...assigned, ...GIVEN].includes(name) && !Object.hasOwn(CONSTANTS, name));
  return { text, steps, state, parameters, uses, take: taken(steps, state, parameters) };
}

function assignment(piece: string): [string, Tree] {
  const found = /^\s*([A-Za-z_][A-Za-z_0-9]*)\s*([-+*/]?)=(?!=)(.*)$/.exec(piece);
  if (!found) throw new Refused("assignment", { piece: piece.replace(/^ +| +$/g, "").slice(0, 40) });
  const [, name, sign, formula] = found;
  checkName(name);
  if (fixed(name)) throw new Refused("target", { name });
  const tree = parsed(formula);
  const names = namesIn(tree).filter((each) => !Object.hasOwn(CONSTANTS, each));
  const tape = new Tape(names.length); // which finds numbers that are none
  recorded(tape, tree, { ...CONSTANTS, ...Object.fromEntries(names.map((each, i) => [each, tape.inputs[i]])) });
  return [name, sign ? { kind: "binary", sign, of: [{ kind: "name", name }, tree] } : tree];
}

function checkUse(steps: [string, Tree][], read: string[][]): void {
  const used = new Set(["p"]);
  for (let size = 0; size !== used.size; ) {
    size = used.size;
    steps.forEach(([name], i) => used.has(name) && read[i].forEach((each) => used.add(each)));
  }
  const idle = steps.find(([name]) => !used.has(name));
  if (idle) throw new Refused("unused", { name: idle[0] });
}

// Refused where what is kept begins at 0 and stays there
function checkZeros(steps: [string, Tree][], state: string[]): void {
  let zeros = new Set(state);
  for (;;) {
    const now = new Set(zeros);
    for (const [name, tree] of steps) isZero(tree, now) ? now.add(name) : now.delete(name);
    if ([...zeros].every((name) => now.has(name))) break;
    zeros = new Set([...zeros].filter((name) => now.has(name)));
  }
  const name = state.find((each) => zeros.has(each));
  if (name !== undefined) throw new Refused("zero", { name });
}

function isZero(tree: Tree, zeros: Set<string>): boolean {
  const inner = (part: Tree) => isZero(part, zeros);
  switch (tree.kind) {
    case "number":
      return tree.value === 0;
    case "name":
      return zeros.has(tree.name);
    case "signed":
      return inner(tree.of[0]);
    case "call":
      return grammar.odd.includes(tree.name) && tree.of.every(inner);
    case "binary":
      if (tree.sign === "**") return (powerIn(tree.of[1]) ?? 0) > 0 && inner(tree.of[0]);
      if (tree.sign === "*") return tree.of.some(inner);
      return tree.sign === "/" ? inner(tree.of[0]) : tree.of.every(inner);
  }
}

// The step of one coordinate: inputs p, g, lr, t, the state and the parameters; outputs p and the state
function taken(steps: [string, Tree][], state: string[], parameters: string[]): Rule["take"] {
  const names = [...GIVEN, ...state, ...parameters];
  const tape = new Tape(names.length);
  const known: Record<string, Operand> = { ...CONSTANTS, ...Object.fromEntries(names.map((name, i) => [name, tape.inputs[i]])) };
  for (const [name, tree] of steps) known[name] = valueOf(tape, tree, known);
  return compiled(tape, [known.p, ...state.map((name) => known[name])]);
}

function valueOf({ apply }: Tape, tree: Tree, known: Record<string, Operand>): Operand {
  const walk = (part: Tree): Operand => {
    switch (part.kind) {
      case "number":
        return part.value;
      case "name":
        return known[part.name];
      case "signed":
        return part.sign === "-" ? apply("negative", walk(part.of[0])) : walk(part.of[0]);
      case "call":
        return called(part.name, part.of.map(walk));
      case "binary": {
        const base = walk(part.of[0]);
        if (part.sign !== "**") return apply(SIGNS[part.sign], base, walk(part.of[1]));
        const power = powerIn(part.of[1]);
        if (power === null) return apply("exp", apply("multiply", walk(part.of[1]), apply("log", base)));
        if (power === 0 || power === 1) return power ? base : 1;
        if (power === 2) return apply("multiply", base, base);
        return power === 0.5 ? apply("sqrt", base) : apply("power", base, power);
      }
    }
  };
  const called = (name: string, [a, b]: Operand[]): Operand => {
    const below = (x: Operand) => apply("negative", x);
    if (name === "abs") return apply("select", a, apply("select", below(a), 0, a), below(a));
    if (name === "sign") return apply("select", a, apply("select", below(a), 0, 1), -1);
    if (name === "max") return apply("select", apply("subtract", a, b), a, b);
    if (name === "min") return apply("select", apply("subtract", b, a), a, b);
    return apply(FUNCTIONS[name], a);
  };
  return walk(tree);
}

const TAKEN = new Set(["self", "state", "params", "np", "ls", "init", "apply", "step", "name", "kept", "needs", "invariances",
  "absolute", "sign", "largest", "smallest", "erf"]);
const BRANCHES: Record<string, string> = { abs: "absolute", sign: "sign", max: "largest", min: "smallest", erf: "erf" };
const RANKS: Record<string, number> = { "+": 1, "-": 1, "*": 2, "/": 2 };

// The rule as a class in Python that takes the same steps
export function classOf(rule: Rule, name: string, lr: number, values: Record<string, number>): string {
  const { steps, state, parameters, uses } = rule;
  const own = (each: string) => (TAKEN.has(each) ? `${each}_` : each);
  const helpers = new Set<string>();
  const kept = [...state.map(own), ...(uses.has("t") ? ["t"] : [])];
  const text = (tree: Tree, rank: number): string => {
    const within = (made: string, own: number) => (own < rank ? `(${made})` : made);
    switch (tree.kind) {
      case "number":
        return String(tree.value);
      case "name":
        if (Object.hasOwn(CONSTANTS, tree.name)) return `np.${tree.name}`;
        return parameters.includes(tree.name) ? `self.${own(tree.name)}` : own(tree.name);
      case "signed":
        return tree.sign === "-" ? within(`-${text(tree.of[0], 3)}`, 2) : text(tree.of[0], rank);
      case "call": {
        const branch = BRANCHES[tree.name];
        if (branch) helpers.add(branch);
        return `${branch ?? `np.${FUNCTIONS[tree.name]}`}(${tree.of.map((each) => text(each, 0)).join(", ")})`;
      }
      case "binary": {
        const [left, right] = tree.of;
        if (tree.sign !== "**") {
          const own = RANKS[tree.sign];
          const gap = own === 1 ? " " : "";
          return within(`${text(left, own)}${gap}${tree.sign}${gap}${text(right, own + 1)}`, own);
        }
        const power = powerIn(right);
        if (power === null) return `np.exp(${text(right, 2)}*np.log(${text(left, 0)}))`;
        return power === 0.5 ? `np.sqrt(${text(left, 0)})` : within(`${text(left, 4)}**${power < 0 ? `(${power})` : power}`, 3);
      }
    }
  };
  const lines = steps.map(([target, tree]) => `        ${own(target)} = ${text(tree, 0)}`);
  const tuple = (parts: string[]) => (parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`);
  const zeros = [...state.map(() => "np.zeros_like(params)"), ...(uses.has("t") ? ["0.0"] : [])];
  return [
    "import numpy as np", "", "import landscape as ls",
    ...(helpers.size ? [`from landscape.core.elementary import ${[...helpers].sort().join(", ")}`] : []), "", "",
    `class ${name}(ls.Optimizer):`,
    `    lr: float = ${lr}`,
    ...parameters.map((each) => `    ${own(each)}: float = ${values[each]}`), "",
    "    def init(self, params):",
    `        return ${tuple(zeros)}`, "",
    "    def apply(self, p, g, state, lr):",
    ...(kept.length ? [`        ${tuple(kept)} = state`] : []),
    ...(uses.has("t") ? ["        t = t + 1"] : []),
    ...lines,
    `        return p, ${tuple(kept)}`, "",
  ].join("\n");
}
