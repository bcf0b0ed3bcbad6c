// Contour lines of values on a grid, by marching squares (Lorensen and Cline 1987, in the plane).

// Draws the line of a level into a path: values (rows x columns), row 0 first; x(column), y(row): where they are drawn.
export function traceLevel(path, values, columns, rows, level, x, y) {
  const across = (a, b) => (level - a) / (b - a);
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column;
      const a = values[at], b = values[at + 1], c = values[at + columns + 1], d = values[at + columns];
      const corners = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      if (corners === 0 || corners === 15 || !(Number.isFinite(a + b + c + d))) continue;
      // where the line crosses each side: top (a b), right (b c), bottom (d c), left (a d)
      const top = () => [x(column + across(a, b)), y(row)];
      const right = () => [x(column + 1), y(row + across(b, c))];
      const bottom = () => [x(column + across(d, c)), y(row + 1)];
      const left = () => [x(column), y(row + across(a, d))];
      const high = (a + b + c + d) / 4 > level;
      for (const [from, to] of sides(corners, high, top, right, bottom, left)) {
        path.moveTo(...from());
        path.lineTo(...to());
      }
    }
  }
}

function sides(corners, high, top, right, bottom, left) {
  switch (corners) {
    case 1: case 14: return [[left, top]];
    case 2: case 13: return [[top, right]];
    case 4: case 11: return [[right, bottom]];
    case 8: case 7: return [[bottom, left]];
    case 3: case 12: return [[left, right]];
    case 6: case 9: return [[top, bottom]];
    case 5: return high ? [[left, bottom], [top, right]] : [[left, top], [right, bottom]];
    default: return high ? [[left, top], [right, bottom]] : [[left, bottom], [top, right]];
  }
}
