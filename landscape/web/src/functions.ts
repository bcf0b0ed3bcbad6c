// What programs call beside JavaScript's own Math: the error function, and powers as C and NumPy have them.

const TWO_OVER_ROOT_PI = 1.1283791670955126;

// x^y. Unlike Math.pow, 1 to any power is 1, and so is -1 to an infinite one.
export function power(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y);
}

// The error function. Below 2.5 by the series exp(-x^2) (x + 2/3 x^3 + 4/15 x^5 + ...), whose terms are all positive;
// above by the continued fraction of the complement (Abramowitz and Stegun 1964, 7.1.6 and 7.1.14).
export function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a > 0)) return x;
  if (a > 6) return x < 0 ? -1 : 1;
  const square = x * x;
  let y;
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; term > sum * 1e-18; n++) {
      term *= (2 * square) / (2 * n + 1);
      sum += term;
    }
    y = TWO_OVER_ROOT_PI * Math.exp(-square) * sum;
  } else {
    let fraction = a;
    for (let n = 120; n > 0; n--) fraction = a + (0.5 * n) / fraction;
    y = 1 - (0.5 * TWO_OVER_ROOT_PI * Math.exp(-square)) / fraction;
  }
  return x < 0 ? -y : y;
}
