// A lecture: what is hidden, predictions, a presenter's sequence of states, and their keys.
//
//   const lecture = lectureOf(page)
//   lecture.hidden()                        // what is hidden now
//   lecture.turn(2)                         // shows a slide, from 0
//   lecture.leave(); lecture.enter()        // around another state that takes the place of this one
//   lecture.draw(context, width)            // a prediction, over the landscape
import { HIDDEN, begun } from "./address";
import { chooser, element } from "./controls";
import { type Press, keysOf } from "./keys";
import type { Panel } from "./landscape_panel";
import type { Model } from "./model";
import { enlarged } from "./pen";
import type { Player } from "./player";
import { type Answer, answerOf, drawAnswer, drawQuestion } from "./predict";
import { readable } from "./scales";
import { sequenceOf } from "./sequence";
import type { Given, Hidden, Live, Point, Run, State, Theme } from "./types";

const USUAL = 40; // the step that is asked for first
const FINE = 200, COARSE = 40; // parts of the view that a key moves the cross by
const MARGINS = 52; // pixels between the words around the panels
const NARROW = 760; // pixels of width up to which the panels stand one below the other, as in page.css
const ROOM = 12; // pixels between the panels and what scrolls below them
const HALL = 1000, LARGEST = 2.2; // pixels of width that things are drawn at their size for; how much larger they become

interface Page {
  given: Given;
  first: State;
  model: Model<Live>;
  player: Player;
  land: Panel;
  theme(): Theme;
  runs(): (Run | null)[];
  become(state: Partial<State>): void;
  later(): void;
}

