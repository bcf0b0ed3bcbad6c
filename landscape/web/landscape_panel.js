// The landscape: shades, contour lines and critical points of the surface, and the runs over it.
//
//   const panel = landscapePanel(canvas, value)     // value(x, y): the loss
//   panel.draw(scene)                               // {view, theme, points, lowest, runs, step, start, hover, labels}
//   panel.toPlace(event), panel.toPixels(place)     // between the window and pixels of the page
import { traceLevels } from "./contours.js";
import { colourAt, levelsOf, readable, ticksOf } from "./scales.js";

const CELL = 3; // pixels of the page between places where the loss is computed
const MARGIN = { left: 46, right: 8, top: 8, bottom: 30 };
const SHADES = 64;
const TRAIL = 2.4, CASING = 5, HEAD = 6;
const MOST_POINTS = 60; // critical points in view
const COMET = 25; // steps of the bright end of a trail

export function landscapePanel(canvas, value) {
  const context = canvas.getContext("2d");
  let ground = null; // what does not change from step to step, and what it was drawn from
  let box = { x: 0, y: 0, width: 1, height: 1 };
  let view = [[0, 1], [0, 1]];

  const toX = (x) => box.x + ((x - view[0][0]) / (view[0][1] - view[0][0])) * box.width;
  const toY = (y) => box.y + box.height - ((y - view[1][0]) / (view[1][1] - view[1][0])) * box.height;

  function draw(scene) {
    const { width, height, scale } = fitted(canvas);
    box = { x: MARGIN.left, y: MARGIN.top, width: Math.max(10, width - MARGIN.left - MARGIN.right),
      height: Math.max(10, height - MARGIN.top - MARGIN.bottom) };
    view = scene.view;
    const key = JSON.stringify([width, height, scale, view, scene.theme.name]);
    if (ground === null || ground.key !== key) ground = { key, ...drawnGround(scene, width, height, scale) };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(ground.canvas, 0, 0);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    if (scene.basins) drawBasins(scene);
    for (const each of scene.runs) for (const track of each.cloud) drawCloud(track, each, scene.step);
    for (const each of scene.runs) drawTrail(each, scene);
    drawStart(scene);
    for (const each of scene.runs) drawHead(each, scene);
    context.restore();
    drawKey(scene, ground);
  }

  function drawnGround(scene, width, height, scale) {
    const made = document.createElement("canvas");
    made.width = canvas.width;
    made.height = canvas.height;
    const pen = made.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = scene.theme.paper;
    pen.fillRect(0, 0, width, height);
    const columns = Math.ceil(box.width / CELL) + 1, rows = Math.ceil(box.height / CELL) + 1;
    const values = new Float64Array(columns * rows);
    for (let row = 0; row < rows; row++) {
      const y = view[1][1] + (row / (rows - 1)) * (view[1][0] - view[1][1]);
      for (let column = 0; column < columns; column++) {
        values[row * columns + column] = value(view[0][0] + (column / (columns - 1)) * (view[0][1] - view[0][0]), y);
      }
    }
    const { shade, levels } = levelsOf(values, scene.lowest);
    pen.drawImage(shaded(values, columns, rows, shade, scene.theme), box.x, box.y, box.width, box.height);
    pen.save();
    pen.beginPath();
    pen.rect(box.x, box.y, box.width, box.height);
    pen.clip();
    const lines = new Path2D();
    const x = (column) => box.x + (column / (columns - 1)) * box.width;
    const y = (row) => box.y + (row / (rows - 1)) * box.height;
    traceLevels(lines, values, columns, rows, levels, x, y);
    pen.strokeStyle = scene.theme.contour;
    pen.globalAlpha = 0.45;
    pen.lineWidth = 0.8;
    pen.stroke(lines);
    pen.globalAlpha = 1;
    for (const point of few(scene.points)) drawPoint(pen, point, scene.theme);
    pen.restore();
    drawAxes(pen, scene);
    return { canvas: made, shade, levels };
  }

  // the cells of a map of basins, each in the colour of its minimum; the star of a minimum has that colour too
  function drawBasins({ basins: { view: seen, size, regions }, theme, minima }) {
    const made = document.createElement("canvas");
    made.width = made.height = size;
    const pen = made.getContext("2d");
    regions.forEach((region, at) => {
      pen.fillStyle = region < 0 ? theme.unknown : theme.regions[region % theme.regions.length];
      pen.fillRect(at % size, Math.floor(at / size), 1, 1);
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
  function few(points) {
    const inside = points.filter(({ x, y }) => x >= view[0][0] && x <= view[0][1] && y >= view[1][0] && y <= view[1][1]);
    const chosen = inside.filter((point) => point.global);
    for (const kind of ["minimum", "saddle", "maximum"]) {
      const more = inside.filter((point) => point.kind === kind && !point.global);
      if (chosen.length + more.length <= MOST_POINTS) chosen.push(...more);
    }
    return chosen;
  }

  function drawPoint(pen, point, theme) {
    const x = toX(point.x), y = toY(point.y);
    pen.fillStyle = point.kind === "minimum" && point.global ? theme.gold : theme.mark;
    pen.strokeStyle = theme.outline;
    pen.lineWidth = 1;
    if (point.kind === "minimum") {
      star(pen, x, y, point.global ? 9 : 5);
    } else if (point.kind === "maximum") {
      polygon(pen, x, y, 5, 3, -Math.PI / 2);
    } else {
      saddle(pen, x, y, point.direction, theme);
      return;
    }
    pen.fill();
    pen.stroke();
  }

  // a cross, and a tick along the direction in which a saddle falls
  function saddle(pen, x, y, direction, theme) {
    const dx = (direction[0] / (view[0][1] - view[0][0])) * box.width;
    const dy = (-direction[1] / (view[1][1] - view[1][0])) * box.height;
    const long = 10 / (Math.hypot(dx, dy) || 1);
    const path = new Path2D();
    path.moveTo(x - 4, y - 4);
    path.lineTo(x + 4, y + 4);
    path.moveTo(x - 4, y + 4);
    path.lineTo(x + 4, y - 4);
    path.moveTo(x - dx * long, y - dy * long);
    path.lineTo(x + dx * long, y + dy * long);
    for (const [colour, width] of [[theme.outline, 3.6], [theme.mark, 1.8]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke(path);
    }
  }

  function drawAxes(pen, scene) {
    pen.strokeStyle = scene.theme.quiet;
    pen.fillStyle = scene.theme.ink;
    pen.lineWidth = 1;
    pen.font = font(13);
    pen.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
    pen.textAlign = "center";
    pen.textBaseline = "top";
    for (const tick of ticksOf(...view[0], Math.max(2, box.width / 90))) {
      pen.fillRect(toX(tick), box.y + box.height, 1, 4);
      if (toX(tick) < box.x + box.width - 24) pen.fillText(readable(tick), toX(tick), box.y + box.height + 7);
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

  function pathOf(track, first, last) {
    const path = new Path2D();
    let [x, y] = [toX(track.params[2 * first]), toY(track.params[2 * first + 1])];
    path.moveTo(x, y);
    for (let step = first + 1; step <= last; step++) {
      const nextX = toX(track.params[2 * step]), nextY = toY(track.params[2 * step + 1]);
      if (Math.abs(nextX - x) + Math.abs(nextY - y) < 0.4 && step < last) continue;
      [x, y] = [nextX, nextY];
      path.lineTo(x, y);
    }
    return path;
  }

  function drawTrail(each, { step, theme }) {
    const path = pathOf(each.track, 0, step);
    context.lineJoin = context.lineCap = "round";
    strokes(path, [[theme.halo, CASING, 0.8], [each.colour, TRAIL, 0.75]]);
    strokes(pathOf(each.track, Math.max(0, step - COMET), step), [[each.colour, TRAIL + 1.2, 1]]);
  }

  function drawCloud(track, each, step) {
    context.lineJoin = "round";
    strokes(pathOf(track, 0, step), [[each.colour, 0.8, 0.35]]);
  }

  function strokes(path, lines) {
    for (const [colour, width, alpha] of lines) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.globalAlpha = alpha;
      context.stroke(path);
    }
    context.globalAlpha = 1;
  }

  function drawStart({ start, theme, focused }) {
    const x = toX(start[0]), y = toY(start[1]);
    for (const [colour, width] of [[theme.halo, 5], [theme.ink, 2.2]]) {
      context.beginPath();
      context.arc(x, y, focused ? 10 : 8, 0, 2 * Math.PI);
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke();
    }
  }

  function drawHead(each, { step, theme, hover }) {
    const at = hover === null ? step : Math.min(hover, each.track.value.length - 1);
    const x = toX(each.track.params[2 * at]), y = toY(each.track.params[2 * at + 1]);
    context.fillStyle = each.colour;
    context.strokeStyle = theme.edge;
    context.lineWidth = 1.6;
    if (each.track.status === "diverged" && at >= each.track.stopped) {
      const cross = new Path2D();
      for (const side of [-1, 1]) {
        cross.moveTo(x - HEAD, y - side * HEAD);
        cross.lineTo(x + HEAD, y + side * HEAD);
      }
      strokes(cross, [[theme.halo, 5, 1], [each.colour, 3, 1]]);
      return;
    }
    polygon(context, x, y, HEAD * (each.sides ? 1.15 : 1), each.sides, each.turn);
    context.fill();
    context.stroke();
  }

  // a few levels with their values, in the corner where the least happens
  function drawKey({ theme, runs, start, levelName }, { shade, levels }) {
    const count = Math.min(4, levels.length);
    if (count < 2 || box.width < 260) return;
    const chosen = [...Array(count).keys()].map((i) => levels[Math.round((i * (levels.length - 1)) / (count - 1))]);
    context.font = font(12);
    const texts = chosen.map((level) => readable(level, 2));
    const lengths = texts.map((text) => context.measureText(text).width + 22);
    const wide = Math.max(context.measureText(levelName).width, ...lengths);
    const high = 18 * count + 24;
    const [x, y] = quietest(wide + 16, high, runs, start);
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

  // of the four corners of the panel, the one that the fewest places of the runs lie in
  function quietest(width, height, runs, start) {
    const corners = [box.x + box.width - width - 8, box.x + 8].flatMap((x) =>
      [box.y + box.height - height - 8, box.y + 8].map((y) => [x, y]));
    const busy = ([x, y]) => {
      const inside = (px, py) => px > x - 12 && px < x + width + 12 && py > y - 12 && py < y + height + 12;
      let count = inside(toX(start[0]), toY(start[1])) ? 1e6 : 0;
      for (const { track: { params } } of runs) {
        for (let i = 0; i < params.length; i += 2) if (inside(toX(params[i]), toY(params[i + 1]))) count++;
      }
      return count;
    };
    const counts = corners.map(busy);
    return corners[counts.indexOf(Math.min(...counts))];
  }

  const toPlace = (event) => {
    const at = canvas.getBoundingClientRect();
    const x = (event.clientX - at.left - box.x) / box.width, y = (event.clientY - at.top - box.y) / box.height;
    return [view[0][0] + x * (view[0][1] - view[0][0]), view[1][1] - y * (view[1][1] - view[1][0])];
  };
  return { draw, toPlace, toPixels: ([x, y]) => [toX(x), toY(y)] };
}

// Sets a canvas to the pixels of the screen that it covers.
export function fitted(canvas) {
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const wide = Math.round(width * scale), high = Math.round(height * scale);
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  return { width, height, scale };
}

export const font = (size) => `${size}px system-ui, sans-serif`;

function shaded(values, columns, rows, shade, theme) {
  const made = document.createElement("canvas");
  [made.width, made.height] = [columns, rows];
  const pen = made.getContext("2d");
  const image = pen.createImageData(columns, rows);
  const packed = (colour) => new Uint32Array(new Uint8ClampedArray([...colour, 255]).buffer)[0];
  const ramp = Uint32Array.from({ length: SHADES + 1 }, (_, i) => packed(colourAt(theme.ramp, i / SHADES)));
  const unknown = packed(colourAt([theme.unknown, theme.unknown], 0));
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < values.length; i++) {
    pixels[i] = Number.isNaN(values[i]) ? unknown : ramp[Math.round(shade(values[i]) * SHADES)];
  }
  pen.putImageData(image, 0, 0);
  return made;
}

// A regular polygon, or for 0 sides a disc, as the current path
function polygon(pen, x, y, radius, sides, turn = 0) {
  pen.beginPath();
  if (!sides) pen.arc(x, y, radius, 0, 2 * Math.PI);
  for (let i = 0; i < sides; i++) {
    const angle = turn + (2 * Math.PI * i) / sides;
    pen.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  pen.closePath();
}

function star(pen, x, y, radius) {
  pen.beginPath();
  for (let i = 0; i < 10; i++) {
    const angle = (Math.PI * i) / 5 - Math.PI / 2, length = i % 2 ? 0.45 * radius : radius;
    pen.lineTo(x + length * Math.cos(angle), y + length * Math.sin(angle));
  }
  pen.closePath();
}
