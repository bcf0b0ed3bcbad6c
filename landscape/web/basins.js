// Basins of attraction: which minimum each start of the view leads to, finer and finer while one looks.
//
//   const map = basinMap(minima, (start) => track, changed)     // minima: [{x, y}]
//   map.begin(view, window); map.found; map.end()               // found: {view, size, regions}, null at first
//
// regions: size x size, row 0 at the top; the number of a minimum, or -1 where a run ends at none.

const SIZES = [16, 32, 64, 128];
const SLICE = 12; // milliseconds of work between frames
const NEAR = 0.02; // of the window: how near to a minimum a run ends in it

export function basinMap(minima, runFrom, changed) {
  const map = { found: null, begin, end };
  let turn = 0; // of the map that is being made: an older one stops

  function begin(view, window) {
    const mine = ++turn;
    const scales = window.map(([low, high]) => NEAR * (high - low));
    let level = 0, at = 0, regions = new Int16Array(SIZES[0] ** 2);
    const work = () => {
      if (mine !== turn) return;
      const size = SIZES[level];
      const until = performance.now() + SLICE;
      while (at < size * size && performance.now() < until) {
        regions[at] = reached(runFrom(placeOf(view, size, at)), scales);
        at++;
      }
      if (at === size * size) {
        map.found = { view, size, regions };
        changed();
        level++;
        at = 0;
        if (level === SIZES.length) return;
        regions = new Int16Array(SIZES[level] ** 2);
      }
      setTimeout(work, 0);
    };
    setTimeout(work, 0);
  }

  function end() {
    turn++;
    map.found = null;
    changed();
  }

  // the nearest minimum to where a run ends, if it is near
  function reached(track, scales) {
    if (track.status === "diverged") return -1;
    const last = track.params.length - 2;
    let nearest = 1, found = -1;
    minima.forEach(({ x, y }, i) => {
      const far = Math.hypot((track.params[last] - x) / scales[0], (track.params[last + 1] - y) / scales[1]);
      if (far <= nearest) [nearest, found] = [far, i];
    });
    return found;
  }
  return map;
}

// The middle of a cell of the view
function placeOf([x, y], size, at) {
  const column = (at % size) + 0.5, row = Math.floor(at / size) + 0.5;
  return [x[0] + (column / size) * (x[1] - x[0]), y[1] + (row / size) * (y[0] - y[1])];
}
