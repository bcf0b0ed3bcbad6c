// The map of rates: how low each learning rate ends, along another hyper-parameter where there is one.
//
//   const panel = ratesPanel(place, texts, chosen)       // chosen(lr, other): the place that was clicked
//   panel.draw(map, {lr, other}, theme)
import { type FoundMap, onRange, shareOf } from "./maps";
import { fitted, font, pointOn } from "./pen";
import { colourAt, readable } from "./scales";
import type { Theme } from "./types";

const EDGE = { left: 62, right: 74, top: 28, bottom: 34 };
const COARSEST = 1e-12; // of the highest, the lowest loss that has a shade of its own

export function ratesPanel(canvas: HTMLCanvasElement, texts: Record<string, string>, chosen: (lr: number, other: number) => void) {
  const context = canvas.getContext("2d")!;
  let box = { x: 0, y: 0, width: 1, height: 1 };
  let shown: FoundMap | null = null;

  function draw(map: FoundMap, values: { lr: number; other: number }, names: [string, string], limit: number | null, theme: Theme): void {
    shown = map;
    const { width, height, scale } = fitted(canvas);
    box = { x: EDGE.left, y: EDGE.top, width: Math.max(10, width - EDGE.left - EDGE.right),
      height: Math.max(10, height - EDGE.top - EDGE.bottom) };
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = theme.paper;
    context.fillRect(0, 0, width, height);
    const known = [...map.cells].filter((each) => each < Infinity && each > 0).sort((a, b) => a - b);
    const high = known[Math.floor((known.length - 1) * 0.98)] ?? 1, low = Math.max(known[0] ?? 0.1, high * COARSEST);
    const shade = (value: number) => Math.max(0, Math.min(1, Math.log(Math.max(value, low) / low) / Math.log(high / low || 1) || 0));
    hatch(theme);
    const made = document.createElement("canvas");
    [made.width, made.height] = [map.columns, map.rows];
    const pen = made.getContext("2d")!;
    map.cells.forEach((value, at) => {
      if (!(value < Infinity)) return;
      const [red, green, blue] = colourAt(theme.ramp, shade(value));
      pen.fillStyle = `rgb(${red} ${green} ${blue})`;
      pen.fillRect(at % map.columns, Math.floor(at / map.columns), 1, 1);
    });
    context.imageSmoothingEnabled = false;
    context.drawImage(made, box.x, box.y, box.width, box.height);
    context.strokeStyle = theme.quiet;
    context.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
    frame(map, names, theme, width);
    key(low, high, theme);
    const x = box.x + box.width * shareOf(map.ranges[0], values.lr);
    const y = map.rows === 1 ? box.y + box.height / 2 : box.y + box.height * (1 - shareOf(map.ranges[1], values.other));
    if (limit !== null) mark(box.x + box.width * shareOf(map.ranges[0], limit), theme);
    for (const [colour, wide] of [[theme.halo, 5], [theme.ink, 2.2]] as const) {
      context.beginPath();
      context.arc(x, y, 8, 0, 2 * Math.PI);
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.stroke();
    }
  }

  // what shows where runs diverge: stripes
  function hatch(theme: Theme): void {
    context.save();
    for (const [x, y, width, height] of [[box.x, box.y, box.width, box.height], [box.x + box.width + 8, box.y + 54, 12, 13]]) {
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      context.fillStyle = theme.paper;
      context.fillRect(x, y, width, height);
      context.strokeStyle = theme.quiet;
      context.lineWidth = 1;
      context.beginPath();
      for (let at = x - height; at < x + width; at += 7) {
        context.moveTo(at, y + height);
        context.lineTo(at + height, y);
      }
      context.stroke();
      context.restore();
      context.save();
    }
    context.restore();
  }

  // the stability limit, a dashed line
  function mark(x: number, theme: Theme): void {
    if (!(x > box.x && x < box.x + box.width)) return;
    for (const [colour, wide] of [[theme.halo, 3.5], [theme.ink, 1.4]] as const) {
      context.setLineDash([6, 5]);
      context.beginPath();
      context.moveTo(x, box.y);
      context.lineTo(x, box.y + box.height);
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.stroke();
    }
    context.setLineDash([]);
  }

  function frame(map: FoundMap, names: [string, string], theme: Theme, width: number): void {
    context.fillStyle = theme.ink;
    context.font = `600 ${font(14)}`;
    context.textAlign = "left";
    context.textBaseline = "top";
    const axes = `→ ${names[0]}${map.rows === 1 ? "" : `  ↑ ${names[1]}`}`;
    context.fillText(`${texts.last_loss}: ${axes}`, box.x, 4, width - box.x);
    context.font = font(13);
    context.textAlign = "center";
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const x = box.x + share * box.width;
      context.fillRect(x, box.y + box.height, 1, 4);
      context.fillText(readable(onRange(map.ranges[0], share), 2), x, box.y + box.height + 7);
    }
    if (map.rows === 1) return;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const share of [0, 0.5, 1]) {
      const y = box.y + (1 - share) * box.height;
      context.fillRect(box.x - 4, y, 4, 1);
      context.fillText(readable(onRange(map.ranges[1], share), 2), box.x - 7, y);
    }
  }

  function key(low: number, high: number, theme: Theme): void {
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.font = font(12);
    [...[1, 0.5, 0].map((share) => ({ share, text: readable(low * (high / low) ** share, 2) })),
      { share: -1, text: texts.unstable }].forEach(({ share, text }, i) => {
      const [red, green, blue] = colourAt(theme.ramp, Math.max(0, share));
      context.fillStyle = share < 0 ? "transparent" : `rgb(${red} ${green} ${blue})`;
      const y = box.y + 18 * i;
      context.fillRect(box.x + box.width + 8, y, 12, 13);
      context.strokeStyle = theme.contour;
      context.lineWidth = 0.8;
      context.strokeRect(box.x + box.width + 8, y, 12, 13);
      context.fillStyle = theme.ink;
      context.fillText(text, box.x + box.width + 24, y + 7, EDGE.right - 26);
    });
  }

  canvas.addEventListener("click", (event) => {
    if (!shown) return;
    const [x, y] = pointOn(canvas, event);
    const across = (x - box.x) / box.width, up = 1 - (y - box.y) / box.height;
    if (across < 0 || across > 1 || up < 0 || up > 1) return;
    chosen(onRange(shown.ranges[0], across), shown.rows === 1 ? NaN : onRange(shown.ranges[1], up));
  });
  return { draw };
}
