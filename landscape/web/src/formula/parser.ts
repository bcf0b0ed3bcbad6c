// Reads the text of a formula as a tree, by the grammar of landscape/program/formula_parser.py and the limits of
// landscape/program/formula.py. The text is data: nothing of it is ever run.
//
//   const tree = parsed("x**2 + a*y**2");      // Refused where it is no formula: kind and values of what is said
import grammar from "./grammar.json";

export type Tree =
  | { kind: "number"; value: number }
  | { kind: "name"; name: string }
  | { kind: "call"; name: string; of: Tree[] }
  | { kind: "signed"; sign: string; of: Tree[] }
  | { kind: "binary"; sign: string; of: [Tree, Tree] };

export const LIMITS = grammar.limits;
export const CONSTANTS: Record<string, number> = grammar.constants;
export const FUNCTIONS: Record<string, string> = grammar.functions; // the name in a formula -> that of the operation
export const isFunction = (name: string) => Object.hasOwn(FUNCTIONS, name);
const isConstant = (name: string) => Object.hasOwn(CONSTANTS, name);
const WORDS = new Set(grammar.words);
const SIGNS = new Set(["+", "-", "*", "/", "**", "(", ")", ","]);
const TOKENS = /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z_0-9]*)|(?<sign>\*\*|\S)/g;

// Why a text is refused: kind is the name of a text in landscape/program/formula_texts.py, values fill it in.
export class Refused extends Error {
  constructor(readonly kind: string, readonly values: Record<string, string | number> = {}) {
    super(kind);
  }
}

// The sentence of a refusal, from the texts of the page
export const said = (texts: Record<string, string>, { kind, values }: Refused): string =>
  texts[`refused_${kind}`].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

interface Token {
  kind: "number" | "name" | "sign" | "end";
  text: string;
}

const END: Token = { kind: "end", text: "" };

export function parsed(text: string): Tree {
  checkLetters(text);
  const tree = treeOf(text);
  let parts = 0;
  let level: [Tree, number][] = [[tree, 1]];
  for (let depth = 0; depth < LIMITS.deep && level.length; depth++) {
    parts += level.length;
    level = level.flatMap(([part, degree]) => inner(part).map((each): [Tree, number] => [each, degree * degreeOf(part)]));
    if (level.some(([, degree]) => degree > LIMITS.power)) throw new Refused("powers", { most: LIMITS.power });
  }
  if (level.length) throw new Refused("deep", { most: LIMITS.deep });
  if (parts > LIMITS.parts) throw new Refused("parts", { most: LIMITS.parts, count: parts });
  return tree;
}

export function checkLength(text: string): void {
  if (text.length <= LIMITS.characters) return;
  let count = 0;
  for (const _ of text) count++;
  if (count > LIMITS.characters) throw new Refused("long", { most: LIMITS.characters, count });
}

export function checkLetters(text: string): void {
  checkLength(text);
  if (!text.trim() || /[^ \P{Z}]|\p{C}/u.test(text)) throw new Refused("line");
  const odd = [...text].find((letter) => letter === "#" || letter > "\x7f");
  if (odd !== undefined) throw new Refused("letters", { odd });
}

export function checkName(name: string): void {
  if (!/^[A-Za-z_]+\d*$/.test(name) || name.startsWith("_") || name.length > 32) {
    throw new Refused("name", { name: name.slice(0, 40) });
  }
  if (WORDS.has(name)) throw new Refused("word", { name });
}

// What a part is made of; Refused where it is none that a formula may have.
function inner(part: Tree): Tree[] {
  switch (part.kind) {
    case "binary":
      return part.sign === "**" && powerIn(part.of[1]) !== null ? [part.of[0]] : part.of;
    case "signed":
      return part.of;
    case "call": {
      const two = grammar.ofTwo.includes(part.name);
      if (!isFunction(part.name)) {
        throw new Refused("function", { name: part.name.slice(0, 40), names: Object.keys(FUNCTIONS).join(", ") });
      }
      if (part.of.length !== (two ? 2 : 1)) throw new Refused(two ? "two" : "one", { name: part.name });
      return part.of;
    }
    case "number":
      if (!(Math.abs(part.value) <= LIMITS.number)) throw new Refused("number", { most: grammar.said.number });
      return [];
    case "name":
      checkName(part.name);
      if (isFunction(part.name)) throw new Refused("argument", { name: part.name });
      return [];
  }
}

// By how much a part raises the power of what it is made of
function degreeOf(part: Tree): number {
  const power = part.kind === "binary" && part.sign === "**" ? powerIn(part.of[1]) : null;
  return power === null ? 1 : Math.max(1, Math.abs(power));
}

