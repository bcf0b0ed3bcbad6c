// The convergence: the loss of every run over the steps, on a logarithmic axis where it spans decades.
//
//   const panel = curvesPanel(canvas)
//   panel.draw(scene)                       // {runs, step, steps, hover, theme, heading}
//   panel.stepAt(event)                     // the step under the pointer
import { fitted, font } from "./landscape_panel.js";
import { isLogarithmic, powersOf, readable, ticksOf } from "./scales.js";

const EDGE = { left: 62, right: 12, top: 28, bottom: 34 };
const LABELS = 96; // pixels for the names at the curves' ends, where there is room
const DEEPEST = 1e-16; // the least share of the highest value that a logarithmic axis shows

export function curvesPanel(canvas) {
  const context = canvas.getContext("2d");
  let box = { x: 0, y: 0, width: 1, height: 1 };
  let steps = 1;

  function draw(scene) {
    const { width, height, scale } = fitted(canvas);
    const { theme } = scene;
    steps = scene.steps;
    const named = width > 420;
    const right = named ? LABELS : EDGE.right;
    box = { x: EDGE.left, y: EDGE.top, width: Math.max(10, width - EDGE.left - right),
      height: Math.max(10, height - EDGE.top - EDGE.bottom) };
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = theme.paper;
    context.fillRect(0, 0, width, height);
    const axis = axisOf(scene.runs);
    const toX = (step) => box.x + (step / steps) * box.width;
    const toY = (value) => box.y + box.height * (1 - axis.share(value));
    drawFrame(scene, axis, toX, toY);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y - 4, box.width + 4, box.height + 8);
    context.clip();
    context.lineJoin = "round";
    for (const each of scene.runs) drawCurve(each, scene, toX, toY);
    const at = scene.hover ?? scene.step;
    context.fillStyle = theme.quiet;
    context.fillRect(toX(at) - 0.5, box.y, 1, box.height);
    for (const each of scene.runs) {
      context.beginPath();
      context.arc(toX(at), toY(each.track.value[at] - each.lowest), 4.5, 0, 2 * Math.PI);
      context.fillStyle = each.colour;
      context.fill();
    }
    context.restore();
    if (named) drawNames(scene, toY);
  }

  // each name beside the end of its curve, one below the other where ends are close
  function drawNames({ runs, theme }, toY) {
    const line = 16;
    const ends = runs.map((each) => ({ each, y: toY(each.track.value[steps] - each.lowest) }));
    ends.sort((a, b) => a.y - b.y);
    ends.forEach((end, i) => (end.y = Math.max(end.y, i ? ends[i - 1].y + line : box.y)));
    for (let i = ends.length - 1, most = box.y + box.height; i >= 0; i--, most -= line) ends[i].y = Math.min(ends[i].y, most);
    context.font = font(13);
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (const { each, y } of ends) {
      context.fillStyle = each.text;
      context.fillText(shortened(each.label), box.x + box.width + 9, y, LABELS - 12);
    }
    context.fillStyle = theme.ink;
  }

  // a long name is cut in the middle
  function shortened(name) {
    let cut = name;
    for (let left = name.length - 1; context.measureText(cut).width > LABELS - 12 && left > 3; left--) {
      cut = `${name.slice(0, Math.ceil(left / 2))}…${name.slice(name.length - Math.floor(left / 2))}`;
    }
    return cut;
  }

  function drawFrame({ theme, heading }, axis, toX, toY) {
    context.font = font(13);
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const tick of axis.ticks) {
      context.fillStyle = theme.grid;
      context.fillRect(box.x, toY(tick), box.width, 1);
      context.fillStyle = theme.ink;
      context.fillText(readable(tick, 2), box.x - 7, toY(tick));
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const tick of ticksOf(0, steps, Math.max(2, box.width / 110))) {
      context.fillStyle = theme.ink;
      context.fillRect(toX(tick), box.y + box.height, 1, 4);
      context.fillText(readable(tick, 5), toX(tick) - (tick === steps ? 12 : 0), box.y + box.height + 7);
    }
    context.fillStyle = theme.quiet;
    context.fillRect(box.x, box.y, 1, box.height);
    context.fillRect(box.x, box.y + box.height, box.width, 1);
    context.fillStyle = theme.ink;
    context.textAlign = "left";
    context.font = `600 ${font(14)}`;
    context.fillText(heading, box.x, 4);
  }

  function drawCurve(each, { theme, step }, toX, toY) {
    const line = (first, last) => {
      const path = new Path2D();
      const every = Math.max(1, Math.floor((last - first) / (2 * box.width)));
      for (let at = first; at <= last; at += every) path.lineTo(toX(at), toY(each.track.value[at] - each.lowest));
      return path;
    };
    context.strokeStyle = each.colour;
    context.lineWidth = 1.2;
    context.globalAlpha = 0.35;
    context.stroke(line(0, steps));
    context.globalAlpha = 1;
    context.strokeStyle = theme.paper;
    context.lineWidth = 4.5;
    context.stroke(line(0, step));
    context.strokeStyle = each.colour;
    context.lineWidth = 2.4;
    context.stroke(line(0, step));
  }

  const stepAt = (event) => {
    const at = canvas.getBoundingClientRect();
    const share = (event.clientX - at.left - box.x) / box.width;
    return Math.round(Math.min(1, Math.max(0, share)) * steps);
  };
  return { draw, stepAt };
}

// The vertical axis: {share(value) from 0 to 1, ticks}. One that diverges never sets it.
function axisOf(runs) {
  const calm = runs.filter((each) => each.track.status !== "diverged");
  let low = Infinity, high = -Infinity, least = Infinity;
  for (const each of calm.length ? calm : runs) {
    for (const value of each.track.value) {
      const gap = value - each.lowest;
      if (!Number.isFinite(gap)) continue;
      if (gap > 0) least = Math.min(least, gap);
      low = Math.min(low, gap);
      high = Math.max(high, gap);
    }
  }
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  if (low >= 0 && isLogarithmic(Math.max(least, high * DEEPEST), high)) {
    const bottom = Math.log10(Math.max(least, high * DEEPEST)), top = Math.log10(high);
    const share = (gap) => (gap > 0 ? Math.max(0, (Math.log10(gap) - bottom) / (top - bottom)) : 0);
    return { share, ticks: powersOf(10 ** bottom, high, 8) };
  }
  const room = (high - low || 1) * 0.04;
  const share = (gap) => (gap - low + room) / (high - low + 2 * room || 1);
  return { share, ticks: ticksOf(low, high > low ? high : low + 1, 6) };
}
