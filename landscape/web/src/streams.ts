// The random numbers of a run, to the last bit those of landscape/core/random.py, streams of version 2.
//
//   const key = branched(runKey(seedHalves(0), "noise", 7), 3);    // of seed 0, run 7, branch 3
//   normal(key, step, place), uniform(key, step, place), whole(key, step, place, below)
//
// A 64-bit word is two 32-bit halves, {high, low}: BigInt would be a hundred times slower. The last word that was made
// stands in `high` and `low`, so that a draw allocates nothing.

export interface Word {
  high: number;
  low: number;
}

const ODD: Word = { high: 0x9e3779b9, low: 0x7f4a7c15 };
const CELL_BITS = 8;
const FIRST_OCTAVE = 126 << CELL_BITS;
const OCTAVES = 32;
const TERMS = 30;

let high = 0;
let low = 0;

// (high, low) times the constant (h, l), modulo 2^64
function multiply(h: number, l: number): void {
  const a = low >>> 16, b = low & 0xffff, c = l >>> 16, d = l & 0xffff;
  const middle = a * d + ((b * d) >>> 16);
  const other = b * c + (middle & 0xffff);
  const carried = a * c + Math.floor(middle / 65536) + Math.floor(other / 65536);
  high = (carried + Math.imul(high, l) + Math.imul(low, h)) | 0;
  low = Math.imul(low, l);
}

function add(h: number, l: number): void {
  const sum = (low >>> 0) + (l >>> 0);
  high = (high + h + (sum > 0xffffffff ? 1 : 0)) | 0;
  low = sum | 0;
}

function shiftXor(bits: number): void {
  const l = (low >>> bits) | (high << (32 - bits));
  high ^= high >>> bits;
  low ^= l;
}

// SplitMix64's finaliser
function mix() {
  shiftXor(30);
  multiply(0xbf58476d, 0x1ce4e5b9);
  shiftXor(27);
  multiply(0x94d049bb, 0x133111eb);
  shiftXor(31);
}

function load(word: Word): void {
  high = word.high | 0;
  low = word.low | 0;
}

const word = (): Word => ({ high: high >>> 0, low: low >>> 0 });

// A whole number below 2^53 as halves.
export function halves(number: number): Word {
  return { high: Math.floor(number / 4294967296), low: number % 4294967296 };
}

// The halves of a seed, which as a text may have 63 bits.
export function seedHalves(seed: string): Word {
  const whole = BigInt(seed);
  return { high: Number(whole >> 32n), low: Number(whole & 0xffffffffn) };
}

// The finaliser of a number, as random.mix_int
export function mixed(number: Word): Word {
  load(number);
  add(ODD.high, ODD.low);
  mix();
  return word();
}

// What the draws of a run are hashed from. seed: halves; purpose: a text of at most seven letters.
export function runKey(seed: Word, purpose: string, run: number): Word {
  const hashed = mixed(seed);
  let text: Word = { high: 0, low: 0 };
  for (let i = purpose.length - 1; i >= 0; i--) {
    text = { high: ((text.high << 8) | (text.low >>> 24)) >>> 0, low: ((text.low << 8) | purpose.charCodeAt(i)) >>> 0 };
  }
  const base = mixed({ high: text.high ^ hashed.high, low: text.low ^ hashed.low });
  load(halves(run));
  multiply(ODD.high, ODD.low);
  add(base.high, base.low);
  mix();
  return word();
}

// The key of another source of the same run
export function branched(key: Word, number: number): Word {
  const hashed = mixed(halves(number));
  load({ high: key.high ^ hashed.high, low: key.low ^ hashed.low });
  mix();
  return word();
}

function draw(key: Word, step: number, place: number): void {
  high = step | 0;
  low = place | 0;
  multiply(ODD.high, ODD.low);
  add(key.high, key.low);
  mix();
}

// A number in [0, 1), of 53 bits
export function uniform(key: Word, step: number, place: number): number {
  draw(key, step, place);
  return ((high >>> 0) * 2097152 + (low >>> 11)) * 2 ** -53;
}

// A whole number in [0, below)
export function whole(key: Word, step: number, place: number, below: number): number {
  draw(key, step, place);
  return Math.floor(((high >>> 0) * below) / 4294967296);
}

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);
let lines: { levels: Float64Array; slopes: Float64Array } | null = null;

// A standard normal number: two of a word
export function normal(key: Word, step: number, place: number): number {
  const { levels, slopes } = lines ?? normalLines();
  draw(key, step, place >>> 1);
  const x = ((place & 1) === 0 ? high : low) + 0.5;
  const a = Math.abs(x);
  single[0] = a;
  const cell = (bits[0] >> (23 - CELL_BITS)) - FIRST_OCTAVE;
  const y = a * slopes[cell] + levels[cell];
  return x < 0 ? -y : y;
}

// The straight line of each cell of |x|: by arithmetic that is the same everywhere, see random._lines
export function normalLines(): { levels: Float64Array; slopes: Float64Array } {
  const count = 1 << CELL_BITS;
  const levels = new Float64Array((OCTAVES + 1) * count);
  const slopes = new Float64Array((OCTAVES + 1) * count);
  const spread = Math.sqrt(1 / 12);
  const gauss = [0.5 + spread * -1, 0.5 + spread * 1];
  const ln2 = logarithm(2);
  for (let octave = -1; octave < OCTAVES - 1; octave++) {
    for (let cell = 0; cell < count; cell++) {
      const x: number[] = [], z: number[] = [];
      for (const at of gauss) {
        const mantissa = 1 + (cell + at) / count;
        x.push(mantissa * 2 ** octave);
        z.push(quantile(x[x.length - 1] * 2 ** -32, (32 - octave) * ln2 - logarithm(mantissa)));
      }
      const row = (octave + 1) * count + cell;
      slopes[row] = (z[1] - z[0]) / (x[1] - x[0]);
      levels[row] = z[0] - slopes[row] * x[0];
    }
  }
  const last = OCTAVES * count; // a float32 may round up to 2^31
  levels[last] = levels[last - 1];
  slopes[last] = slopes[last - 1];
  lines = { levels, slopes };
  return lines;
}

// z > 0 with P(Z > z) = u, given -ln u too: see random._quantiles
function quantile(u: number, minusLog: number): number {
  const t = Math.sqrt(2 * minusLog);
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const z = t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  const square = z * z;
  let root = 1;
  for (let term = 8; term > 0; term--) root = 1 + (root * square) / (2048 * term);
  for (let i = 0; i < 10; i++) root = root * root;
  const density = 1 / (root * Math.sqrt(2 * Math.PI));
  let middle = 1;
  let tail = z;
  for (let term = TERMS; term > 0; term--) {
    middle = 1 + (middle * square) / (2 * term + 1);
    tail = z + term / tail;
  }
  const share = z < 3 ? (0.5 - u) / density - z * middle : 1 / tail - u / density;
  return z + share * (1 + share * (z / 2 + (share * (1 + 2 * square)) / 6));
}

// ln x for x from 1 to 2, by its series
function logarithm(x: number): number {
  const s = (x - 1) / (x + 1);
  let log = 0;
  for (let power = 39; power > 0; power -= 2) log = log * s * s + 1 / power;
  return log * (2 * s);
}
