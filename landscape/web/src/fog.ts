// The landscape in fog: of all of it only what the optimizers have been given, up to the step that is shown. At each
// place that a run has visited that is a number and a slope, so a disc there has the shades of the plane with this value
// and this slope, and not those of the landscape, which nobody has looked at between two places.
//
//   const fog = createFog();  fog.draw(context, ground, [{ run, slope }])      // slope(step): null where none was given
import { arrow, polygon, strokes } from "./pen";
import { colourAt } from "./scales";
import type { Point, Run, Theme, Track, Window } from "./types";

const RADIUS = 17; // of a disc
const NEAR = 4; // to the disc before: a place that is nearer has none of its own
const ARROWS = 30; // from an arrow to the next one
const LONG = 15, LONGEST = 30; // of an arrow, and of the one at the step that is shown
const STOPS = 6; // colours across a disc
const TONES = 64; // of the shades

export interface Seen {
  run: Run;
  slope: (step: number) => Point | null;
}

interface Ground {
  box: { x: number; y: number; width: number; height: number };
  view: Window;
  scale: number;
  theme: Theme;
  shade: (value: number) => number;
  step: number;
}

export function createFog() {
  const layer = document.createElement("canvas");
  let key = "", tracks: Track[] = [], last = -1; // of what the layer has, and up to which step
  let discs: Point[] = [], arrows: Point[] = []; // the last ones of each run
  let downs = new Path2D(); // all arrows

  function draw(context: CanvasRenderingContext2D, ground: Ground, seen: Seen[]): void {
    const { box, view, scale, theme, step } = ground;
    const now = JSON.stringify([box, view, scale, theme.name]);
    const same = now === key && step >= last && seen.length === tracks.length && seen.every(({ run }, i) => run.track === tracks[i]);
    const pen = layer.getContext("2d")!;
    if (!same) {
      [layer.width, layer.height] = [Math.round(box.width * scale), Math.round(box.height * scale)];
      pen.fillStyle = theme.unknown;
      pen.fillRect(0, 0, layer.width, layer.height);
      [key, tracks, last] = [now, seen.map(({ run }) => run.track), -1];
      discs = seen.map(() => [NaN, NaN]);
      arrows = seen.map(() => [NaN, NaN]);
      downs = new Path2D();
    }
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    for (let at = last + 1; at <= step; at++) seen.forEach((each, i) => reveal(pen, ground, each, i, at));
    last = step;
    context.drawImage(layer, box.x, box.y, box.width, box.height);
    strokes(context, downs, [[theme.halo, 3, 0.7], [theme.ink, 1.3, 0.9]]);
    for (const { run, slope } of seen) {
      const path = new Path2D(), [x, y] = drawn(ground, run.track, step);
      const down = downhill(ground, slope(step));
      if (down && run.track.stopped > step) arrow(path, box.x + x, box.y + y, down[0] * LONGEST, down[1] * LONGEST, 8);
      strokes(context, path, [[theme.halo, 5, 0.9], [theme.ink, 2.4, 1]]);
    }
  }

  // the disc of a run at a step, and an arrow down its slope where there is room
  function reveal(pen: CanvasRenderingContext2D, ground: Ground, { run, slope }: Seen, i: number, step: number): void {
    if (step > run.track.stopped) return;
    const { box } = ground;
    const [x, y] = drawn(ground, run.track, step);
    if (!(x > -RADIUS && y > -RADIUS && x < box.width + RADIUS && y < box.height + RADIUS)) return;
    if (Math.hypot(x - discs[i][0], y - discs[i][1]) < NEAR) return;
    discs[i] = [x, y];
    const found = slope(step), value = run.track.value[step];
    const [across, up] = found === null ? [0, 0] : perPixel(ground, found);
    const size = Math.hypot(across, up);
    polygon(pen, x, y, RADIUS, 0);
    pen.fillStyle = colour(ground, value);
    if (size > 0 && size < Infinity) {
      const [toX, toY] = [(across / size) * RADIUS, (up / size) * RADIUS];
      const plane = pen.createLinearGradient(x - toX, y - toY, x + toX, y + toY);
      for (let stop = 0; stop <= STOPS; stop++) {
        plane.addColorStop(stop / STOPS, colour(ground, value + size * RADIUS * ((2 * stop) / STOPS - 1)));
      }
      pen.fillStyle = plane;
    }
    pen.fill();
    const down = downhill(ground, found);
    if (!down || Math.hypot(x - arrows[i][0], y - arrows[i][1]) < ARROWS) return;
    arrows[i] = [x, y];
    arrow(downs, box.x + x, box.y + y, down[0] * LONG, down[1] * LONG, 5);
  }

  return { draw };
}

const drawn = ({ box, view: [[left, right], [low, high]] }: Ground, { params }: Track, step: number): Point =>
  [((params[2 * step] - left) / (right - left)) * box.width, ((high - params[2 * step + 1]) / (high - low)) * box.height];

// A slope in units of a pixel to the right and of one down
const perPixel = ({ box, view: [[left, right], [low, high]] }: Ground, [x, y]: Point): Point =>
  [(x * (right - left)) / box.width, (-y * (high - low)) / box.height];

// The direction on the page in which a slope falls
function downhill(ground: Ground, slope: Point | null): Point | null {
  if (slope === null) return null;
  const [across, up] = perPixel(ground, slope);
  const size = Math.hypot(across, up);
  return size > 0 && size < Infinity ? [-across / size, -up / size] : null;
}

let tones: { ramp: string[]; made: string[] } = { ramp: [], made: [] };
function colour({ shade, theme }: Ground, value: number): string {
  if (tones.ramp !== theme.ramp) {
    const made = Array.from({ length: TONES + 1 }, (_, i) => `rgb(${colourAt(theme.ramp, i / TONES).map(Math.round).join(" ")})`);
    tones = { ramp: theme.ramp, made };
  }
  return tones.made[Math.round(shade(value) * TONES)] ?? theme.unknown;
}
