// Play, pause, step and scrub a race.
//
//   const player = playerOf(place, texts, model, {seconds: 8, pacing: "auto"})     // model: "step" of "steps"
//   player.start(); player.start(40); player.stop(); player.go(7)                  // to the end, to step 40
import { chooser, element } from "./controls";
import type { Model } from "./model";
import type { Live } from "./types";

const BRIEF = 2; // seconds that playing to a step takes at least

// the share of the steps that is shown at a share of the time, and the other way round
const PACES: Record<string, [(time: number, steps: number) => number, (share: number, steps: number) => number]> = {
  even: [(time) => time, (share) => share],
  logarithmic: [(time, steps) => Math.expm1(time * Math.log1p(steps)) / steps,
    (share, steps) => Math.log1p(share * steps) / Math.log1p(steps)],
  auto: [(time) => time * time, Math.sqrt], // early steps are slower than late ones, as most happens early
};

export type Player = ReturnType<typeof playerOf>;

export function playerOf(place: HTMLElement, texts: Record<string, string>, model: Model<Live>,
  { seconds, pacing }: { seconds: number; pacing: string }) {
  const steps = model.get("steps");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const [toShare, toTime] = PACES[pacing] ?? PACES.auto;
  let last: number | null = null; // when the frame before was drawn; null where it stands still
  let at = 0;
  let from = 0, end = steps; // where it began to play, and where it ends

  const button = (label: string, text: string, onclick: () => void) =>
    element("button", { type: "button", "aria-label": label, title: label, onclick }, text);
  const play = button(texts.play, "▶", () => toggle());
  const back = button(texts.back, "‹", () => go(model.get("step") - 1));
  const forward = button(texts.forward, "›", () => go(model.get("step") + 1));
  const slider = element("input", { type: "range", min: 0, max: steps, step: 1, "aria-label": texts.step,
    oninput: () => go(Number(slider.value)) });
  const counter = element("output", {});
  const speed = chooser(texts.speed, [0.25, 0.5, 1, 2, 4].map((times) => [String(times), `${times}×`]), "1", () => {});
  place.append(play, back, forward, slider, counter, speed);

  function show(): void {
    const step = model.get("step");
    slider.value = String(step);
    slider.setAttribute("aria-valuetext", `${texts.step} ${step}`);
    counter.textContent = `${texts.step} ${step} / ${steps}`;
    play.textContent = last === null ? "▶" : "❚❚";
    const label = last === null ? texts.play : texts.pause;
    play.setAttribute("aria-label", label);
    play.title = label;
  }

  function go(step: number): void {
    stop();
    model.set("step", Math.min(steps, Math.max(0, step)));
    model.set("settled", true);
  }

  function start(until = steps): void {
    if (model.get("step") >= steps) model.set("step", 0);
    [from, end] = [model.get("step"), until];
    at = end < steps ? 0 : steps ? toTime(from / steps, steps) : 1;
    last = performance.now();
    model.set("playing", true);
    show();
    requestAnimationFrame(frame);
  }

  const toggle = () => (last === null ? start() : stop());

  function stop(): void {
    if (last === null) return;
    last = null;
    model.set("playing", false);
    show();
    model.set("settled", true);
  }

  function frame(now: number): void {
    if (last === null) return;
    const passed = (Math.max(0, now - last) / 1000) * Number(speed.value);
    const whole = end < steps ? Math.max(BRIEF, seconds * (toTime(end / steps, steps) - toTime(from / steps, steps))) : seconds;
    at = Math.min(1, at + passed / whole);
    last = now;
    const step = end < steps ? from + Math.floor((end - from) * at + 1e-9) : Math.floor(toShare(at, steps) * steps + 1e-9);
    if (step !== model.get("step")) model.set("step", step);
    if (at >= 1) stop();
    else requestAnimationFrame(frame);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const free = target === document.body || target === document.documentElement;
    const steered = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === " " && (free || target.localName === "canvas")) toggle();
    else if (free && steered) go(model.get("step") + steered);
    else if (free && event.key === "Home") go(0);
    else if (free && event.key === "End") go(steps);
    else return;
    event.preventDefault();
  });
  model.on("change:step", show);
  show();
  return { start, stop, toggle, go, prefersStill: () => still.matches };
}
