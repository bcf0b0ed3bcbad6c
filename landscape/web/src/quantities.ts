// What of a run is drawn over its steps, and what its rule has inside.
import type { Given, Kernel, Track } from "./types";

export const QUANTITIES = ["loss", "gradient_norm", "distance", "step_length"];

// The numbers of a track that a quantity names: one for each step
export function seriesOf(given: Given, track: Track, quantity: string): (step: number) => number {
  const { params, value, norm } = track;
  if (quantity === "gradient_norm") return (step) => norm[step];
  if (quantity === "distance") {
    const goals = given.points.filter((point) => point.kind === "minimum" && point.global);
    return (step) => Math.min(...goals.map(({ x, y }) => Math.hypot(params[2 * step] - x, params[2 * step + 1] - y)));
  }
  if (quantity === "step_length") {
    const most = track.value.length - 1;
    return (step) => {
      const at = Math.min(step, Math.max(0, Math.min(most, track.stopped) - 1));
      return Math.hypot(params[2 * at + 2] - params[2 * at], params[2 * at + 3] - params[2 * at + 1]);
    };
  }
  const lowest = given.lowest ?? 0;
  return (step) => value[step] - lowest;
}

export interface Part {
  name: string;
  sizes: 1 | 2; // whether it has a number for each coordinate
  at: (step: number) => number[];
}

const CORRECTED: Record<string, string> = { m: "beta1_power", v: "beta2_power" };
const AVERAGED = 5; // steps over which the effective step is averaged, as in the view "inside"

// The parts of a rule at the steps of a track that was run with `inside`
export function partsOf(kernel: Kernel, track: Track): Part[] {
  const { kept, names } = kernel;
  const { params, states, gradients, resting } = track;
  const found: Part[] = [];
  if (!states || !gradients || !resting) return found;
  const pair = (numbers: Float64Array) => (step: number) => [numbers[2 * step], numbers[2 * step + 1]];
  const gradient = pair(gradients);
  const moved = (step: number) => [params[2 * step + 2] - params[2 * step], params[2 * step + 3] - params[2 * step + 1]];
  if (kernel.given) found.push({ name: "gradient", sizes: 2, at: gradient });
  if (kernel.applied) found.push({ name: "kept", sizes: 2, at: pair(resting) });
  found.push({ name: "step", sizes: 2, at: moved });
  if (kernel.given) {
    const effective = (step: number) => [0, 1].map((i) => {
      let up = 0, down = 0;
      for (let at = Math.max(0, step - AVERAGED + 1); at <= step; at++) {
        up += Math.abs(moved(at)[i]);
        down += Math.abs(gradient(at)[i]);
      }
      return up / down;
    });
    found.push({ name: "effective_step", sizes: 2, at: effective });
  }
  const parts = new Map<string, number[]>();
  names.forEach((name, i) => parts.set(name, [...(parts.get(name) ?? []), i]));
  const read = (places: number[]) => (step: number) => places.map((place) => states[(step + 1) * kept + place]);
  for (const [name, places] of parts) {
    if (places.length > 2 || name.endsWith("_power")) continue;
    found.push({ name, sizes: places.length as 1 | 2, at: read(places) });
    const power = parts.get(CORRECTED[name] ?? "");
    if (!power) continue;
    const factor = (step: number) => 1 / (1 - read(power)(step)[0]);
    found.push({ name: `${name}_hat`, sizes: 2, at: (step) => read(places)(step).map((each) => each * factor(step)) });
    found.push({ name: `${name}_correction`, sizes: 1, at: (step) => [factor(step)] });
  }
  return found;
}
