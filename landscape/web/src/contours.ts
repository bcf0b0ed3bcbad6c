// Contour lines of values on a grid, by marching squares (Lorensen and Cline 1987, in the plane).

import type { Point } from "./types";

interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

// Draws the lines of levels, lowest first, into a path. values: rows x columns, row 0 first; x(column), y(row): where
// they are drawn.
export function traceLevels(path: Pen, values: ArrayLike<number>, columns: number, rows: number, levels: number[],
  x: (column: number) => number, y: (row: number) => number): void {
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const a = values[at], b = values[at + 1], c = values[at + columns + 1], d = values[at + columns];
      const low = Math.min(a, b, c, d), high = Math.max(a, b, c, d);
      if (!(high - low < Infinity)) continue;
      for (const level of levels) {
        if (level >= high) break;
        if (level >= low) traceCell(path, a, b, c, d, level, column, row, x, y);
      }
    }
  }
}

// a, b, c, d: the corners of a cell, clockwise from the upper left
function traceCell(path: Pen, a: number, b: number, c: number, d: number, level: number, column: number, row: number,
  x: (column: number) => number, y: (row: number) => number): void {
  const across = (from: number, to: number) => (level - from) / (to - from);
  const top = (): Point => [x(column + across(a, b)), y(row)];
  const right = (): Point => [x(column + 1), y(row + across(b, c))];
  const bottom = (): Point => [x(column + across(d, c)), y(row + 1)];
  const left = (): Point => [x(column), y(row + across(a, d))];
  const line = (from: () => Point, to: () => Point) => {
    path.moveTo(...from());
    path.lineTo(...to());
  };
  const middle = (a + b + c + d) / 4 > level;
  const corners = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
  switch (corners) {
    case 1: case 14: line(left, top); break;
    case 2: case 13: line(top, right); break;
    case 4: case 11: line(right, bottom); break;
    case 8: case 7: line(bottom, left); break;
    case 3: case 12: line(left, right); break;
    case 6: case 9: line(top, bottom); break;
    default: // two opposite corners are above: the middle says which pair of lines keeps them apart
      if ((corners === 5) === middle) {
        line(left, bottom);
        line(top, right);
      } else {
        line(left, top);
        line(right, bottom);
      }
  }
}
