// Shapes that several panels draw.
import type { Point } from "./types";

// How much larger than on a page for one reader everything is drawn, as for the back row of a hall.
export const enlarged = { by: 1 };

// Sets a canvas to the pixels of the screen that it covers.
export function fitted(canvas: HTMLCanvasElement): { width: number; height: number; scale: number } {
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const wide = Math.round(width * scale), high = Math.round(height * scale);
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  return { width: width / enlarged.by, height: height / enlarged.by, scale: scale * enlarged.by };
}

// Where a pointer is on a canvas, in the units that are drawn in
export function pointOn(canvas: HTMLCanvasElement, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const { left, top } = canvas.getBoundingClientRect();
  return [(clientX - left) / enlarged.by, (clientY - top) / enlarged.by];
}

export function arrow(path: Path2D, x: number, y: number, dx: number, dy: number, head: number): void {
  const angle = Math.atan2(dy, dx);
  path.moveTo(x, y);
  path.lineTo(x + dx, y + dy);
  for (const side of [-1, 1]) {
    path.moveTo(x + dx, y + dy);
    path.lineTo(x + dx - head * Math.cos(angle + side * 0.5), y + dy - head * Math.sin(angle + side * 0.5));
  }
}

export const font = (size: number): string => `${size}px system-ui, sans-serif`;

// A path in several strokes, one over the other: [colour, width, opacity]
export function strokes(pen: CanvasRenderingContext2D, path: Path2D, lines: [string, number, number][]): void {
  for (const [colour, width, alpha] of lines) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.globalAlpha = alpha;
    pen.stroke(path);
  }
  pen.globalAlpha = 1;
}

// A regular polygon, or for 0 sides a disc, as the current path
export function polygon(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, sides: number, turn = 0): void {
  pen.beginPath();
  if (!sides) pen.arc(x, y, radius, 0, 2 * Math.PI);
  for (let i = 0; i < sides; i++) {
    const angle = turn + (2 * Math.PI * i) / sides;
    pen.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  pen.closePath();
}

export function star(pen: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  pen.beginPath();
  for (let i = 0; i < 10; i++) {
    const angle = (Math.PI * i) / 5 - Math.PI / 2, length = i % 2 ? 0.45 * radius : radius;
    pen.lineTo(x + length * Math.cos(angle), y + length * Math.sin(angle));
  }
  pen.closePath();
}
