// Play, pause, step and scrub a race.
//
//   const player = playerOf(place, texts, model, seconds)     // model: "step" of "steps"
import { element } from "./controls.js";

export function playerOf(place, texts, model, seconds) {
  const steps = model.get("steps");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let last = null; // when the frame before was drawn; null where it stands still
  let at = model.get("step") / steps;

  const button = (label, text, onclick) =>
    element("button", { type: "button", "aria-label": label, title: label, onclick }, text);
  const play = button(texts.play, "▶", () => (last === null ? start() : stop()));
  const back = button(texts.back, "‹", () => go(model.get("step") - 1));
  const forward = button(texts.forward, "›", () => go(model.get("step") + 1));
  const slider = element("input", { type: "range", min: 0, max: steps, step: 1, "aria-label": texts.step,
    oninput: () => go(Number(slider.value)) });
  const counter = element("output", {});
  const speed = element("select", { "aria-label": texts.speed });
  for (const times of [0.25, 0.5, 1, 2, 4]) speed.append(element("option", { value: times }, `${times}×`));
  speed.value = 1;
  place.append(play, back, forward, slider, counter, speed);

  function show() {
    const step = model.get("step");
    slider.value = step;
    slider.setAttribute("aria-valuetext", `${texts.step} ${step}`);
    counter.textContent = `${texts.step} ${step} / ${steps}`;
    play.textContent = last === null ? "▶" : "❚❚";
    const label = last === null ? texts.play : texts.pause;
    play.setAttribute("aria-label", label);
    play.title = label;
  }

  function go(step) {
    stop();
    model.set("step", Math.min(steps, Math.max(0, step)));
    model.set("settled", true);
  }

  function start() {
    if (model.get("step") >= steps) model.set("step", 0);
    at = Math.sqrt(model.get("step") / steps);
    last = performance.now();
    show();
    requestAnimationFrame(frame);
  }

  function stop() {
    if (last === null) return;
    last = null;
    show();
    model.set("settled", true);
  }

  // early steps are slower than late ones, as most happens early
  function frame(now) {
    if (last === null) return;
    at = Math.min(1, at + (Math.max(0, now - last) / 1000 / seconds) * Number(speed.value));
    last = now;
    const step = Math.floor(at * at * steps);
    if (step !== model.get("step")) model.set("step", step);
    if (at >= 1) stop();
    else requestAnimationFrame(frame);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const free = event.target === document.body;
    const steered = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === " " && (free || event.target.localName === "canvas")) last === null ? start() : stop();
    else if (free && steered) go(model.get("step") + steered);
    else if (free && event.key === "Home") go(0);
    else if (free && event.key === "End") go(steps);
    else return;
    event.preventDefault();
  });
  model.on("change:step", show);
  show();
  return { start, stop, prefersStill: () => still.matches };
}
