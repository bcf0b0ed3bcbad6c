// Pointers and keys on the landscape: drag the start or the view, zoom by wheel, pinch and keys.
//
//   steer(canvas, panel, model)        // changes "start" and "view" of the model, "hover" where the pointer is near

const NEAR = 26; // pixels from the start at which it is taken hold of
const FINE = 100, COARSE = 20; // parts of the view that a key moves the start by
const DEEPEST = 1e-9, WIDEST = 1e4; // of the window: how far a view zooms

export function steer(canvas, panel, model) {
  const pointers = new Map();
  let holds = null; // "start", "view" or null
  let moved = false;

  const zoom = (factor, [x, y]) => {
    const scaled = ([low, high], at) => [at + (low - at) * factor, at + (high - at) * factor];
    const view = [scaled(model.get("view")[0], x), scaled(model.get("view")[1], y)];
    const share = (view[0][1] - view[0][0]) / (model.get("window")[0][1] - model.get("window")[0][0]);
    if (share > DEEPEST && share < WIDEST) model.set("view", view);
  };
  const pan = ([fromX, fromY], [toX, toY]) => {
    const [x, y] = model.get("view");
    model.set("view", [x.map((each) => each + fromX - toX), y.map((each) => each + fromY - toY)]);
  };
  const distance = (event, [x, y]) => {
    const at = canvas.getBoundingClientRect();
    return Math.hypot(event.clientX - at.left - x, event.clientY - at.top - y);
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    holds = pointers.size > 1 ? "view" : distance(event, panel.toPixels(model.get("start"))) < NEAR ? "start" : "view";
    moved = false;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      model.set("pointed", panel.toPlace(event));
      return;
    }
    moved = moved || Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) > 2;
    if (holds === "start") {
      model.set("start", panel.toPlace(event));
    } else if (pointers.size === 2) {
      const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      zoom(apart(before) / Math.max(1, apart(event)), panel.toPlace(other));
    } else if (moved) {
      pan(panel.toPlace(before), panel.toPlace(event));
    } else return;
    pointers.set(event.pointerId, event);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, (event) => {
      if (!pointers.delete(event.pointerId)) return;
      if (name === "pointerup" && !moved && holds === "view" && pointers.size === 0) model.set("start", panel.toPlace(event));
      if (pointers.size === 0) {
        holds = null;
        model.set("settled", true);
      }
    });
  }
  canvas.addEventListener("pointerleave", () => model.set("pointed", null));
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(Math.max(-50, Math.min(50, event.deltaY)) / 250), panel.toPlace(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const [x, y] = model.get("view");
    const middle = [(x[0] + x[1]) / 2, (y[0] + y[1]) / 2];
    const part = event.shiftKey ? FINE * 10 : event.altKey ? COARSE : FINE;
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (by) {
      const start = model.get("start");
      model.set("start", [start[0] + (by[0] * (x[1] - x[0])) / part, start[1] + (by[1] * (y[1] - y[0])) / part]);
      model.set("settled", true);
    } else if (event.key === "+" || event.key === "=") zoom(0.8, middle);
    else if (event.key === "-") zoom(1.25, middle);
    else if (event.key === "0") model.set("view", model.get("window"));
    else return;
    event.preventDefault();
  });
}
