// What the built module offers: `start` for a page and its worker, what kernels call, and parts that tests try alone.
import { serveMaps } from "./maps";
import { type Functions, openPage } from "./page";
import { unpack } from "./race";
import { createTyping } from "./typed";
import type { State } from "./types";

export { measuresOf, run } from "./engine";
export { classOf, readRule } from "./formula/assignments";
export { namesOf, read } from "./formula/formula";
export { Refused, said } from "./formula/parser";
export { erf, power } from "./functions";
export { traceLevels } from "./contours";
export { levelsOf, readable, ticksOf } from "./scales";
export { branched, halves, normal, normalLines, runKey, seedHalves, uniform, whole } from "./streams";
export { theoryOf } from "./theory";
export { serveMaps };

// Opens the page; in its worker, which runs the same script, answers for maps.
export function start(packed: unknown, state: State, functions: Functions): void {
  const common = (globalThis as any).landscapeShared; // of pages that have texts and rules in a file for all of them
  const given = unpack({ ...common?.().given, ...(packed as object) }, functions.terms);
  given.typing = createTyping(given, functions.kernels, functions.plain);
  if (typeof document === "undefined") serveMaps(given, functions.kernels);
  else {
    const own = document.querySelector("script[type=module]")?.textContent ?? "";
    const shared = (globalThis as any).landscapeModule; // of pages that have the module in a file for all of them
    const code = shared ? `const {${Object.keys(shared())}}=(${shared})();\n${common ?? ""}\n${own}` : own;
    (window as any).landscape = openPage(given, state, functions, code);
  }
}
