// The state of a page as a scenario: the text of a TOML file that `landscape run` takes, with the same numbers.
//
//   scenarioText(given.title, given.recipe, state, given.entrants)
import { ruleTable, surfaceTable } from "./typed";
import type { Entry, Recipe, State, Table } from "./types";

export function scenarioText(title: string, recipe: Recipe, state: State, entrants: Entry[]): string {
  const points = [...new Set([state.start, ...state.others.flatMap(({ start }) => (start === null ? [] : [start]))]
    .map((start) => JSON.stringify(start)))].map((text) => JSON.parse(text));
  const lines = [
    `title = ${toml(state.formula?.text ?? title)}`, `seed = ${state.seed}`, `steps = ${state.steps}`,
    `surface = ${toml(state.formula ? surfaceTable(state.formula, state.window) : recipe.surface)}`,
    `start = { name = "point", points = ${toml(points)} }`,
  ];
  if (recipe.repeats > 1) lines.push(`repeats = ${recipe.repeats}`);
  if (state.tolerance !== null) lines.push(`tolerance = ${toml(state.tolerance)}`);
  if (recipe.noise !== null || Object.values(state.noise).some((level) => level !== 0)) {
    lines.push(`noise = ${toml(changed(batched(recipe.noise ?? { name: "gaussian", sigma: 0 }, state.batch), state.noise))}`);
  }
  const taken = new Set<string>();
  for (const entrant of state.entrants.filter((each) => each.shown && !entrants[each.of].away)) {
    const { label, rule } = entrants[entrant.of];
    const { table, schedule, schedules } = recipe.entrants[entrant.of] ?? { table: {}, schedule: null, schedules: null };
    let named = label;
    for (let i = 2; taken.has(named); i++) named = `${label} (${i})`;
    taken.add(named);
    const { name, ...fields } = rule ? ruleTable(rule, entrant.values) : changed(table, entrant.values);
    const chosen = entrant.schedule === "" ? schedule : recipe.schedules[entrant.schedule];
    const whole = { name, label: named, ...fields, ...(chosen && { schedule: chosen }), ...(schedules && { schedules }) };
    lines.push("", "[[optimizers]]", ...Object.entries(whole).map(([key, value]) => `${key} = ${toml(value)}`));
  }
  return `${lines.join("\n")}\n`;
}

// A table with other numbers: {"lr": 0.1, "optimizer.lr": 0.2}
function changed(table: Table, values: Record<string, number>): Table {
  const made: any = structuredClone(table);
  for (const [path, value] of Object.entries(values)) {
    const names = path.split(".");
    const last = names.pop()!;
    names.reduce((inner, name) => inner[name], made)[last] = value;
  }
  return made;
}

function batched(noise: Table, batch: number): Table {
  return batch > 0 && "batch_size" in noise ? { ...noise, batch_size: batch } : noise;
}

function toml(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : value > 0 ? "inf" : "-inf";
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(toml).join(", ")}]`;
  return `{ ${Object.entries(value as Table).map(([key, each]) => `${key} = ${toml(each)}`).join(", ")} }`;
}