export function lectureOf({ given, first, model, player, land, theme, runs, become, later }: Page) {
  const { texts, slides } = given;
  // of a prediction: none, asked, played on to its step, or told
  let phase: "none" | "open" | "revealing" | "told" = "none";
  let asked = 0, answer: Answer | null = null, entered = "", clicked = false;
  const score: number[] = [];

  const question = element("p", { id: "question", role: "status", hidden: true });
  const sequence = sequenceOf(given, (number) => turn(number));
  sequence.place.after(question);
  const labelOf = (number: number) => given.entrants[model.get("entrants")[number]?.of]?.label ?? "";
  const hidden = (): Hidden => (model.get("hide") === "nothing" && model.get("predict") !== null ? "future" : model.get("hide"));
  const filled = (text: string, values: Record<string, string | number>) =>
    text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  const percent = (share: number) => `${readable(100 * share, share < 0.1 ? 1 : 2)} %`;

  function setPhase(next: typeof phase): void {
    phase = next;
    model.set("asking", phase === "open");
    tell();
  }

  function ask(entrant: number, step: number): void {
    if (!runs()[entrant]) return;
    if (model.get("step") >= step) player.go(0);
    player.stop();
    model.set("predict", { entrant, step });
    open();
  }

  function open(): void {
    const asks = model.get("predict"), run = asks && runs()[asks.entrant];
    answer = null;
    asked = model.get("step");
    model.set("guess", null);
    model.set("aim", run ? [run.track.params[2 * asked], run.track.params[2 * asked + 1]] : null);
    setPhase(run && asked < asks.step ? "open" : "none");
  }

  function end(): void {
    model.set("predict", null);
    open();
  }

  function guess(place: Point): void {
    model.set("aim", place);
    model.set("guess", place);
    asked = model.get("step");
    tell();
  }

  function reveal(): void {
    const asks = model.get("predict");
    if (asks === null || (phase !== "open" && phase !== "revealing")) return;
    setPhase("revealing");
    if (player.prefersStill() || model.get("playing")) player.go(asks.step);
    else player.start(asks.step);
  }

  // the step that was asked for is reached
  function finish(): void {
    const asks = model.get("predict")!, run = runs()[asks.entrant];
    if (!run) return end();
    answer = answerOf(asks, run, asked, model.get("guess"));
    if (answer.guess && answer.travelled > 0) score.push(answer.distance / answer.travelled);
    setPhase("told");
  }

  function said(told: Answer): string {
    const values = { label: labelOf(told.entrant), step: told.step, distance: readable(told.distance), travelled: readable(told.travelled),
      share: percent(told.distance / told.travelled) };
    const text = told.guess === null ? texts.answer_none : told.travelled > 0 ? texts.answer : texts.answer_still;
    return filled(text, values);
  }

  const scored = () => filled(texts.score, { count: score.length, best: percent(Math.min(...score)),
    mean: percent(score.reduce((sum, each) => sum + each, 0) / score.length) });

  function tell(): void {
    const asks = model.get("predict"), run = asks && runs()[asks.entrant];
    question.hidden = !asks || !run || phase === "none";
    clear.hidden = score.length === 0;
    revealing.disabled = phase !== "open" && phase !== "revealing";
    if (!question.hidden && asks && run) {
      const told = phase === "told" && answer !== null;
      const text = told ? said(answer!) : filled(texts.question, { label: labelOf(asks.entrant), step: asks.step });
      const how = phase !== "open" ? "" : model.get("guess") ? texts.guessed : texts.aim;
      question.replaceChildren(element("span", {}, element("b", {}, text), ` ${how}`),
        ...(told && score.length > 1 ? [element("small", {}, scored())] : []));
      question.style.setProperty("--run", run.colour);
    }
    document.body.dataset.hide = hidden();
    later();
  }

  function turn(number: number): void {
    become(begun(given, first, number));
    clicked = true;
    window.scrollTo(0, 0);
  }

  // the sliders of the rates that are shown, one after the other
  function slide(): void {
    const sliders = [...document.querySelectorAll("#entrants .card:has([aria-pressed=true])")].flatMap((card) =>
      card.querySelector<HTMLElement>("input[type=range]") ?? []);
    sliders[(sliders.indexOf(document.activeElement as HTMLElement) + 1) % sliders.length]?.focus();
  }

  // what a presenter's one button does: reveal, play on, or the next slide
  function next(): void {
    const number = model.get("slide"), until = slides[number]?.until ?? null;
    if (phase === "open" || phase === "revealing") return reveal();
    if (until !== null && model.get("step") < until) return model.get("playing") ? player.go(until) : player.start(until);
    if (number + 1 < slides.length) turn(number + 1);
  }

  function move(key: string, fine: boolean): void {
    const by = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] } as Record<string, Point>)[key];
    const aim = model.get("aim")!;
    model.set("aim", aim.map((each, axis) => {
      const [low, high] = model.get("view")[axis];
      return Math.min(high, Math.max(low, each + (by[axis] * (high - low)) / (fine ? FINE : COARSE)));
    }) as Point);
  }

  const hide = () => model.set("hide", HIDDEN[(HIDDEN.indexOf(model.get("hide")) + 1) % HIDDEN.length]);
  const full = () => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => {});
  const go = (by: number) => player.go(model.get("step") + by);
  const plain: Record<string, () => void> = {
    ".": () => go(1), ",": () => go(-1), ">": () => go(10), "<": () => go(-10), k: () => player.toggle(), h: hide, r: reveal, f: full, s: slide,
    p: () => ask(Number(who.value), Number(when.value)), Home: () => player.go(0), End: () => player.go(model.get("steps")),
  };

  function take({ key, shift, button, canvas }: Press): boolean {
    const turns = slides.length > 0, sideways = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    if (phase === "open" && key.startsWith("Arrow")) move(key, shift);
    else if (phase === "open" && key === "Enter" && !button) guess(model.get("aim")!);
    else if (key === "Escape" && model.get("predict")) end();
    else if (turns && key === "PageDown") next();
    else if (turns && key === "PageUp") turn(Math.max(0, model.get("slide") - 1));
    else if (turns && key === " " && !button && model.get("slide") >= 0) next();
    else if (sideways && !shift && turns && model.get("slide") >= 0 && (!canvas || clicked)) {
      if (sideways > 0) next();
      else turn(Math.max(0, model.get("slide") - 1));
    } else if (sideways && shift && !canvas) go(10 * sideways);
    else if (key in plain) plain[key]();
    else return false;
    return true;
  }

  const rows: [string, string][] = [
    ...(slides.length ? [["PageDown Space →", texts.key_next], ["PageUp ←", texts.key_previous]] as [string, string][] : []),
    [". ,", texts.key_step], ["> <", texts.key_ten], ["Home End", texts.key_ends], [slides.length ? "K" : "K Space", texts.key_play],
    ["H", texts.key_hide], ["P", texts.key_predict], ["← → ↑ ↓ Enter", texts.key_aim], ["R", texts.key_reveal], ["S", texts.key_slider],
    ["Esc", texts.key_end], ["F", texts.key_full], ["?", texts.key_help],
  ];
  const keys = keysOf(texts, rows, `${texts.landscape_keys} ${texts.keys}`, take);

  // the same for whoever has no keys
  const choice = chooser(texts.hide, HIDDEN.map((name) => [name, texts[`hide_${name}`]]), model.get("hide"),
    (value) => model.set("hide", value as Hidden));
  const who = chooser(texts.predict, [], "", () => {});
  const when = element("input", { type: "number", min: 1, max: first.steps, step: 1, value: Math.min(USUAL, first.steps), "aria-label": texts.at_step,
    onchange: () => (when.value = String(Math.max(1, Math.min(first.steps, Math.round(Number(when.value)) || 1)))) });
  const button = (text: string, onclick: () => void) => element("button", { type: "button", onclick }, text);
  const revealing = button(texts.reveal, reveal);
  const clear = button(texts.clear, () => {
    score.length = 0;
    tell();
  });
  const labelled = (text: string, field: HTMLElement) => element("label", {}, element("span", {}, text), field);
  const bar = element("details", { id: "lecture" }, element("summary", {}, texts.lecture),
    element("div", { class: "buttons" }, labelled(texts.hide, choice), labelled(texts.predict, who), labelled(texts.at_step, when),
      button(texts.ask, () => plain.p()), revealing, clear, button(texts.full, full), button(texts.help, () => keys.help())));
  document.getElementById("player")!.after(bar);

  function list(): void {
    const before = who.value;
    who.replaceChildren(...model.get("entrants").flatMap((each, i) =>
      each.shown ? [element("option", { value: i }, given.entrants[each.of].label)] : []));
    if ([...who.options].some((option) => option.value === before)) who.value = before;
  }

  // as large as the back row of a hall needs it, and as much of the window as the words leave
  function fit(): void {
    const wide = model.get("slide") >= 0 || document.fullscreenElement !== null;
    document.body.classList.toggle("hall", wide);
    // a frame that is as high as what it holds, as in a notebook, has no height to fill
    const fills = wide && (window.self === window.top || document.fullscreenElement !== null);
    document.body.classList.toggle("fills", fills);
    enlarged.by = wide ? Math.min(LARGEST, Math.max(1, window.innerWidth / HALL)) : 1;
    const words = ["#slide", "#question", "h1", "#pointer", "#player"].map((name) => document.querySelector<HTMLElement>(name)!.offsetHeight);
    document.body.style.setProperty("--words", `${words.reduce((sum, each) => sum + each, MARGINS)}px`);
    // the maps and the inside stand where a hall sees them without scrolling
    const panels = document.getElementById("panels")!, narrow = window.innerWidth <= NARROW;
    const beside = fills && !narrow ? panels : document.getElementById("beside")!, map = document.getElementById("map")!;
    if (map.parentElement !== beside) beside.append(document.getElementById("inside")!, map);
    document.documentElement.style.scrollPaddingTop = `${(narrow ? land.canvas : panels).offsetHeight + ROOM}px`;
    later();
  }

  function enter(): void {
    const { predict, slide, step } = model.state;
    sequence.tell(slide);
    const now = JSON.stringify([predict, slide, step]);
    if (predict) [who.value, when.value] = [String(predict.entrant), String(predict.step)];
    if (now !== entered || phase === "none") open();
    entered = now;
    fit();
  }

  model.on("change:step", () => {
    const asks = model.get("predict");
    if (asks && (phase === "open" || phase === "revealing") && model.get("step") >= asks.step) finish();
  });
  model.on("change:start change:entrants change:noise change:seed change:batch", () => {
    if (phase === "told") setPhase("none");
  });
  model.on("change:hide change:predict change:guess", () => {
    choice.value = model.get("hide");
    if (model.get("predict") === null && phase !== "none") setPhase("none");
    else tell();
  });
  model.on("change:aim", later);
  model.on("change:entrants", () => {
    list();
    tell();
  });
  land.canvas.addEventListener("pointerdown", () => (clicked = true));
  document.addEventListener("keydown", (event) => (clicked = event.key === "Tab" ? false : clicked), true);
  // a button that was pressed with the mouse does not take the space bar from the slides
  document.addEventListener("click", (event) => {
    if (event.detail > 0 && model.get("slide") >= 0) (event.target as HTMLElement).closest("button")?.blur();
  });
  window.addEventListener("resize", fit);
  document.addEventListener("fullscreenchange", fit);
  new ResizeObserver(fit).observe(sequence.place);
  new ResizeObserver(fit).observe(question);
  list();

  return {
    hidden, enter, guess, score, turn,
    leave: () => {
      player.stop();
      phase = "none";
    },
    answer: () => answer,
    draw(pen: CanvasRenderingContext2D, width: number): void {
      const asks = model.get("predict"), run = asks && runs()[asks.entrant];
      if (!run || phase === "none") return;
      const { aim, guess: guessed } = model.state;
      if (phase !== "told" || !answer) drawQuestion(pen, land.toDrawn, theme(), { aim: phase === "open" ? aim : null, guess: guessed, colour: run.colour });
      else drawAnswer(pen, land.toDrawn, theme(), answer, run.colour, `${readable(answer.distance)}${answer.travelled > 0 ? ` (${percent(answer.distance / answer.travelled)})` : ""}`, width);
    },
  };
}
