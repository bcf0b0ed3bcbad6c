// Numbers as people read them, ticks of axes, and the levels that contour lines are drawn at.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const DECADES = 30; // a ratio between high and low from which a scale is logarithmic, as in panels/scales.py
const MOST_LEVELS = 14;
const SAMPLES = 5000; // of the values of a landscape, by which its shades are chosen

// A number in a few digits: 0.0123, −4.57, 3.2×10⁻⁷
export function readable(x: number, digits = 3): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x < 0 ? "−∞" : "∞";
  const a = Math.abs(x);
  if (a !== 0 && (a < 1e-3 || a >= 1e5)) {
    const [mantissa, exponent] = x.toExponential(digits - 1).split("e");
    const factor = `${Number(mantissa)}×`.replace(/^(-?)1×$/, "$1");
    const power = [...exponent.replace("+", "")].map((c) => (c === "-" ? "⁻" : SUPERSCRIPTS[Number(c)])).join("");
    return `${factor}10${power}`.replace("-", "−");
  }
  return String(Number(x.toPrecision(digits))).replace("-", "−");
}

// Round numbers from low to high, about `count`
export function ticksOf(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((each) => each >= rough * 0.999)!;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(i * step);
  return ticks;
}

// Powers of ten from low to high, every so many that there are about `count`
export function powersOf(low: number, high: number, count: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / count));
  const ticks: number[] = [];
  for (let power = last; power >= first; power -= every) ticks.push(10 ** power);
  return ticks.reverse();
}

export const isLogarithmic = (low: number, high: number) => low > 0 && high / low >= DECADES;

export interface Levels {
  shade: (value: number) => number;
  levels: number[];
  floor: number;
}

// How values (a Float64Array) become shades from 0, the lowest, to 1, and where contour lines go: logarithmic above the lowest value
// where what is drawn spans decades, else evenly. `lowest`: the global minimum, null where none is known.
export function levelsOf(values: Float64Array, lowest: number | null, about = MOST_LEVELS): Levels {
  const every = Math.max(1, Math.floor(values.length / SAMPLES));
  const sorted = values.filter((value, i) => i % every === 0 && Number.isFinite(value)).sort();
  if (sorted.length === 0) return { shade: () => 1, levels: [], floor: 0 };
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const floor = lowest === null ? sorted[0] : Math.min(lowest, sorted[0]);
  const near = at(0.03) - floor;
  const far = at(0.995) - floor;
  if (isLogarithmic(near, far)) {
    const low = Math.log(near);
    const span = Math.log(far) - low;
    const shade = (v: number) => clipped((Math.log(Math.max(v - floor, 1e-300)) - low) / span);
    return { shade, levels: logarithmicLevels(near / 3, far, about).map((level) => floor + level), floor };
  }
  const bottom = sorted[0];
  const top = at(0.995);
  if (!(top > bottom)) return { shade: () => 0.5, levels: [], floor: bottom };
  return { shade: (v: number) => clipped((v - bottom) / (top - bottom)), levels: ticksOf(bottom, top, Math.min(about, 10)), floor: bottom };
}

const clipped = (share: number) => Math.min(1, Math.max(0, share));

function logarithmicLevels(low: number, high: number, most: number): number[] {
  for (const digits of [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
    const levels: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const digit of digits) {
        const level = digit * 10 ** power;
        if (level >= low && level <= high) levels.push(level);
      }
    }
    if (levels.length <= most) return levels;
  }
  return powersOf(low, high, most);
}

// The colour of a share of a ramp of "#RRGGBB", as [red, green, blue]
export function colourAt(ramp: string[], share: number): number[] {
  const place = share * (ramp.length - 1);
  const i = Math.min(ramp.length - 2, Math.floor(place));
  const [a, b] = [ramp[i], ramp[i + 1]].map(channels);
  return a.map((each, at) => each + (place - i) * (b[at] - each));
}

const channels = (colour: string) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
