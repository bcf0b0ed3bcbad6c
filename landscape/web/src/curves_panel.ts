// The convergence: a quantity of every run over the steps, on a logarithmic axis where it spans decades.
//
//   const panel = curvesPanel(canvas)
//   panel.draw(scene)
//   panel.stepAt(event)                     // the step under the pointer
import { fitted, font, pointOn } from "./pen";
import { isLogarithmic, powersOf, readable, ticksOf } from "./scales";
import type { Run, Theme, Track } from "./types";

const EDGE = { left: 62, right: 12, top: 28, bottom: 34 };
const LABELS = 96; // pixels for the names at the curves' ends, where there is room
const WIDEST = 0.3; // of the panel, what the names take at most
const NARROW = 300; // pixels of the panel below which there are no names
const DEEPEST = 1e-16; // the least share of the highest value that a logarithmic axis shows
const BAND = 4; // runs beside the first from which on the middle half of them is shaded, not each one drawn

export interface Curve {
  run: Run;
  series: (step: number) => number;
  beside: ((step: number) => number)[];
  theory: { line: (step: number) => number; text: string } | null;
}

export interface CurvesScene {
  curves: Curve[];
  step: number;
  steps: number;
  shown: number; // the last step that may be seen: where it is before the end, the axis follows what is
  hover: number | null;
  theme: Theme;
  heading: string;
  axisName: string;
}

export function curvesPanel(canvas: HTMLCanvasElement) {
  const context = canvas.getContext("2d")!;
  let labels = LABELS;
  let box = { x: 0, y: 0, width: 1, height: 1 };
  let steps = 1;
  let toX = (step: number) => step, toY = (value: number) => value;

  function draw(scene: CurvesScene): void {
    const { width, height, scale } = fitted(canvas);
    const { theme } = scene;
    steps = Math.max(1, scene.steps);
    context.font = font(13);
    const longest = Math.max(0, ...scene.curves.map(({ run }) => context.measureText(run.label).width + 14));
    labels = width > NARROW ? Math.max(width > 420 ? LABELS : LABELS * 0.85, Math.min(longest, width * WIDEST)) : 0;
    const right = labels || EDGE.right;
    box = { x: EDGE.left, y: EDGE.top, width: Math.max(10, width - EDGE.left - right),
      height: Math.max(10, height - EDGE.top - EDGE.bottom) };
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = theme.paper;
    context.fillRect(0, 0, width, height);
    const axis = axisOf(scene.curves, scene.shown, scene.shown < scene.steps);
    toX = (step) => box.x + (step / steps) * box.width;
    toY = (value) => box.y + box.height * (1 - axis.share(value));
    drawFrame(scene, axis.ticks, width);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y - 4, box.width + 4, box.height + 8);
    context.clip();
    context.lineJoin = "round";
    for (const curve of scene.curves) drawBeside(curve, scene);
    for (const curve of scene.curves) drawCurve(curve, scene);
    scene.curves.filter((curve) => curve.theory).forEach((curve, i) => drawTheory(curve, scene, 0.72 - 0.24 * (i % 4)));
    const at = scene.hover ?? scene.step;
    context.fillStyle = theme.quiet;
    context.fillRect(toX(at) - 0.5, box.y, 1, box.height);
    for (const { run, series } of scene.curves) {
      context.beginPath();
      context.arc(toX(at), toY(series(at)), 4.5, 0, 2 * Math.PI);
      context.fillStyle = run.colour;
      context.fill();
    }
    context.restore();
    if (labels) drawNames(scene);
  }

  // each name beside the end of its curve, one below the other where ends are close
  function drawNames({ curves, shown, theme }: CurvesScene): void {
    const line = 16;
    const ends = curves.map(({ run, series }) => ({ run, y: toY(series(shown)) })).map(({ run, y }) =>
      ({ run, y: Number.isFinite(y) ? y : box.y }));
    ends.sort((a, b) => a.y - b.y);
    ends.forEach((end, i) => (end.y = Math.max(end.y, i ? ends[i - 1].y + line : box.y)));
    for (let i = ends.length - 1, most = box.y + box.height; i >= 0; i--, most -= line) ends[i].y = Math.min(ends[i].y, most);
    context.font = font(13);
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (const { run, y } of ends) {
      context.fillStyle = run.text;
      context.fillText(shortened(run.label), box.x + box.width + 9, y, labels - 12);
    }
    context.fillStyle = theme.ink;
  }

  // a long name is cut in the middle
  function shortened(name: string): string {
    let cut = name;
    for (let left = name.length - 1; context.measureText(cut).width > labels - 12 && left > 3; left--) {
      cut = `${name.slice(0, Math.ceil(left / 2))}…${name.slice(name.length - Math.floor(left / 2))}`;
    }
    return cut;
  }

  function drawFrame({ theme, heading, axisName }: CurvesScene, ticks: number[], width: number): void {
    context.font = font(13);
    context.textBaseline = "middle";
    context.textAlign = "right";
    // as many digits as keep the ticks apart
    const digits = [2, 3, 4, 5].find((each) => new Set(ticks.map((tick) => readable(tick, each))).size === ticks.length) ?? 6;
    for (const tick of ticks) {
      context.fillStyle = theme.grid;
      context.fillRect(box.x, toY(tick), box.width, 1);
      context.fillStyle = theme.ink;
      context.fillText(readable(tick, digits), box.x - 7, toY(tick));
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of ticksOf(0, steps, Math.max(2, box.width / 110))) {
      context.fillStyle = theme.ink;
      context.fillRect(toX(tick), box.y + box.height, 1, 4);
      context.fillText(readable(tick, 5), toX(tick) - (tick === steps ? 12 : 0), box.y + box.height + 7);
    }
    if (box.width < width - box.x - 40) {
      context.textAlign = "left";
      context.fillText(axisName, box.x + box.width + 9, box.y + box.height + 7);
    }
    context.fillStyle = theme.quiet;
    context.fillRect(box.x, box.y, 1, box.height);
    context.fillRect(box.x, box.y + box.height, box.width, 1);
    context.fillStyle = theme.ink;
    context.textAlign = "left";
    context.font = `600 ${font(14)}`;
    context.fillText(heading, box.x, 4);
  }

  const every = (first: number, last: number) => Math.max(1, Math.floor((last - first) / (2 * box.width)));
  const lineOf = (series: (step: number) => number, first: number, last: number) => {
    const path = new Path2D();
    for (let at = first; at <= last; at += every(first, last)) path.lineTo(toX(at), toY(series(at)));
    return path;
  };

  // the runs beside the first: few as thin lines, many as the band that holds the middle half of them
  function drawBeside({ run, series, beside }: Curve, { step }: CurvesScene): void {
    if (beside.length === 0) return;
    context.strokeStyle = context.fillStyle = run.colour;
    if (beside.length < BAND) {
      context.globalAlpha = 0.5;
      context.lineWidth = 1;
      for (const each of beside) context.stroke(lineOf(each, 0, step));
      context.globalAlpha = 1;
      return;
    }
    const path = new Path2D(), upper: [number, number][] = [];
    const apart = Math.max(1, Math.floor(step / 160)); // steps between those at which the runs are sorted
    for (let at = 0; ; at = Math.min(step, at + apart)) {
      const sorted = [series, ...beside].map((each) => each(at)).sort((a, b) => a - b);
      path.lineTo(toX(at), toY(sorted[Math.floor((sorted.length - 1) * 0.25)]));
      upper.push([toX(at), toY(sorted[Math.ceil((sorted.length - 1) * 0.75)])]);
      if (at === step) break;
    }
    for (const [x, y] of upper.reverse()) path.lineTo(x, y);
    context.globalAlpha = 0.22;
    context.fill(path);
    context.globalAlpha = 1;
  }

  function drawCurve({ run, series }: Curve, { theme, step, shown }: CurvesScene): void {
    context.strokeStyle = run.colour;
    context.lineWidth = 1.2;
    context.globalAlpha = 0.35;
    context.stroke(lineOf(series, 0, shown));
    context.globalAlpha = 1;
    context.strokeStyle = theme.paper;
    context.lineWidth = 4.5;
    context.stroke(lineOf(series, 0, step));
    context.strokeStyle = run.colour;
    context.lineWidth = 2.4;
    context.stroke(lineOf(series, 0, step));
  }

  // dashed and grey, its formula along its middle
  function drawTheory({ theory, run }: Curve, { theme }: CurvesScene, share: number): void {
    if (theory === null) return;
    context.setLineDash([6, 5]);
    context.strokeStyle = theme.quiet;
    context.lineWidth = 1.6;
    context.stroke(lineOf(theory.line, 0, steps));
    context.setLineDash([]);
    let at = steps;
    while (at > 1 && !(toY(theory.line(at)) < box.y + box.height - 12)) at = Math.floor(at / 1.1);
    at = Math.floor(at * share);
    context.font = font(12);
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.strokeStyle = theme.paper;
    context.lineWidth = 4;
    const x = Math.min(toX(at), box.x + box.width - context.measureText(theory.text).width - 4), y = Math.max(box.y + 14, toY(theory.line(at)) - 3);
    context.strokeText(theory.text, x, y);
    context.fillStyle = run.text;
    context.fillText(theory.text, x, y);
  }

  const stepAt = (event: { clientX: number; clientY: number }): number => {
    const share = (pointOn(canvas, event)[0] - box.x) / box.width;
    return Math.round(Math.min(1, Math.max(0, share)) * steps);
  };
  return { draw, stepAt };
}

