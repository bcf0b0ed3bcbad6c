// The landscape: shades, contour lines and critical points of the surface, and the runs over it; flat or as a relief.
//
//   const panel = landscapePanel(canvas, loss, gradient, changed)   // loss(x, y); gradient(x, y): a Point, or null for
//     none; changed: what draws anew, when a view that was drawn coarsely stands still
//   panel.draw(scene)
//   panel.toPlace(event), panel.toPixels(place)            // between the window and pixels of the page
//   panel.toDrawn(place)                                   // in the units that are drawn in
import { traceLevels } from "./contours";
import { type Seen, createFog } from "./fog";
import type { FoundMap } from "./maps";
import { arrow, enlarged, fitted, font, pointOn, polygon, star, strokes } from "./pen";
import { type Relief, createRelief } from "./relief";
import { type Levels, colourAt, levelsOf, readable, ticksOf } from "./scales";
import type { Critical, Point, Run, Theme, Track, Window } from "./types";

const CELL = 3, COARSE = 9; // pixels of the page between places where the loss is computed; of a view that still moves
const SLOW = 12; // milliseconds of a picture from which on a view that moves is drawn coarsely
const REST = 140; // milliseconds after which a view stands still
const MARGIN = { left: 46, right: 8, top: 8, bottom: 30 };
const SHADES = 64;
const TRAIL = 2.4, CASING = 5, HEAD = 6, DASH = 9;
const MOST_POINTS = 60; // critical points in view
const COMET = 25; // steps of the bright end of a trail
const ARROWS = 34; // pixels between the arrows of the gradient field
const BESIDE = 500; // places of runs that the key of levels rather covers than it leaves the corners
const LONGEST = 70; // pixels of the longest arrow inside of a rule

export interface Inside {
  run: Run;
  arrows: { by: number[]; colour: string }[]; // from the head
  axes: number[] | null; // the effective step of each coordinate
}

export interface Scene {
  view: Window;
  theme: Theme;
  points: Critical[];
  minima: Critical[];
  lowest: number | null;
  levels: number;
  runs: Run[];
  step: number;
  hover: number | null;
  start: Point;
  others: Point[];
  focused: boolean;
  labels: [string, string];
  levelName: string;
  basins: FoundMap | null;
  field: boolean;
  relief: boolean;
  inside: Inside | null;
  fog: Seen[] | null; // what has been seen of the landscape, where nothing else is shown
}

interface Ground extends Levels {
  key: string;
  canvas: HTMLCanvasElement;
  values: Float64Array;
  columns: number;
  rows: number;
}

export type Panel = ReturnType<typeof landscapePanel>;

