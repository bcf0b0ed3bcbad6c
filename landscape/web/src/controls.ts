// The knobs of a race: elements with listeners, a knob for a number, and a card for each entrant.
//
//   const cards = entrantCards(place, given, model, looks)     // looks(entrant): {colour, text}
//   cards.tell(runs, step)                                     // the loss and the fate of each, in its card
import { onRange, shareOf } from "./maps";
import type { Model } from "./model";
import { ruleButtons } from "./typed_panel";
import { factorsOf } from "./race";
import { readable } from "./scales";
import { theoryOf } from "./theory";
import type { Entrant, Given, Live, Range, Run, Track } from "./types";

const PLACES = 1000; // of a slider

type Attributes = Record<string, string | number | boolean | null | ((event: any) => void)>;

// An element with attributes, listeners ("onclick") and children.
export function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Attributes = {},
  ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

// Says that a field cannot have what was typed; when it is left, it has its value again.
export function refuse(field: HTMLInputElement, text: string, name: string, { least, most }: { least: number; most: number }, show: () => void): void {
  field.setAttribute("aria-invalid", "true");
  document.getElementById("said")!.textContent = text.replace("{name}", name).replace("{least}", readable(least)).replace("{most}", readable(most));
  field.addEventListener("blur", () => {
    if (field.getAttribute("aria-invalid") === "true") show();
    field.setAttribute("aria-invalid", "false");
  }, { once: true });
}

// A slider and a field for one number; outside: what is said of one that it cannot have
export function knob(label: string, name: string, range: Range, value: number, changed: (number: number) => void,
  limit: number | null = null, outside = ""): HTMLElement {
  const slider = element("input", { type: "range", min: 0, max: PLACES, step: 1, "aria-label": `${label} ${name}` });
  const field = element("input", { type: "number", step: "any", "aria-label": `${label} ${name}`, inputmode: "decimal" });
  const show = (number: number) => {
    value = number;
    slider.value = String(Math.round(shareOf(range, number) * PLACES));
    slider.setAttribute("aria-valuetext", readable(number));
    field.value = String(number);
  };
  slider.addEventListener("input", () => {
    const number = Number(onRange(range, Number(slider.value) / PLACES).toPrecision(3));
    show(number);
    changed(number);
  });
  field.addEventListener("change", () => {
    const number = Number(field.value);
    const fits = field.value !== "" && number >= range.least && number <= range.most;
    if (!fits) return refuse(field, outside, `${label} ${name}`, range, () => show(value));
    field.setAttribute("aria-invalid", "false");
    show(number);
    changed(number);
  });
  show(value);
  const made = element("div", { class: "knob" }, element("span", {}, name), field, slider);
  const share = limit === null ? -1 : shareOf(range, limit);
  if (share >= 0 && share <= 1) made.style.setProperty("--limit", `${100 * share}%`);
  return made;
}

export const chooser = (label: string, choices: [string, string][], value: string, changed: (value: string) => void) => {
  const choice = element("select", { "aria-label": label, onchange: () => changed(choice.value) },
    ...choices.map(([each, text]) => element("option", { value: each }, text)));
  choice.value = value;
  return choice;
};

export interface Cards {
  build(): void;
  tell(runs: (Run | null)[], step: number): void;
}

