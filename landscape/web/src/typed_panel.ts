// Fields for a function and a rule of a reader's own, and what is wrong with them.
//
//   typedPanel(place, given, model, rebuild)        // changes "formula", "rules" and "entrants" of the model
//   ruleButtons(about, entrant, texts)              // the text of a typed rule, and its class in Python to copy
import { element, knob } from "./controls";
import { classOf, readRule } from "./formula/assignments";
import { namesOf, read } from "./formula/formula";
import { Refused, said } from "./formula/parser";
import type { Model } from "./model";
import { MOST_RULES, RANGE_OF_PARAMETER } from "./typed";
import type { Entrant, Entry, Given, Live } from "./types";

const FUNCTION = "x**2 + a*y**2", RULE = "m = beta*m + g\np = p - lr*m"; // examples

export function typedPanel(place: HTMLElement, given: Given, model: Model<Live>, rebuild: () => void): void {
  const { texts } = given;
  const told = () => element("p", { class: "wrong", role: "alert" });
  // Does what is asked of a text, or says what is wrong with it
  const tried = (field: HTMLElement, where: HTMLElement, what: string, act: () => void) => {
    let wrong = "";
    try {
      act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      wrong = what.replace("{reason}", said(texts, error));
    }
    field.setAttribute("aria-invalid", String(wrong !== ""));
    where.textContent = wrong;
  };
  const button = (text: string, onclick: () => void) => element("button", { type: "button", onclick }, text);

  const formula = element("input", { type: "text", spellcheck: "false", autocomplete: "off", placeholder: FUNCTION,
    "aria-label": texts.own_function });
  const wrongFormula = told(), knobs = element("div", {});
  const use = () => tried(formula, wrongFormula, texts.wrong_function, () => {
    const { parameters } = namesOf(formula.value);
    const before = new Map(Object.entries(model.get("formula")?.parameters ?? {}));
    const values = Object.fromEntries(parameters.map((name) => [name, before.get(name) ?? 1]));
    read(formula.value, values);
    model.set("formula", { text: formula.value, parameters: values });
  });
  formula.addEventListener("input", () => tried(formula, wrongFormula, texts.wrong_function, () => {
    if (formula.value) read(formula.value, Object.fromEntries(namesOf(formula.value).parameters.map((name) => [name, 1])));
  }));
  formula.addEventListener("keydown", (event) => event.key === "Enter" && use());
  const showFormula = () => {
    const shown = model.get("formula");
    if (shown) formula.value = shown.text;
    const names = Object.keys(shown?.parameters ?? {});
    if (names.join() === [...knobs.children].map((each) => (each as HTMLElement).dataset.name).join()) return;
    knobs.replaceChildren(...names.map((name) => {
      const made = knob(texts.own_function, name, RANGE_OF_PARAMETER, shown!.parameters[name], (value) =>
        tried(formula, wrongFormula, texts.wrong_function, () => {
          const { text, parameters } = model.get("formula")!;
          read(text, { ...parameters, [name]: value });
          model.set("formula", { text, parameters: { ...parameters, [name]: value } });
        }));
      made.dataset.name = name;
      return made;
    }));
  };
  model.on("change:formula", showFormula);
  showFormula();

  const rule = element("textarea", { rows: 3, spellcheck: "false", autocomplete: "off", placeholder: RULE, "aria-label": texts.own_rules });
  const wrongRule = told();
  rule.addEventListener("input", () => tried(rule, wrongRule, texts.wrong_rule, () => void (rule.value && readRule(rule.value))));
  const add = () => tried(rule, wrongRule, texts.wrong_rule, () => {
    const { text } = readRule(rule.value), rules = model.get("rules"), entrants = model.get("entrants");
    const { base } = given.typing;
    const unused = rules.findIndex((_, i) => !entrants.some((each) => each.of === base + i));
    const at = rules.includes(text) ? rules.indexOf(text) : rules.length < MOST_RULES ? rules.length : unused;
    if (at < 0) throw new Refused("rules", { most: MOST_RULES });
    model.set("rules", [...rules.slice(0, at), text, ...rules.slice(at + 1)]);
    const taken = new Set(entrants.map((each) => each.look));
    const look = [...Array(entrants.length + 1).keys()].find((each) => !taken.has(each))!;
    const values = { ...given.entrants[base + at].values };
    model.set("entrants", [...entrants, { of: base + at, look, shown: true, values, each: {}, schedule: "" }]);
    rebuild();
  });

  place.hidden = false;
  place.append(element("details", { open: model.get("formula") !== null },
    element("summary", {}, texts.own),
    element("div", { class: "typed" },
      element("div", {},
        element("label", {}, texts.own_function, formula), wrongFormula, knobs,
        element("div", { class: "buttons" }, button(texts.use_function, use),
          button(texts.use_surface.replace("{name}", given.surface), () => model.set("formula", null)))),
      element("div", {},
        element("label", {}, texts.own_rules, rule), wrongRule,
        element("div", { class: "buttons" }, button(texts.add_rule, add)))),
    element("p", { class: "why" }, texts.own_hint)));
}

export function ruleButtons({ rule, label }: Entry, entrant: Entrant, texts: Record<string, string>): HTMLElement {
  const done = element("span", { role: "status" });
  const code = element("pre", { hidden: true });
  const copy = async () => {
    const { lr = 0.001, ...parameters } = entrant.values;
    code.textContent = classOf(rule!, `Rule${/\d+$/.exec(label)?.[0] ?? ""}`, lr, parameters);
    code.hidden = false;
    try {
      await navigator.clipboard.writeText(code.textContent);
      done.textContent = texts.class_copied;
    } catch {
      done.textContent = texts.class_shown;
    }
  };
  return element("div", {}, element("pre", {}, rule!.text.replaceAll(/\s*;\s*/g, "\n")),
    element("div", { class: "buttons" }, element("button", { type: "button", onclick: copy }, texts.copy_class), done), code);
}