// The number in an exponent; null where there are names in it
export function powerIn(whole: Tree): number | null {
  let sign = 1, part = whole;
  for (let i = 0; i < LIMITS.deep && part.kind === "signed"; i++) {
    if (part.sign === "-") sign = -sign;
    part = part.of[0];
  }
  const plain = (it: Tree) => (it.kind === "number" && Math.abs(it.value) <= LIMITS.power ? it.value : null);
  if (part.kind === "binary" && part.sign === "/") {
    const above = plain(part.of[0]), below = plain(part.of[1]);
    if (above !== null && below) return (sign * above) / below;
  }
  const value = plain(part);
  if (value !== null) return sign * value;
  if (hasNames(whole)) return null;
  throw new Refused("exponent", { most: LIMITS.power });
}

const hasNames = (tree: Tree): boolean =>
  tree.kind === "name" || tree.kind === "call" || (tree.kind !== "number" && tree.of.some(hasNames));

// The names in a formula, as they come
export function namesIn(tree: Tree): string[] {
  if (tree.kind === "name") return [tree.name];
  return tree.kind === "number" ? [] : [...new Set(tree.of.flatMap(namesIn))];
}

// The variables of a formula: its names that are no parameters and no constants, in natural order
export function variablesOf(tree: Tree, parameters: Record<string, number>): string[] {
  const names = namesIn(tree);
  const idle = Object.keys(parameters).filter((name) => !names.includes(name)).sort();
  if (idle.length) throw new Refused("idle", { name: idle[0] });
  const free = names.filter((name) => !Object.hasOwn(parameters, name) && !isConstant(name));
  if (free.length < 1 || free.length > LIMITS.variables) {
    throw new Refused("variables", { most: LIMITS.variables, count: free.length });
  }
  return naturally(free);
}

// Names in natural order: x, x1, x2, x10, y
export function naturally(names: string[]): string[] {
  const key = (name: string): [string, number] => {
    const [, letters, digits] = /^(.*?)(\d*)$/.exec(name)!;
    return [letters, digits === "" ? -1 : Number(digits)];
  };
  return [...names].sort((one, other) => {
    const [a, i] = key(one), [b, j] = key(other);
    return a === b ? i - j : a < b ? -1 : 1;
  });
}

function treeOf(text: string): Tree {
  const tokens: Token[] = [...text.matchAll(TOKENS)].map(({ groups, 0: found }) =>
    ({ kind: groups!.number !== undefined ? "number" : groups!.name !== undefined ? "name" : "sign", text: found }));
  for (const { kind, text: odd } of tokens) {
    if (kind === "sign" && !SIGNS.has(odd)) throw odd === "^" ? new Refused("hat") : new Refused("sign", { odd });
  }
  let at = 0;
  const next = () => tokens[at] ?? END;

  const misplaced = (token: Token): Refused => {
    if (token.kind === "end") return new Refused("end");
    const before = tokens[at - 1] ?? { kind: "sign", text: "" };
    const ends = before.kind !== "sign" || before.text === ")";
    if (ends && (token.kind !== "sign" || token.text === "(")) {
      return new Refused("between", { before: before.text.slice(0, 32), after: token.text.slice(0, 32) });
    }
    return new Refused("place", { odd: token.text.slice(0, 32) });
  };
  const take = (...texts: string[]): string => {
    const token = next();
    if (token.kind !== "sign" || !texts.includes(token.text)) return "";
    at++;
    return token.text;
  };
  const close = () => {
    if (!take(")")) throw next().kind === "end" ? new Refused("unclosed") : misplaced(next());
  };
  const chain = (part: (depth: number) => Tree, ...signs: string[]) => (depth: number): Tree => {
    let left = part(depth);
    for (let sign = take(...signs); sign; sign = take(...signs)) left = { kind: "binary", sign, of: [left, part(depth)] };
    return left;
  };
  function signed(depth: number): Tree {
    if (depth > LIMITS.deep) throw new Refused("deep", { most: LIMITS.deep });
    const sign = take("+", "-");
    if (sign) return { kind: "signed", sign, of: [signed(depth + 1)] };
    const base = atom(depth);
    return take("**") ? { kind: "binary", sign: "**", of: [base, signed(depth + 1)] } : base;
  }
  const product = chain(signed, "*", "/"), sum = chain(product, "+", "-");
  function atom(depth: number): Tree {
    const token = next();
    if (token.kind === "number") return at++, { kind: "number", value: Number(token.text) };
    if (token.kind === "name") {
      at++;
      return take("(") ? { kind: "call", name: token.text, of: argumentsOf(depth + 1) } : { kind: "name", name: token.text };
    }
    if (!take("(")) throw misplaced(token);
    const found = sum(depth + 1);
    close();
    return found;
  }
  function argumentsOf(depth: number): Tree[] {
    if (take(")")) return [];
    const found = [sum(depth)];
    while (take(",")) found.push(sum(depth));
    close();
    return found;
  }
  const tree = sum(0);
  if (next().kind !== "end") throw next().text === ")" ? new Refused("unopened") : misplaced(next());
  return tree;
}