export function landscapePanel(canvas: HTMLCanvasElement, loss: (x: number, y: number) => number,
  gradient: ((x: number, y: number) => Point) | null, changed: () => void) {
  const context = canvas.getContext("2d")!;
  let ground: Ground | null = null; // what does not change from step to step, and what it was drawn from
  let box = { x: 0, y: 0, width: 1, height: 1 };
  let view: Window = [[0, 1], [0, 1]];
  let relief: Relief | null = null; // made when first wanted
  const fog = createFog();
  let raised = false, chosen = false;
  let version = 0; // of the landscape
  let slow = false, drawnAt = -Infinity, resting = 0; // whether a fine ground takes long; when one was drawn; a timer

  const toX = (x: number) => box.x + ((x - view[0][0]) / (view[0][1] - view[0][0])) * box.width;
  const toY = (y: number) => box.y + box.height - ((y - view[1][0]) / (view[1][1] - view[1][0])) * box.height;
  // where a place of the window is drawn, and whether something hides it there
  const place = (x: number, y: number): [number, number, boolean] =>
    raised ? relief!.project(x, y) : [toX(x), toY(y), false];
  const within = (x: number, y: number) => x >= view[0][0] && x <= view[0][1] && y >= view[1][0] && y <= view[1][1];

  function draw(scene: Scene): void {
    const { width, height, scale } = fitted(canvas);
    if (!canvas.width || !canvas.height) return; // it has no place on the page yet
    box = { x: MARGIN.left, y: MARGIN.top, width: Math.max(10, width - MARGIN.left - MARGIN.right),
      height: Math.max(10, height - MARGIN.top - MARGIN.bottom) };
    view = scene.view;
    const key = JSON.stringify([width, height, scale, view, scene.theme.name, scene.field && !scene.relief, version]);
    if (ground?.key !== key) {
      const moves = ground !== null && slow && performance.now() - drawnAt < REST;
      ground = drawnGround(key, scene, width, height, scale, moves ? COARSE : CELL);
      if (moves) refine();
    }
    relief ??= scene.relief ? createRelief() : null;
    raised = scene.relief && relief !== null && relief.works;
    chosen = chosen && raised;
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (raised) {
      relief!.shape(ground, view, box, scale, scene.theme);
      if (!chosen) {
        const goals = scene.minima.filter((each) => each.global && within(each.x, each.y));
        const marked = goals.flatMap(({ x, y }) => Array<Point>(20).fill([x, y])); // as heavy as a part of a run
        relief!.choose([...scene.runs.flatMap(placesOf), ...marked].filter(([x, y]) => within(x, y)));
      }
      chosen = true;
      context.fillStyle = scene.theme.paper;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(relief!.picture(), box.x * scale, box.y * scale);
    } else context.drawImage(ground.canvas, 0, 0);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    if (scene.fog) fog.draw(context, { box, view, scale, theme: scene.theme, shade: ground.shade, step: scene.step }, scene.fog);
    if (scene.basins && !raised) drawBasins(scene, scene.basins);
    if (raised) for (const point of few(scene.points)) drawPoint(context, point, scene.theme);
    for (const each of scene.runs) for (const track of each.cloud) drawCloud(track, each, scene);
    const casings = scene.runs.map((each) => drawTrail(each, scene));
    casings.forEach(([path], i) => drawOver(path, scene.runs[i].colour, i, casings.length));
    for (const each of scene.runs) drawComet(each, scene);
    drawStarts(scene);
    for (const each of scene.runs) drawHead(each, scene);
    if (scene.inside) drawInside(scene.inside, scene);
    context.restore();
    if (!raised) for (const each of scene.runs) drawDeparture(each, scene);
    drawKey(scene, ground);
  }

  function refine(): void {
    clearTimeout(resting);
    resting = setTimeout(() => {
      ground = null;
      changed();
    }, REST);
  }

  function drawnGround(key: string, scene: Scene, width: number, height: number, scale: number, cell: number): Ground {
    const began = performance.now();
    const made = document.createElement("canvas");
    made.width = canvas.width;
    made.height = canvas.height;
    const pen = made.getContext("2d")!;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = scene.theme.paper;
    pen.fillRect(0, 0, width, height);
    const columns = Math.ceil(box.width / cell) + 1, rows = Math.ceil(box.height / cell) + 1;
    const values = new Float64Array(columns * rows);
    for (let row = 0; row < rows; row++) {
      const y = view[1][1] + (row / (rows - 1)) * (view[1][0] - view[1][1]);
      for (let column = 0; column < columns; column++) {
        values[row * columns + column] = loss(view[0][0] + (column / (columns - 1)) * (view[0][1] - view[0][0]), y);
      }
    }
    const levels = levelsOf(values, scene.lowest, scene.levels);
    pen.drawImage(shaded(values, columns, rows, levels.shade, scene.theme), box.x, box.y, box.width, box.height);
    pen.save();
    pen.beginPath();
    pen.rect(box.x, box.y, box.width, box.height);
    pen.clip();
    const lines = new Path2D();
    const x = (column: number) => box.x + (column / (columns - 1)) * box.width;
    const y = (row: number) => box.y + (row / (rows - 1)) * box.height;
    traceLevels(lines, values, columns, rows, levels.levels, x, y);
    pen.strokeStyle = scene.theme.contour;
    pen.globalAlpha = 0.45;
    pen.lineWidth = 0.8;
    pen.stroke(lines);
    pen.globalAlpha = 1;
    if (scene.field && !scene.relief) drawField(pen, scene.theme);
    if (!scene.relief) for (const point of few(scene.points)) drawPoint(pen, point, scene.theme);
    pen.restore();
    if (!scene.relief) drawAxes(pen, scene);
    drawnAt = performance.now();
    if (cell === CELL) slow = drawnAt - began > SLOW;
    return { key, canvas: made, values, columns, rows, ...levels };
  }

  // arrows down the gradient, as seen on the page; their length grows with the logarithm of the slope
  function drawField(pen: CanvasRenderingContext2D, theme: Theme): void {
    if (!gradient) return;
    const across = Math.max(4, Math.round(box.width / ARROWS)), down = Math.max(4, Math.round(box.height / ARROWS));
    const perX = box.width / (view[0][1] - view[0][0]), perY = box.height / (view[1][1] - view[1][0]);
    const found: { x: number; y: number; dx: number; dy: number; size: number }[] = [];
    for (let i = 0; i < across * down; i++) {
      const shareX = ((i % across) + 0.5) / across, shareY = (Math.floor(i / across) + 0.5) / down;
      const [gx, gy] = gradient(view[0][0] + shareX * (view[0][1] - view[0][0]), view[1][1] - shareY * (view[1][1] - view[1][0]));
      const dx = -gx * perX, dy = gy * perY, size = Math.hypot(dx, dy);
      if (size > 0 && size < Infinity) found.push({ x: box.x + shareX * box.width, y: box.y + shareY * box.height, dx, dy, size });
    }
    const sizes = found.map((each) => Math.log(each.size)).sort((a, b) => a - b);
    const low = sizes[Math.floor(sizes.length * 0.05)], high = sizes[sizes.length - 1];
    const path = new Path2D();
    for (const { x, y, dx, dy, size } of found) {
      const share = high > low ? Math.max(0, (Math.log(size) - low) / (high - low)) : 1;
      const long = ARROWS * (0.22 + 0.55 * share) / size;
      arrow(path, x - (dx * long) / 2, y - (dy * long) / 2, dx * long, dy * long, 4);
    }
    strokes(pen, path, [[theme.halo, 3, 0.7], [theme.ink, 1.2, 0.9]]);
  }

  // the cells of a map of basins, each in the colour of its minimum; the star of a minimum has that colour too
  function drawBasins({ theme, minima }: Scene, { view: seen, columns, rows, cells }: FoundMap): void {
    const made = document.createElement("canvas");
    [made.width, made.height] = [columns, rows];
    const pen = made.getContext("2d")!;
    cells.forEach((region, at) => {
      pen.fillStyle = region < 0 ? theme.unknown : theme.regions[region % theme.regions.length];
      pen.fillRect(at % columns, Math.floor(at / columns), 1, 1);
    });
    context.imageSmoothingEnabled = false;
    context.globalAlpha = 0.5;
    const x = toX(seen[0][0]), y = toY(seen[1][1]);
    context.drawImage(made, x, y, toX(seen[0][1]) - x, toY(seen[1][0]) - y);
    context.imageSmoothingEnabled = true;
    context.globalAlpha = 1;
    minima.forEach((point, i) => {
      context.fillStyle = theme.regions[i % theme.regions.length];
      context.strokeStyle = theme.outline;
      context.lineWidth = 1.4;
      star(context, toX(point.x), toY(point.y), 9);
      context.fill();
      context.stroke();
    });
  }

  // the points in view: global minima, and kind by kind the others while they do not crowd it
  function few(points: Critical[]): Critical[] {
    const inside = points.filter(({ x, y }) => within(x, y));
    const chosen = inside.filter((point) => point.global);
    for (const kind of ["minimum", "saddle", "maximum"]) {
      const more = inside.filter((point) => point.kind === kind && !point.global);
      if (chosen.length + more.length <= MOST_POINTS) chosen.push(...more);
    }
    return chosen;
  }

  function drawPoint(pen: CanvasRenderingContext2D, point: Critical, theme: Theme): void {
    const [x, y, hidden] = place(point.x, point.y);
    pen.globalAlpha = hidden ? 0.35 : 1;
    pen.fillStyle = point.kind === "minimum" && point.global ? theme.gold : theme.mark;
    pen.strokeStyle = theme.outline;
    pen.lineWidth = 1;
    if (point.kind === "saddle") saddle(pen, x, y, point, theme);
    else {
      if (point.kind === "minimum") star(pen, x, y, point.global ? 9 : 5);
      else polygon(pen, x, y, 5, 3, -Math.PI / 2);
      pen.fill();
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  // a cross, and a tick along the direction in which a saddle falls
  function saddle(pen: CanvasRenderingContext2D, x: number, y: number, point: Critical, theme: Theme): void {
    const [dx, dy] = point.direction ?? [0, 0];
    const step = 1e-3 * (view[0][1] - view[0][0]);
    const [nearX, nearY] = place(point.x + dx * step, point.y + dy * step);
    const long = 10 / (Math.hypot(nearX - x, nearY - y) || 1);
    const path = new Path2D();
    path.moveTo(x - 4, y - 4);
    path.lineTo(x + 4, y + 4);
    path.moveTo(x - 4, y + 4);
    path.lineTo(x + 4, y - 4);
    path.moveTo(x - (nearX - x) * long, y - (nearY - y) * long);
    path.lineTo(x + (nearX - x) * long, y + (nearY - y) * long);
    strokes(pen, path, [[theme.outline, 3.6, pen.globalAlpha], [theme.mark, 1.8, pen.globalAlpha]]);
  }

  function drawAxes(pen: CanvasRenderingContext2D, scene: Scene): void {
    pen.strokeStyle = scene.theme.quiet;
    pen.fillStyle = scene.theme.ink;
    pen.lineWidth = 1;
    pen.font = font(13);
    pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
    pen.textAlign = "center";
    pen.textBaseline = "top";
    const nameX = box.x + box.width - pen.measureText(scene.labels[0]).width - 8;
    for (const tick of ticksOf(...view[0], Math.max(2, box.width / 90))) {
      pen.fillRect(toX(tick), box.y + box.height, 1, 4);
      const text = readable(tick), half = pen.measureText(text).width / 2;
      if (toX(tick) + half < nameX) pen.fillText(text, toX(tick), box.y + box.height + 7);
    }
    pen.textAlign = "right";
    pen.fillText(scene.labels[0], box.x + box.width, box.y + box.height + 7);
    pen.textBaseline = "middle";
    for (const tick of ticksOf(...view[1], Math.max(2, box.height / 60))) {
      pen.fillRect(box.x - 4, toY(tick), 4, 1);
      if (toY(tick) > box.y + 20) pen.fillText(readable(tick), box.x - 7, toY(tick));
    }
    pen.textBaseline = "top";
    const inside = pen.measureText(scene.labels[1]).width > MARGIN.left - 9; // a long label has no room beside the axis
    pen.textAlign = inside ? "left" : "right";
    pen.fillText(scene.labels[1], box.x + (inside ? 6 : -7), box.y + (inside ? 6 : 0));
  }

  // the line of a run between two steps, and the parts of it that a hill hides
  function pathsOf({ params }: Track, first: number, last: number): [Path2D, Path2D] {
    const shown = new Path2D(), behind = new Path2D();
    let [x, y, hidden] = place(params[2 * first], params[2 * first + 1]);
    (hidden ? behind : shown).moveTo(x, y);
    for (let step = first + 1; step <= last; step++) {
      const [nextX, nextY, covered] = place(params[2 * step], params[2 * step + 1]);
      if (Math.abs(nextX - x) + Math.abs(nextY - y) < 0.4 && step < last) continue;
      if (covered !== hidden) (covered ? behind : shown).moveTo(x, y);
      (covered ? behind : shown).lineTo(nextX, nextY);
      [x, y, hidden] = [nextX, nextY, covered];
    }
    return [shown, behind];
  }

  function drawTrail(each: Run, { step, theme }: Scene): [Path2D, Path2D] {
    context.lineJoin = context.lineCap = "round";
    const [path, behind] = pathsOf(each.track, 0, step);
    if (raised) strokes(context, behind, [[each.colour, TRAIL, 0.3]]);
    strokes(context, path, [[theme.halo, CASING, 0.8], [each.colour, TRAIL, 0.75]]);
    return [path, behind];
  }

  // dashes of each run over all others, so that those that share a path take turns on it
  function drawOver(path: Path2D, colour: string, number: number, count: number): void {
    if (count < 2) return;
    context.lineCap = "butt";
    context.setLineDash([DASH, DASH * (count - 1)]);
    context.lineDashOffset = -DASH * number;
    strokes(context, path, [[colour, TRAIL, 1]]);
    context.setLineDash([]);
  }

  function drawComet(each: Run, { step }: Scene): void {
    context.lineCap = "round";
    strokes(context, pathsOf(each.track, Math.max(0, step - COMET), step)[0], [[each.colour, TRAIL + 1.2, 1]]);
  }

  function drawCloud(track: Track, each: Run, { step, hover }: Scene): void {
    context.lineJoin = "round";
    const alpha = each.cloud.length > 40 ? 0.22 : 0.4;
    strokes(context, pathsOf(track, 0, step)[0], [[each.colour, 0.9, alpha]]);
    const at = hover ?? step;
    const [x, y] = place(track.params[2 * at], track.params[2 * at + 1]);
    context.globalAlpha = 0.75;
    context.fillStyle = each.colour;
    context.beginPath();
    context.arc(x, y, 2.2, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
  }

  function drawStarts({ start, others, theme, focused }: Scene): void {
    const circle = ([x, y]: Point, radius: number, ink: string, width: number) => {
      const [px, py] = place(x, y);
      for (const [colour, wide] of [[theme.halo, width + 2.8], [ink, width]] as const) {
        context.beginPath();
        context.arc(px, py, radius, 0, 2 * Math.PI);
        context.strokeStyle = colour;
        context.lineWidth = wide;
        context.stroke();
      }
    };
    for (const other of others) circle(other, 4, theme.quiet, 1.4);
    circle(start, focused ? 10 : 8, theme.ink, 2.2);
  }

  function drawHead(each: Run, { step, theme, hover }: Scene): void {
    const at = Math.min(hover ?? step, each.track.value.length - 1);
    const [x, y, hidden] = place(each.track.params[2 * at], each.track.params[2 * at + 1]);
    if (each.track.status === "diverged" && at >= each.track.stopped) {
      const cross = new Path2D();
      for (const side of [-1, 1]) {
        cross.moveTo(x - HEAD, y - side * HEAD);
        cross.lineTo(x + HEAD, y + side * HEAD);
      }
      strokes(context, cross, [[theme.halo, 5, 1], [each.colour, 3, 1]]);
      return;
    }
    context.fillStyle = each.colour;
    context.strokeStyle = theme.edge;
    context.lineWidth = 1.6;
    context.globalAlpha = hidden ? 0.5 : 1;
    polygon(context, x, y, HEAD * (each.sides ? 1.15 : 1), each.sides, each.turn);
    context.fill();
    context.stroke();
    context.globalAlpha = 1;
  }

  // an arrow at the border where a run is beyond it, with the step at which it left
  function drawDeparture(each: Run, { step, hover, theme }: Scene): void {
    const { params } = each.track;
    let at = Math.min(hover ?? step, each.track.value.length - 1);
    if (within(params[2 * at], params[2 * at + 1])) return;
    while (at > 0 && !within(params[2 * at - 2], params[2 * at - 1])) at--;
    if (at === 0) return;
    const [fromX, fromY] = [toX(params[2 * at - 2]), toY(params[2 * at - 1])];
    const dx = toX(params[2 * at]) - fromX, dy = toY(params[2 * at + 1]) - fromY;
    const shares = [dx > 0 ? (box.x + box.width - fromX) / dx : dx < 0 ? (box.x - fromX) / dx : Infinity,
      dy > 0 ? (box.y + box.height - fromY) / dy : dy < 0 ? (box.y - fromY) / dy : Infinity];
    const share = Math.min(1, ...shares), long = Math.hypot(dx, dy) || 1;
    const x = fromX + dx * share, y = fromY + dy * share;
    context.fillStyle = each.colour;
    context.strokeStyle = theme.halo;
    context.lineWidth = 1.5;
    polygon(context, x - (7 * dx) / long, y - (7 * dy) / long, 8, 3, Math.atan2(dy, dx));
    context.fill();
    context.stroke();
    context.font = `600 ${font(13)}`;
    context.textAlign = dx > 0 ? "right" : "left";
    context.textBaseline = "middle";
    const textX = Math.min(box.x + box.width - 4, Math.max(box.x + 4, x - (22 * dx) / long));
    const textY = Math.min(box.y + box.height - 10, Math.max(box.y + 10, y - (22 * dy) / long));
    context.lineWidth = 3;
    context.strokeText(String(at), textX, textY);
    context.fillStyle = each.text;
    context.fillText(String(at), textX, textY);
  }

  // arrows from the head of a run, the longest as long as all others' longest, and the ellipse of its effective step
  function drawInside({ run, arrows, axes }: Inside, { step, hover, theme }: Scene): void {
    const at = Math.min(hover ?? step, run.track.value.length - 1);
    const [x, y] = [run.track.params[2 * at], run.track.params[2 * at + 1]];
    const [px, py] = place(x, y);
    const tiny = 1e-4;
    const perX = place(x + tiny * (view[0][1] - view[0][0]), y), perY = place(x, y + tiny * (view[1][1] - view[1][0]));
    const unit = (axis: number, from: [number, number, boolean]) =>
      [(from[0] - px) / (tiny * (view[axis][1] - view[axis][0])), (from[1] - py) / (tiny * (view[axis][1] - view[axis][0]))];
    const [ux, uy] = [unit(0, perX), unit(1, perY)];
    const onPage = ([a, b]: number[]) => [a * ux[0] + b * uy[0], a * ux[1] + b * uy[1]];
    const drawn = arrows.map((each) => ({ ...each, to: onPage(each.by) })).filter(({ to }) => Number.isFinite(to[0] + to[1]));
    const long = (to: number[]) => Math.hypot(to[0], to[1]);
    if (axes && axes.every(Number.isFinite)) {
      const halves = [onPage([axes[0], 0]), onPage([0, axes[1]])];
      const size = (LONGEST * 0.8) / Math.max(...halves.map(long), 1e-300);
      context.beginPath();
      for (let i = 0; i <= 72; i++) {
        const angle = (i / 36) * Math.PI;
        context.lineTo(px + size * (Math.cos(angle) * halves[0][0] + Math.sin(angle) * halves[1][0]),
          py + size * (Math.cos(angle) * halves[0][1] + Math.sin(angle) * halves[1][1]));
      }
      for (const [colour, width] of [[theme.halo, 3.6], [theme.ink, 1.6]] as const) {
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.stroke();
      }
    }
    const size = LONGEST / Math.max(...drawn.map(({ to }) => long(to)), 1e-300);
    for (const { to, colour } of drawn) {
      if (long(to) * size < 3) continue;
      const path = new Path2D();
      arrow(path, px, py, to[0] * size, to[1] * size, 8);
      strokes(context, path, [[theme.halo, 5.5, 0.9], [colour, 2.8, 1]]);
    }
  }

  // a few levels with their values, in the corner where the least happens
  function drawKey({ theme, runs, start, levelName, minima }: Scene, { shade, levels }: Ground): void {
    const count = Math.min(4, levels.length);
    if (count < 2 || box.width < 260) return;
    const chosen = [...Array(count).keys()].map((i) => levels[Math.round((i * (levels.length - 1)) / (count - 1))]);
    context.font = font(12);
    const texts = chosen.map((level) => readable(level, 2));
    const lengths = texts.map((text) => context.measureText(text).width + 22);
    const wide = Math.max(context.measureText(levelName).width, ...lengths);
    const high = 18 * count + 24;
    const [x, y] = quietest(wide + 16, high, runs, start, minima.filter((each) => each.global));
    context.fillStyle = theme.paper;
    context.globalAlpha = 0.86;
    context.fillRect(x, y, wide + 16, high);
    context.globalAlpha = 1;
    context.fillStyle = theme.ink;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(levelName, x + 8, y + 13);
    chosen.reverse().forEach((level, i) => {
      const [red, green, blue] = colourAt(theme.ramp, shade(level));
      context.fillStyle = `rgb(${red} ${green} ${blue})`;
      context.fillRect(x + 8, y + 25 + 18 * i, 16, 13);
      context.strokeStyle = theme.contour;
      context.lineWidth = 0.8;
      context.strokeRect(x + 8, y + 25 + 18 * i, 16, 13);
      context.fillStyle = theme.ink;
      context.fillText(texts[count - 1 - i], x + 30, y + 32 + 18 * i);
    });
  }

  // of the corners of the panel and the middles of its sides, the one that covers no start, the fewest points, the least
  // of the runs
  function quietest(width: number, height: number, runs: Run[], start: Point, goals: Critical[]): Point {
    const [right, low] = [box.x + box.width - width - 8, box.y + box.height - height - 8];
    const corners = [right, box.x + 8].flatMap((x) => [low, box.y + 8].map((y): Point => [x, y]));
    const sides: Point[] = [[right, (box.y + low) / 2], [box.x + 8, (box.y + low) / 2], [(box.x + right) / 2, low], [(box.x + right) / 2, box.y + 8]];
    if (raised) return corners[1];
    const busy = ([x, y]: Point, place: number) => {
      const inside = (px: number, py: number) => px > x - 12 && px < x + width + 12 && py > y - 12 && py < y + height + 12;
      let count = (inside(toX(start[0]), toY(start[1])) ? 1e6 : 0) + (place < corners.length ? 0 : BESIDE);
      for (const goal of goals) if (inside(toX(goal.x), toY(goal.y))) count += 1e3;
      for (const { track: { params } } of runs) {
        for (let i = 0; i < params.length; i += 2) if (inside(toX(params[i]), toY(params[i + 1]))) count++;
      }
      return count;
    };
    const counts = [...corners, ...sides].map(busy);
    return [...corners, ...sides][counts.indexOf(Math.min(...counts))];
  }

  const toPlace = (event: { clientX: number; clientY: number }): Point => {
    const [px, py] = pointOn(canvas, event);
    if (raised) return relief!.placeAt(px, py);
    const x = (px - box.x) / box.width, y = (py - box.y) / box.height;
    return [view[0][0] + x * (view[0][1] - view[0][0]), view[1][1] - y * (view[1][1] - view[1][0])];
  };
  const toDrawn = ([x, y]: Point): Point => [place(x, y)[0], place(x, y)[1]];
  return { canvas, draw, toPlace, toDrawn, toPixels: (at: Point) => toDrawn(at).map((each) => each * enlarged.by) as Point,
    turn: (across: number, up: number) => relief?.turn(across, up), isRaised: () => raised,
    renew() { // the landscape is another
      version++;
      chosen = false;
    } };
}

// A hundred places of a run
function placesOf({ track: { params } }: Run): Point[] {
  const every = Math.max(1, Math.floor(params.length / 200));
  return [...Array(Math.floor(params.length / 2 / every)).keys()].map((i) => [params[2 * i * every], params[2 * i * every + 1]]);
}

function shaded(values: Float64Array, columns: number, rows: number, shade: (value: number) => number, theme: Theme) {
  const made = document.createElement("canvas");
  [made.width, made.height] = [columns, rows];
  const pen = made.getContext("2d")!;
  const image = pen.createImageData(columns, rows);
  const packed = (colour: number[]) => new Uint32Array(new Uint8ClampedArray([...colour, 255]).buffer)[0];
  const ramp = Uint32Array.from({ length: SHADES + 1 }, (_, i) => packed(colourAt(theme.ramp, i / SHADES)));
  const unknown = packed(colourAt([theme.unknown, theme.unknown], 0));
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < values.length; i++) {
    pixels[i] = Number.isNaN(values[i]) ? unknown : ramp[Math.round(shade(values[i]) * SHADES)];
  }
  pen.putImageData(image, 0, 0);
  return made;
}