export function entrantCards(place: HTMLElement, given: Given, model: Model<Live>,
  looks: (entrant: Entrant) => { colour: string; text: string }): Cards {
  const { texts } = given;
  let readings: { reading: HTMLElement; theory: HTMLElement }[] = [];

  const changed = () => model.set("entrants", model.get("entrants"));
  const build = () => {
    readings = [];
    place.replaceChildren(...model.get("entrants").map(card));
    const missing = given.entrants.map((about, of) => ({ about, of })).filter(({ about, of }) =>
      !about.refused && !about.away && of < given.typing.base + model.get("rules").length && !model.get("entrants").some((entrant) => entrant.of === of));
    if (missing.length === 0) return;
    const choice = chooser(texts.add, [["", texts.add], ...missing.map(({ about, of }): [string, string] => [String(of), about.label])],
      "", (value) => add(Number(value)));
    place.append(element("div", { class: "card adding" }, choice));
  };

  function card(entrant: Entrant, number: number): HTMLElement {
    const about = given.entrants[entrant.of];
    const named = element("button", { type: "button", class: "name", title: texts.shown,
      "aria-pressed": String(entrant.shown), onclick: () => {
        entrant.shown = !entrant.shown;
        named.setAttribute("aria-pressed", String(entrant.shown));
        changed();
      } }, about.label);
    named.style.setProperty("--run", looks(entrant).colour);
    const reading = element("p", { class: "reading" }), theory = element("p", { class: "theory" });
    readings.push({ reading, theory });
    const button = (text: string, sign: string, onclick: () => void) => element("button", { type: "button", title: text,
      "aria-label": `${text}: ${about.label}`, onclick }, sign);
    const buttons = element("div", { class: "buttons" },
      button(texts.duplicate, "+", () => duplicate(number)), button(texts.remove, "×", () => remove(number)));
    const made = element("section", { class: "card", "aria-label": about.label },
      element("header", {}, element("h3", {}, named), buttons), reading);
    if (about.why) made.append(element("p", { class: "why" }, about.why));
    if (about.away && !given.asks) made.append(element("p", { class: "why" }, texts.away));
    if (about.rule) made.append(ruleButtons(about, entrant, texts));
    if ((about.plays || about.refused || about.away) && !given.asks) return made;
    const known = theoryOf(given, about, entrant.values);
    const knobs = (main: boolean) => about.inputs.filter((input) => !input.noise && input.main === main).map((input) =>
      knob(about.label, input.label, input.range, entrant.values[input.name], (value) => {
        entrant.values[input.name] = value;
        delete entrant.each[input.name];
        changed();
      }, input.name === "lr" && known ? known.limit : null, texts.outside));
    made.append(...knobs(true), theory);
    if (Object.keys(given.schedules).length) made.append(...schedules(entrant));
    const others = knobs(false);
    if (others.length) {
      made.append(element("details", { open: entrant.open === true, ontoggle: (event) => (entrant.open = event.target.open) },
        element("summary", {}, texts.more), ...others));
    }
    return made;
  }

  // the choice of a schedule, and its factor over the steps as a line
  function schedules(entrant: Entrant): Node[] {
    const about = given.entrants[entrant.of];
    const names = Object.keys(given.schedules).filter((name) => name !== about.schedule);
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    drawing.setAttribute("class", "schedule");
    drawing.setAttribute("viewBox", "0 -3 100 26");
    drawing.setAttribute("preserveAspectRatio", "none");
    drawing.setAttribute("aria-hidden", "true");
    const draw = () => {
      const factors = factorsOf(given, about, entrant.schedule);
      drawing.style.display = factors === null ? "none" : "";
      if (factors === null) return;
      const most = factors.reduce((a, b) => Math.max(a, b), 1e-300), last = Math.max(1, factors.length - 1);
      const points = [...Array(101).keys()].map((x) => `${x},${(20 * (1 - factors[Math.round((x / 100) * last)] / most)).toFixed(2)}`);
      drawing.innerHTML = `<polyline points="${points.join(" ")}" vector-effect="non-scaling-stroke"/>`;
    };
    const choice = chooser(`${about.label} ${texts.schedule}`, [["", about.schedule], ...names.map((name): [string, string] => [name, name])],
      entrant.schedule, (value) => {
        entrant.schedule = value;
        draw();
        changed();
      });
    draw();
    return [element("label", { class: "knob" }, element("span", {}, texts.schedule), choice), drawing];
  }

  const free = (entrants: Entrant[]) => {
    const taken = new Set(entrants.map((each) => each.look));
    return [...Array(entrants.length + 1).keys()].find((each) => !taken.has(each))!;
  };

  // what is said of entrants by their numbers is said of the same ones
  function renumber(to: (number: number) => number): void {
    for (const name of ["inside", "basins", "rates"] as const) if (to(model.get(name)) !== model.get(name)) model.set(name, to(model.get(name)));
    const asks = model.get("predict"), entrant = asks === null ? -1 : to(asks.entrant);
    if (asks && entrant !== asks.entrant) model.set("predict", entrant < 0 ? null : { ...asks, entrant });
  }

  function insert(made: Entrant, at: number): void {
    renumber((each) => (each >= at ? each + 1 : each));
    const entrants = model.get("entrants");
    model.set("entrants", [...entrants.slice(0, at), { ...made, look: free(entrants) }, ...entrants.slice(at)]);
    build();
    place.children[at].querySelector<HTMLElement>("input, button")?.focus();
  }

  const duplicate = (number: number) => insert(structuredClone(model.get("entrants")[number]), number + 1);
  const add = (of: number) => insert({ of, look: 0, shown: true, values: { ...given.entrants[of].values }, each: {}, schedule: "" },
    model.get("entrants").length);

  function remove(number: number): void {
    renumber((each) => (each === number ? -1 : each > number ? each - 1 : each));
    model.set("entrants", model.get("entrants").filter((_, at) => at !== number));
    build();
    place.children[Math.max(0, number - 1)]?.querySelector<HTMLElement>("button, select")?.focus();
  }

  build();
  return {
    build,
    tell: (runs, step) => readings.forEach(({ reading, theory }, i) => {
      const run = runs[i];
      reading.textContent = run ? fate(run.track, step, texts) + spread(run, step, given) : texts.hidden;
      theory.textContent = predicted(given, model.get("entrants")[i]);
    }),
  };
}

// "loss 0.0123, diverged at step 7"
export function fate(track: Track, step: number, texts: Record<string, string>): string {
  const loss = `${texts.loss} ${readable(track.value[step])}`;
  if (track.status === "finished" || step < track.stopped) return loss;
  return `${loss}, ${texts[track.status].replace("{step}", String(track.stopped))}`;
}

// The median of a run and those beside it
function spread({ track, cloud }: Run, step: number, { texts }: Given): string {
  if (cloud.length === 0) return "";
  const losses = [track, ...cloud].map((each) => each.value[step]).sort((a, b) => a - b);
  const failed = [track, ...cloud].filter((each) => each.status === "diverged").length;
  const said = texts.median.replace("{runs}", String(losses.length)).replace("{loss}", readable(losses[Math.floor((losses.length - 1) / 2)]));
  return `; ${said}${failed ? `, ${texts.failed.replace("{runs}", String(failed))}` : ""}`;
}

// What theory says of the entrant's rate
function predicted(given: Given, entrant: Entrant): string {
  const { texts } = given;
  if (entrant.schedule !== "") return "";
  const known = theoryOf(given, given.entrants[entrant.of], entrant.values);
  if (known === null) return "";
  const where = given.bowl ? texts.limit : texts.near_limit;
  const said = where.replace("{formula}", known.formula).replace("{limit}", readable(known.limit));
  const rate = known.eta > known.limit ? texts.beyond : texts.contraction.replace("{rate}", readable(known.contraction, 4));
  return `${said}; ${rate}`;
}