// The vertical axis of the steps up to one: {share(value) from 0 to 1, ticks}. One that diverges never sets it. rounded:
// to whole decades, so that an axis that follows what is shown seldom changes.
function axisOf(curves: Curve[], steps: number, rounded: boolean): { share: (value: number) => number; ticks: number[] } {
  const diverged = (track: Track) => track.status === "diverged";
  const calm = curves.filter(({ run }) => !diverged(run.track));
  let low = Infinity, high = -Infinity, least = Infinity;
  for (const { series } of calm.length ? calm : curves) {
    for (let step = 0; step <= steps; step++) {
      const value = series(step);
      if (!Number.isFinite(value)) continue;
      if (value > 0) least = Math.min(least, value);
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  if (low >= 0 && isLogarithmic(Math.max(least, high * DEEPEST), high)) {
    const to = (log: number, round: (log: number) => number) => (rounded ? round(log) : log);
    const bottom = to(Math.log10(Math.max(least, high * DEEPEST)), Math.floor), top = to(Math.log10(high), Math.ceil);
    const share = (gap: number) => (gap > 0 ? Math.max(0, (Math.log10(gap) - bottom) / (top - bottom)) : 0);
    return { share, ticks: powersOf(10 ** bottom, 10 ** top, 8) };
  }
  if (low === high && low !== 0) [low, high] = [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  const room = (high - low || 1) * 0.04;
  const share = (gap: number) => (gap - low + room) / (high - low + 2 * room || 1);
  return { share, ticks: ticksOf(low, high > low ? high : low + 1, 6) };
}
