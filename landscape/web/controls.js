// The knobs of a race: a card for each entrant with its hyper-parameters, and what all share.
//
//   const cards = entrantCards(place, given, model, looks)     // looks(entrant): {colour, text}
//   cards.tell(runs)                                           // the loss and the fate of each, in its card
import { readable } from "./scales.js";

const PLACES = 1000; // of a slider

// An element with attributes, listeners ("onclick") and children.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// A slider and a field for one number. range: {kind: "log" | "fraction" | "linear", low, high, least, most}
export function knob(label, name, range, value, changed) {
  const { toPlace, toValue } = mapping(range);
  const slider = element("input", { type: "range", min: 0, max: PLACES, step: 1, "aria-label": `${label} ${name}` });
  const field = element("input", { type: "number", step: "any", "aria-label": `${label} ${name}`, inputmode: "decimal" });
  const show = (number) => {
    slider.value = Math.round(toPlace(number) * PLACES);
    slider.setAttribute("aria-valuetext", readable(number));
    field.value = number;
  };
  slider.addEventListener("input", () => {
    const number = rounded(toValue(slider.value / PLACES));
    show(number);
    changed(number);
  });
  field.addEventListener("change", () => {
    const number = Number(field.value);
    const fits = field.value !== "" && number >= range.least && number <= range.most;
    field.setAttribute("aria-invalid", String(!fits));
    if (!fits) return;
    show(number);
    changed(number);
  });
  show(value);
  return element("div", { class: "knob" }, element("span", {}, name), field, slider);
}

const rounded = (x) => Number(x.toPrecision(3));

function mapping({ kind, low, high }) {
  if (kind === "log") {
    const [a, b] = [Math.log(low), Math.log(high)];
    return { toPlace: (x) => (Math.log(Math.max(x, low)) - a) / (b - a), toValue: (place) => Math.exp(a + place * (b - a)) };
  }
  if (kind === "fraction") { // finer towards 1: 0, 0.9, 0.99, 0.999 are evenly spaced
    return { toPlace: (x) => -Math.log10(Math.max(1 - x, 1e-4)) / 4, toValue: (place) => 1 - 10 ** (-4 * place) };
  }
  return { toPlace: (x) => (x - low) / (high - low), toValue: (place) => low + place * (high - low) };
}

export function entrantCards(place, given, model, looks) {
  const { texts } = given;
  let readings = [];

  const changed = () => model.set("entrants", model.get("entrants"));
  const build = () => {
    readings = [];
    place.replaceChildren(...model.get("entrants").map(card));
  };

  function card(entrant, number) {
    const about = given.entrants[entrant.of];
    const look = looks(entrant);
    const named = element("button", { type: "button", class: "name", title: texts.shown,
      "aria-pressed": String(entrant.shown), onclick: () => {
        entrant.shown = !entrant.shown;
        named.setAttribute("aria-pressed", String(entrant.shown));
        changed();
      } }, about.label);
    named.style.setProperty("--run", look.colour);
    const reading = element("p", { class: "reading" });
    readings.push(reading);
    const button = (text, sign, onclick) => element("button", { type: "button", title: text,
      "aria-label": `${text}: ${about.label}`, onclick }, sign);
    const buttons = element("div", { class: "buttons" },
      button(texts.duplicate, "+", () => duplicate(number)), button(texts.remove, "×", () => remove(number)));
    const made = element("section", { class: "card", "aria-label": about.label },
      element("header", {}, element("h3", {}, named), buttons), reading);
    if (about.why) made.append(element("p", { class: "why" }, about.why));
    if (about.why || about.refused) return made;
    const knobs = (main) => about.inputs.filter((input) => !input.noise && input.main === main).map((input) =>
      knob(about.label, input.label, input.range, entrant.values[input.name], (value) => {
        entrant.values[input.name] = value;
        changed();
      }));
    made.append(...knobs(true));
    if (Object.keys(given.schedules).length) made.append(schedules(about, entrant));
    const others = knobs(false);
    if (others.length) {
      made.append(element("details", { open: entrant.open === true, ontoggle: (event) => (entrant.open = event.target.open) },
        element("summary", {}, texts.more), ...others));
    }
    return made;
  }

  function schedules(about, entrant) {
    const choice = element("select", { "aria-label": `${about.label} ${texts.schedule}`, onchange: () => {
      entrant.schedule = choice.value;
      changed();
    } });
    choice.append(element("option", { value: "" }, about.schedule));
    for (const name of Object.keys(given.schedules)) {
      if (name !== about.schedule) choice.append(element("option", { value: name }, name));
    }
    choice.value = entrant.schedule;
    return element("label", { class: "knob" }, element("span", {}, texts.schedule), choice);
  }

  function duplicate(number) {
    const entrants = model.get("entrants");
    const taken = new Set(entrants.map((each) => each.look));
    const look = [...Array(entrants.length + 1).keys()].find((each) => !taken.has(each));
    const made = { ...structuredClone(entrants[number]), look };
    model.set("entrants", [...entrants.slice(0, number + 1), made, ...entrants.slice(number + 1)]);
    build();
    place.children[number + 1].querySelector("input, button").focus();
  }

  function remove(number) {
    model.set("entrants", model.get("entrants").filter((_, at) => at !== number));
    build();
    (place.children[Math.max(0, number - 1)] ?? place).querySelector?.("button")?.focus();
  }

  build();
  return {
    build,
    tell: (runs, step) => readings.forEach((reading, i) => {
      reading.textContent = runs[i] ? fate(runs[i].track, step, texts) : texts.hidden;
    }),
  };
}

// "loss 0.0123, diverged at step 7"
export function fate(track, step, texts) {
  const loss = `${texts.loss} ${readable(track.value[step])}`;
  if (track.status === "finished" || step < track.stopped) return loss;
  return `${loss}, ${texts[track.status].replace("{step}", track.stopped)}`;
}
