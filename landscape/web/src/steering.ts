// Pointers and keys on the landscape: drag the start or the view, add starts, zoom by wheel, pinch and keys, turn a relief.
//
//   steer(canvas, panel, model)        // changes "start", "others" and "view" of the model, "pointed" under the pointer;
//                                      // while a place is predicted, a click is one and the start stays
import type { Panel } from "./landscape_panel";
import type { Model } from "./model";
import type { Live, Point, Window } from "./types";

const NEAR = 26; // pixels from the start at which it is taken hold of
const FINE = 100, COARSE = 20; // parts of the view that a key moves the start by
const DEEPEST = 1e-9, WIDEST = 1e4; // of the window: how far a view zooms
const TURN = 0.008, NUDGE = 0.1; // radians of a pixel, and of a key
const MOST_STARTS = 24; // beside the first

// frozen: whether all runs are played back, so that no start can be moved; repeats: runs of each start, as they are
// numbered; guess: what takes a place that is clicked on while one is predicted
export function steer(canvas: HTMLCanvasElement, panel: Panel, model: Model<Live>, frozen: boolean, repeats: number,
  guess: (place: Point) => void): void {
  const pointers = new Map<number, PointerEvent>();
  let holds: "start" | "view" | null = null;
  let moved = false;

  const zoom = (factor: number, [x, y]: Point) => {
    const scaled = ([low, high]: Point, at: number): Point => [at + (low - at) * factor, at + (high - at) * factor];
    const view: Window = [scaled(model.get("view")[0], x), scaled(model.get("view")[1], y)];
    const share = (view[0][1] - view[0][0]) / (model.get("window")[0][1] - model.get("window")[0][0]);
    if (share > DEEPEST && share < WIDEST) model.set("view", view);
  };
  const pan = ([fromX, fromY]: Point, [toX, toY]: Point) => {
    const [x, y] = model.get("view");
    model.set("view", [x.map((each) => each + fromX - toX) as Point, y.map((each) => each + fromY - toY) as Point]);
  };
  const turn = (across: number, up: number) => {
    panel.turn(across, up);
    model.set("pointed", null);
  };
  const distance = (event: PointerEvent, [x, y]: Point) => {
    const at = canvas.getBoundingClientRect();
    return Math.hypot(event.clientX - at.left - x, event.clientY - at.top - y);
  };
  const middle = (): Point => [0, 1].map((i) => (model.get("view")[i][0] + model.get("view")[i][1]) / 2) as Point;

  function drop(place: Point, another: boolean): void {
    if (frozen) return;
    if (!another) return model.set("start", place);
    const others = model.get("others");
    if (others.length >= MOST_STARTS) return;
    // the run that Python gives to one start more, so that its noise is the same there
    const last = Math.max(...[model.get("run"), ...others.map(({ run }) => run)].map((run) => Math.floor(run / repeats)));
    model.set("others", [...others, { run: (last + 1) * repeats, start: place }]);
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    holds = frozen || model.get("asking") || pointers.size > 1 ? "view" : distance(event, panel.toPixels(model.get("start"))) < NEAR ? "start" : "view";
    moved = false;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return model.set("pointed", panel.toPlace(event));
    moved = moved || Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) > 2;
    if (holds === "start") {
      if (moved) model.set("start", panel.toPlace(event));
    } else if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)![1];
      const apart = (one: PointerEvent) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      zoom(apart(before) / Math.max(1, apart(event)), panel.isRaised() ? middle() : panel.toPlace(other));
    } else if (moved && panel.isRaised()) {
      turn(-TURN * (event.clientX - before.clientX), TURN * (event.clientY - before.clientY));
    } else if (moved) {
      pan(panel.toPlace(before), panel.toPlace(event));
    } else return;
    pointers.set(event.pointerId, event);
  });
  for (const name of ["pointerup", "pointercancel"] as const) {
    canvas.addEventListener(name, (event) => {
      if (!pointers.delete(event.pointerId)) return;
      const place = panel.toPlace(event), view = model.get("view");
      const clicked = name === "pointerup" && !moved && pointers.size === 0 && place.every((x, i) => x >= view[i][0] && x <= view[i][1]);
      const another = event.shiftKey || model.get("adding");
      if (clicked && model.get("asking")) guess(place);
      else if (clicked && (holds === "view" || another)) drop(place, another);
      if (pointers.size === 0) {
        holds = null;
        model.set("settled", true);
      }
    });
  }
  canvas.addEventListener("pointerleave", () => model.set("pointed", null));
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const factor = Math.exp(Math.max(-50, Math.min(50, event.deltaY)) / 250);
    zoom(factor, panel.isRaised() ? middle() : panel.toPlace(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const [x, y] = model.get("view");
    const part = event.shiftKey ? FINE * 10 : event.altKey ? COARSE : FINE;
    const by = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] } as Record<string, Point>)[event.key];
    if (by && panel.isRaised() && event.altKey) turn(NUDGE * by[0], NUDGE * by[1]);
    else if (by && frozen) return;
    else if (by) {
      const start = model.get("start");
      model.set("start", [start[0] + (by[0] * (x[1] - x[0])) / part, start[1] + (by[1] * (y[1] - y[0])) / part]);
      model.set("settled", true);
    } else if (event.key === "Enter") drop(model.get("start"), true);
    else if (event.key === "Delete" || event.key === "Backspace") model.set("others", model.get("others").slice(0, -1));
    else if (event.key === "+" || event.key === "=") zoom(0.8, middle());
    else if (event.key === "-") zoom(1.25, middle());
    else if (event.key === "0") model.set("view", model.get("window"));
    else return;
    event.preventDefault();
  });
}
