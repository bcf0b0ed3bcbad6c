// Where will an optimizer be at a step? A prediction, and how far it is from where the optimizer is then.
//
//   const answer = answerOf(question, run, asked, guess)      // asked: the step that was shown when it was predicted
//   drawQuestion(pen, place, theme, { aim, guess, colour }); drawAnswer(pen, place, theme, answer, colour, text)
import { font, polygon, strokes } from "./pen";
import type { Point, Question, Run, Theme } from "./types";

const CROSS = 15, GAP = 5; // of the arms of the cross, and in their middle
const AWAY = 26; // of what is said of an answer from its marks

export interface Answer extends Question {
  guess: Point | null;
  actual: Point;
  distance: number; // in the units of the axes
  travelled: number; // by the optimizer since it was asked, along its path
}

export function answerOf({ entrant, step }: Question, { track: { params } }: Run, asked: number, guess: Point | null): Answer {
  const actual: Point = [params[2 * step], params[2 * step + 1]];
  let travelled = 0;
  for (let at = asked; at < step; at++) travelled += Math.hypot(params[2 * at + 2] - params[2 * at], params[2 * at + 3] - params[2 * at + 1]);
  return { entrant, step, guess, actual, travelled, distance: guess === null ? NaN : Math.hypot(guess[0] - actual[0], guess[1] - actual[1]) };
}

type Place = (place: Point) => Point;

// The cross that is moved, and the mark of what is predicted
export function drawQuestion(pen: CanvasRenderingContext2D, place: Place, theme: Theme,
  { aim, guess, colour }: { aim: Point | null; guess: Point | null; colour: string }): void {
  if (guess) mark(pen, place(guess), theme, colour);
  if (!aim) return;
  const [x, y] = place(aim), path = new Path2D();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    path.moveTo(x + dx * GAP, y + dy * GAP);
    path.lineTo(x + dx * CROSS, y + dy * CROSS);
  }
  pen.lineCap = "round";
  strokes(pen, path, [[theme.halo, 6, 0.95], [theme.ink, 2.6, 1]]);
}

// The mark, the place where the optimizer is, and a line between them with what is said of it
export function drawAnswer(pen: CanvasRenderingContext2D, place: Place, theme: Theme, { guess, actual }: Answer, colour: string,
  text: string, width: number): void {
  const [toX, toY] = place(actual);
  if (guess) {
    const [x, y] = place(guess), line = new Path2D();
    line.moveTo(x, y);
    line.lineTo(toX, toY);
    pen.lineCap = "butt";
    strokes(pen, line, [[theme.halo, 6, 0.9]]);
    pen.setLineDash([7, 5]);
    strokes(pen, line, [[theme.ink, 2.4, 1]]);
    pen.setLineDash([]);
    mark(pen, [x, y], theme, colour);
    pen.font = `600 ${font(17)}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const half = pen.measureText(text).width / 2 + 6;
    const atX = Math.min(width - half, Math.max(half, (x + toX) / 2));
    const above = Math.min(y, toY) - AWAY, atY = above > AWAY / 2 ? above : Math.max(y, toY) + AWAY;
    pen.strokeStyle = theme.halo;
    pen.lineWidth = 5;
    pen.lineJoin = "round";
    pen.strokeText(text, atX, atY);
    pen.fillStyle = theme.ink;
    pen.fillText(text, atX, atY);
  }
  const ring = new Path2D();
  ring.arc(toX, toY, 12, 0, 2 * Math.PI);
  strokes(pen, ring, [[theme.halo, 6, 0.9], [colour, 3, 1]]);
}

// a flag-like disc with a cross in it, in the colour of the run that it is of
function mark(pen: CanvasRenderingContext2D, [x, y]: Point, theme: Theme, colour: string): void {
  polygon(pen, x, y, 10, 0);
  pen.fillStyle = theme.paper;
  pen.strokeStyle = theme.halo;
  pen.lineWidth = 6;
  pen.stroke();
  pen.fill();
  pen.strokeStyle = colour;
  pen.lineWidth = 3.4;
  pen.stroke();
  const path = new Path2D();
  for (const side of [-1, 1]) {
    path.moveTo(x - 4, y - side * 4);
    path.lineTo(x + 4, y + side * 4);
  }
  strokes(pen, path, [[theme.ink, 2.4, 1]]);
}
