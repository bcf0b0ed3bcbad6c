// Shapes that several panels draw.

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
