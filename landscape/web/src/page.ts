// A page that computes: it draws the race of a state, and computes it anew as the state is changed.
//
//   const page = openPage(given, state, { value, measures, kernels }, code)
//
// given: what Python recorded and wrote; state: a plain object, all that a reader may change; value, measures and
// kernels: the functions of the surface and the entrants, null for what plays back; code: the script, for a worker.
import { KEPT, accepted, addressOf, begun, keptOf, restored } from "./address";
import { createAsking } from "./asking";
import { chooser, element, entrantCards, fate, knob, refuse } from "./controls";
import { type Curve, curvesPanel } from "./curves_panel";
import { COLOURS, insidePanel } from "./inside_panel";
import { type Inside, landscapePanel } from "./landscape_panel";
import { lectureOf } from "./lecture";
import { mapper } from "./maps";
import { type Model, createModel } from "./model";
import { enlarged } from "./pen";
import { playerOf } from "./player";
import { type Part, QUANTITIES, partsOf, seriesOf } from "./quantities";
import { type Check, type Kernels, checked, endingElsewhere, isRandom, kernelOf, raced } from "./race";
import { scenarioText } from "./recipe";
import { ratesPanel } from "./rates_panel";
import { readable } from "./scales";
import { steer } from "./steering";
import { theoryOf } from "./theory";
import { typedPanel } from "./typed_panel";
import type { Entrant, Given, Kernel, Live, Point, Run, State, Terms, Track, Written } from "./types";

const REPEATS = 100;
const SLICE = 8; // milliseconds that runs beside the first take before a picture is drawn without them
const NEAR = 8; // pixels from the pointer to a run
const SHAPES = [[0, 0], [4, Math.PI / 4], [4, 0], [3, -Math.PI / 2], [5, -Math.PI / 2], [3, Math.PI / 2], [6, 0]];

export interface Functions {
  value: Written | null;
  measures: Written | null;
  kernels: Kernels;
  terms: Terms | null;
  plain: Kernel | null; // of plain descent, whose gradients typed rules are given
}

const find = <E extends HTMLElement>(name: string) => document.getElementById(name) as E;

export function openPage(given: Given, first: State, { value, measures, kernels }: Functions, code: string) {
  const { texts } = given;
  first.step = first.steps;
  const linked = restored(location.hash, given, first);
  if (location.hash.startsWith("#s=") && !Object.keys(linked).length) find("said").textContent = texts.not_restored;
  const opened: Partial<State> = given.opened ? accepted(given.opened, given, first) : given.slides.length && !Object.keys(linked).length ? begun(given, first, 0) : {};
  const model: Model<Live> = createModel({ ...structuredClone(first), ...opened, ...linked, asking: false, aim: null, guess: null, hover: null, pointed: null, adding: false, playing: false, settled: true });
  const { typing } = given;
  const loss = lossOf(given, () => typing.measures() ?? value ?? measures);
  const land = landscapePanel(find<HTMLCanvasElement>("landscape"), loss, gradientOf(() => typing.measures() ?? measures), () => later());
  const curves = curvesPanel(find<HTMLCanvasElement>("curves"));
  const inside = insidePanel(find("inside"), texts, given.labels);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const minima = () => given.points.filter((point) => point.kind === "minimum");
  const maps = mapper(code, given, kernels, () => later());
  const canvas = find<HTMLCanvasElement>("landscape");
  const entrantAt = (number: number): Entrant | undefined => model.get("entrants")[number];
  const frozen = !given.asks && kernels.every((kernel) => kernel === null);
  const computes = (entrant: Entrant | undefined) => entrant !== undefined && kernelOf(given, kernels, entrant) !== null;

  let runs: (Run | null)[] = []; // of the state's entrants, null for those that are hidden
  let parts: { run: Run; parts: Part[]; last: number } | null = null; // the inside that is shown
  let waiting = false, filling = 0;
  const asking = createAsking(given, kernels, model, first, { said: (text) => (find("said").textContent = text), answered: () => {
    race();
    later();
  } });
  // what of one of the state's entrants Python answered, or the page makes
  const trackOf = (place: number, entrant: Entrant, other?: number): Track =>
    asking.trackOf(place, other) ?? raced(given, kernels, model.state, entrant, { other });

  // the function that is shown, where it is typed, stands above the race
  const head = () => (document.querySelector("h1")!.textContent = model.get("formula")?.text ?? given.title);
  const theme = () => {
    const chosen = model.get("theme");
    return given.themes[(chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen) as "light" | "dark"];
  };
  const lookOf = (entrant: Entrant) => {
    const [sides, turn] = SHAPES[entrant.look % SHAPES.length];
    const { runs: colours, texts: inks } = theme();
    const number = entrant.look % colours.length;
    return { colour: colours[number], text: inks[number], label: given.entrants[entrant.of].label, sides, turn };
  };

  function race(): void {
    asking.follow();
    runs = model.get("entrants").map((entrant, place) => entrant.shown && (!given.entrants[entrant.of].away || asking.trackOf(place))
      ? { entrant, track: trackOf(place, entrant), cloud: [], ...lookOf(entrant) } : null);
    look();
    fill(++filling);
  }

  // the runs beside the first of each entrant, those that take long after the picture of the others
  function fill(turn: number): void {
    const { others, repeats, run } = model.state;
    const wanted = runs.flatMap((each, place) => {
      if (each === null) return [];
      const beside: (() => Track)[] = others.map((_, other) => () => trackOf(place, each.entrant, other));
      if (repeats && isRandom(kernelOf(given, kernels, each.entrant))) {
        for (let i = 1; i <= REPEATS; i++) beside.push(() => raced(given, kernels, model.state, each.entrant, { run: run + i }));
      }
      return beside.map((make) => ({ each, make }));
    });
    const clouds = new Map<Run, Track[]>();
    let at = 0;
    const work = () => {
      if (turn !== filling) return;
      const until = performance.now() + SLICE;
      while (at < wanted.length && performance.now() < until) {
        const { each, make } = wanted[at++];
        clouds.set(each, [...(clouds.get(each) ?? []), make()]);
      }
      if (at < wanted.length) return void setTimeout(work, 0);
      if (turn === 1) checkOthers(clouds);
      for (const [each, cloud] of clouds) each.cloud = cloud.filter((track) => !Number.isNaN(track.params[0]));
      if (wanted.length) later();
    };
    work();
  }

  // the other runs of the record, once they are computed for the first time
  function checkOthers(clouds: Map<Run, Track[]>): void {
    for (const [{ entrant, label }, tracks] of clouds) {
      const { recorded, plays, refused } = given.entrants[entrant.of];
      const count = plays || refused || !recorded ? 0 : endingElsewhere(recorded, tracks);
      if (count) find("check").textContent += ` ${texts.others_leave.replace("{label}", label).replace("{runs}", String(count))}`;
    }
  }

  // what the rule of the chosen entrant has inside
  function look(): void {
    const entrant = entrantAt(model.get("inside"));
    const run = runs[model.get("inside")];
    const kernel = entrant && kernelOf(given, kernels, entrant);
    parts = null;
    if (!kernel || !run) return inside.hide();
    const track = raced(given, kernels, model.state, run.entrant, { inside: true });
    const last = Math.max(0, Math.min(track.stopped, model.get("steps")) - 1);
    parts = { run, parts: partsOf(kernel, track), last };
    inside.show(run.label, parts.parts, last, theme());
  }

  function draw(): void {
    waiting = false;
    const looks = theme();
    const shown = runs.filter((each) => each !== null).map((each) => Object.assign(each, lookOf(each.entrant)));
    const { view, step, steps, start, others, field } = model.state;
    const hidden = lecture.hidden(), hover = shownHover(), fog = hidden === "landscape";
    const focused = document.activeElement === canvas;
    land.draw({ view, theme: looks, points: given.points, minima: minima(), lowest: given.lowest, levels: given.levels, runs: shown,
      step, hover, start, others: others.flatMap((each) => (each.start === null ? [] : [each.start])),
      focused, labels: given.labels, levelName: texts.loss, basins: hidden === "nothing" ? maps.found.basins : null, field,
      relief: model.get("relief") && !fog, inside: insideAt(hover ?? step),
      fog: fog ? shown.map((run) => ({ run, slope: slopesOf(run) })) : null });
    lecture.draw(canvas.getContext("2d")!, canvas.clientWidth / enlarged.by);
    curves.draw({ curves: shown.map(curveOf), step, steps, shown: hidden === "nothing" ? steps : step, hover, theme: looks,
      heading: headingOf(quantityShown(), fog), axisName: texts.step });
    cards.tell(runs, hover ?? step);
    if (parts) inside.tell(hover ?? step);
    drawRates();
    find("pointer").textContent = pointedText();
  }

  const inFog = () => lecture.hidden() === "landscape";
  const headingOf = (quantity: string, fog = false) => quantity === "loss" && given.lowest !== null && !fog ? texts.gap : texts[quantity];
  // in fog nobody knows where the minimum is, nor how low
  const quantityShown = () => (inFog() && model.get("quantity") === "distance" ? "loss" : model.get("quantity"));
  // no step under the pointer tells what is hidden
  const shownHover = () => {
    const { hover, step } = model.state;
    return hover === null || lecture.hidden() === "nothing" ? hover : Math.min(hover, step);
  };

  function curveOf(run: Run): Curve {
    const about = inFog() ? { ...given, lowest: null } : given;
    const series = (track: Track) => seriesOf(about, track, quantityShown());
    return { run, series: series(run.track), beside: run.cloud.map(series), theory: inFog() ? null : lineOf(run, series(run.track)) };
  }

  // the slope that a rule was given at each step of its run
  const slopes = new WeakMap<Track, (step: number) => Point | null>();
  function slopesOf({ entrant, track }: Run): (step: number) => Point | null {
    const known = slopes.get(track);
    if (known) return known;
    const kernel = kernelOf(given, kernels, entrant), at = gradientOf(() => typing.measures() ?? measures);
    const found = kernel?.given ? raced(given, kernels, model.state, entrant, { inside: true }).gradients! : null;
    const exact = (step: number) => at!(track.params[2 * step], track.params[2 * step + 1]);
    const slope = !given.entrants[entrant.of].slopes || (!found && !at) ? () => null
      : (step: number): Point | null => (found && 2 * step + 1 < found.length ? [found[2 * step], found[2 * step + 1]] : at ? exact(step) : null);
    slopes.set(track, slope);
    return slope;
  }

  // the line that theory draws: how the worst direction of a quadratic shrinks, or how far noise lets it
  function lineOf({ entrant }: Run, series: (step: number) => number): Curve["theory"] {
    const quantity = model.get("quantity"), about = given.entrants[entrant.of];
    if (!model.get("theory") || !given.bowl || entrant.schedule || !["loss", "distance"].includes(quantity)) return null;
    const known = theoryOf(given, about, entrant.values);
    if (known === null || given.lowest === null) return null;
    const sigmas = Object.values(model.get("noise"));
    const power = quantity === "loss" ? 2 : 1, begun = series(0), rho = known.contraction;
    if (sigmas.some((sigma) => sigma !== 0)) {
      if (quantity !== "loss" || sigmas.length !== 1 || !given.gaussian) return null;
      const floor = known.floor(given.curvatures!.map(() => sigmas[0] ** 2));
      return floor === null ? null : { line: () => floor, text: `${texts.floor} ${readable(floor)}` };
    }
    if (!(rho < 1) || !(rho > 0)) return null;
    return { line: (step) => begun * rho ** (power * step), text: `${power === 2 ? "ρ²ᵗ" : "ρᵗ"}, ρ = ${readable(rho, 4)}` };
  }

  function insideAt(step: number): Inside | null {
    if (!parts) return null;
    const at = Math.min(step, parts.last);
    const found = new Map(parts.parts.map((part) => [part.name, part.at(at)]));
    const effective = found.get("effective_step") ?? null;
    const arrows = ["gradient", "kept", "step"].filter((name) => found.has(name)).map((name) =>
      ({ by: found.get(name)!.map((each) => (name === "gradient" ? -each : each)), colour: COLOURS[name](theme()) }));
    return { run: parts.run, arrows, axes: effective };
  }

  // what lies under the pointer: a place and its loss, or a run, which is then told at that step everywhere
  function pointedText(): string {
    const { pointed } = model.state, hover = shownHover();
    if (pointed === null && hover === null && inFog()) return texts.hint_fog;
    if (pointed === null) return hover === null ? (land.isRaised() ? texts.hint_relief : frozen ? texts.hint_played : texts.hint) : `${texts.step} ${hover}`;
    const [x, y] = pointed;
    const where = `(${readable(x)}, ${readable(y)})${inFog() ? "" : `: ${texts.loss} ${readable(loss(x, y))}`}`;
    if (hover === null) return where;
    const near = nearest(pointed);
    return near === null ? where : `${given.entrants[near.run.entrant.of].label}: ${texts.step} ${near.step}, `
      + `${texts.loss} ${readable(near.run.track.value[near.step])}`;
  }

  // which run passes under the pointer, and when
  function nearest(pointed: Point): { run: Run; step: number } | null {
    const [px, py] = land.toPixels(pointed);
    let far = NEAR, found: { run: Run; step: number } | null = null;
    for (const run of runs) {
      if (run === null) continue;
      for (let step = 0; step <= Math.min(run.track.stopped, model.get("step")); step++) {
        const [x, y] = land.toPixels([run.track.params[2 * step], run.track.params[2 * step + 1]]);
        const away = Math.hypot(x - px, y - py);
        if (away < far) [far, found] = [away, { run, step }];
      }
    }
    return found;
  }

  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(draw);
  };

  // where the racers are, for those who do not see them: not while they move
  function tell(): void {
    const { step } = model.state;
    const said = runs.filter((each) => each !== null).map(({ entrant, track }) => {
      const place = [track.params[2 * step], track.params[2 * step + 1]].map((x) => readable(x)).join(", ");
      return `${given.entrants[entrant.of].label} (${place}), ${fate(track, step, texts)}`;
    });
    find("live").textContent = `${texts.step} ${step}. ${said.join(". ")}.`;
  }

  function paint(): void {
    const looks = theme();
    const style = document.documentElement.style;
    for (const name of ["paper", "ink", "quiet", "grid"] as const) style.setProperty(`--${name}`, looks[name]);
    style.colorScheme = looks.name;
    cards.build();
    look();
    later();
  }

  function mapBasins(): void {
    const entrant = entrantAt(model.get("basins"));
    if (!computes(entrant)) return maps.end("basins");
    maps.begin({ kind: "basins", state: plain(model.state), entrant: entrant!, across: "", ranges: [] });
  }

  // the other axis of the map of rates: the first hyper-parameter that is a share, as a momentum is
  const acrossOf = (entrant: Entrant) => {
    const own = given.entrants[entrant.of].inputs.filter((input) => !input.noise && !input.main);
    return own.find((input) => input.range.kind === "fraction") ?? own.find((input) => /momentum|beta/.test(input.name)) ?? null;
  };
  const rateOf = (entrant: Entrant) => given.entrants[entrant.of].inputs.find((input) => input.name === "lr") ?? null;

  function mapRates(): void {
    const entrant = entrantAt(model.get("rates"));
    const rate = entrant && rateOf(entrant);
    find("map").hidden = !computes(entrant) || !rate;
    if (find("map").hidden) return maps.end("rates");
    const across = acrossOf(entrant!);
    maps.begin({ kind: "rates", state: plain(model.state), entrant: entrant!, across: across?.name ?? "",
      ranges: [rate!.range, ...(across ? [across.range] : [])] });
  }

  const rates = ratesPanel(find<HTMLCanvasElement>("rates"), texts, (lr, other) => {
    const entrant = entrantAt(model.get("rates"));
    if (!entrant) return;
    entrant.values.lr = Number(lr.toPrecision(3));
    const across = acrossOf(entrant);
    if (across && Number.isFinite(other)) entrant.values[across.name] = Number(other.toPrecision(4));
    entrant.each = {};
    model.set("entrants", model.get("entrants"));
    cards.build();
  });

  function drawRates(): void {
    const entrant = entrantAt(model.get("rates"));
    if (!maps.found.rates || !entrant) return;
    const across = acrossOf(entrant), known = theoryOf(given, given.entrants[entrant.of], entrant.values);
    rates.draw(maps.found.rates, { lr: entrant.values.lr, other: across ? entrant.values[across.name] : 0 },
      [texts.rate, across?.label ?? ""], maps.found.rates.rows === 1 ? known?.limit ?? null : null, theme());
  }

  function check(): (Check | null)[] {
    const found = checked(given, kernels, first);
    const notes: string[] = [];
    let worst = 0;
    found.forEach((each, i) => {
      const { label, refused } = given.entrants[first.entrants[i].of];
      if (each === null) return;
      if (each.from < 0) worst = Math.max(worst, each.worst);
      else notes.push((refused ? texts.refused : texts.leaves).replace("{label}", label).replace("{step}", String(each.from)));
    });
    const equal = worst === 0 ? texts.equal : texts.near.replace("{gap}", readable(worst, 1));
    if (found.some((each) => each !== null && each.from < 0)) notes.unshift(equal);
    find("check").textContent = [...notes, given.note].filter(Boolean).join(" ");
    return found;
  }

  // what all entrants share: the start, the noise, what is drawn beside the runs
  function shareds(): void {
    const place = find("shared");
    if (!frozen) given.labels.forEach((label, i) => {
      const field = element("input", { type: "number", step: "any", id: `start-${i}`, onchange: () => {
        const start: Point = [...model.get("start")];
        const fits = field.value !== "" && Math.abs(Number(field.value)) <= given.limit;
        if (!fits) return refuse(field, texts.outside, `${texts.start} ${label}`, { least: -given.limit, most: given.limit }, show);
        start[i] = Number(field.value);
        model.set("start", start);
      } });
      const show = () => {
        field.value = String(Number(model.get("start")[i].toPrecision(6)));
        field.setAttribute("aria-invalid", "false");
      };
      model.on("change:start", show);
      show();
      place.append(element("label", { class: "knob" }, element("span", {}, `${texts.start} ${label}`), field));
    });
    for (const input of given.noise) {
      place.append(knob(texts.noise, input.label, input.range, model.get("noise")[input.name], (number) => {
        model.set("noise", { ...model.get("noise"), [input.name]: number });
      }, null, texts.outside));
    }
    if (given.batches.length > 1) {
      place.append(labelled(texts.batch, given.batches.map((size) => [String(size), String(size)]), "batch",
        (value) => model.set("batch", Number(value))));
    }
    const quantities = QUANTITIES.filter((name) => name !== "distance" || minima().some((point) => point.global));
    place.append(labelled(texts.quantity, quantities.map((name) => [name, headingOf(name)]), "quantity",
      (value) => model.set("quantity", value)));
    if (!frozen) place.append(ofEntrant("inside", texts.inside));
    if (!frozen && minima().length > 1) place.append(ofEntrant("basins", texts.basins));
    if (!frozen) place.append(ofEntrant("rates", texts.rates));
    place.append(buttons());
  }

  function labelled(text: string, choices: [string, string][], name: "batch" | "quantity", changed: (value: string) => void): HTMLElement {
    const choice = chooser(text, choices, String(model.get(name)), changed);
    model.on(`change:${name}`, () => (choice.value = String(model.get(name))));
    return element("label", { class: "knob" }, element("span", {}, text), choice);
  }

  // the choice of one of the entrants that compute, or none
  function ofEntrant(name: "inside" | "basins" | "rates", text: string): HTMLElement {
    const choice = chooser(text, [], "", (value) => model.set(name, Number(value)));
    const list = () => {
      choice.replaceChildren(element("option", { value: -1 }, texts.none));
      model.get("entrants").forEach((each, i) => {
        if (computes(each) && (name !== "rates" || rateOf(each))) choice.append(element("option", { value: i }, given.entrants[each.of].label));
      });
      choice.value = String(model.get(name));
      choice.disabled = choice.children.length === 1;
    };
    model.on(`change:entrants change:${name}`, list);
    list();
    return element("label", { class: "knob" }, element("span", {}, text), choice);
  }

  // another state, or a part of it, in place of this one
  function become(state: Partial<State>): void {
    if ("step" in state) lecture.leave();
    for (const name of Object.keys(state) as (keyof State)[]) if (name !== "theme") model.set(name, state[name]!);
    find("shared").replaceChildren();
    shareds();
    cards.build();
    race();
    lecture.enter();
    later();
  }

  function buttons(): HTMLElement {
    const row = element("div", { class: "buttons" });
    const button = (text: string, onclick: () => void) => row.appendChild(element("button", { type: "button", onclick }, text));
    const toggle = (text: string, name: "repeats" | "field" | "relief" | "theory" | "adding") => {
      const made = button(text, () => model.set(name, !model.get(name)));
      const show = () => made.setAttribute("aria-pressed", String(model.get(name)));
      model.on(`change:${name}`, show);
      show();
    };
    if (!frozen) toggle(texts.adding, "adding");
    if (kernels.some(isRandom)) {
      toggle(texts.repeats, "repeats");
      button(texts.reseed, () => model.set("seed", String((BigInt(model.get("seed")) + 1n) % (1n << 63n))));
    }
    if (measures) toggle(texts.field, "field");
    toggle(texts.relief, "relief");
    if (given.bowl && given.entrants.some((about) => about.theory)) toggle(texts.theory, "theory");
    button(texts.home, () => model.set("view", model.get("window")));
    button(texts.again, () => {
      const { step, ...rest } = structuredClone(first);
      become(rest);
    });
    if (location.protocol !== "about:") button(texts.link, copyLink);
    button(texts.scenario, saveScenario);
    button(texts.theme, () => model.set("theme", theme().name === "dark" ? "light" : "dark"));
    return row;
  }

  // The address holds the state as soon as it stands still, so that "back", "reload" and a copied link restore it.
  function keep(): void {
    if (location.protocol === "about:") return;
    const address = addressOf(model.state, given, first);
    if (address !== location.hash) history.replaceState(null, "", address || location.pathname + location.search);
  }

  async function copyLink(): Promise<void> {
    keep();
    try {
      await navigator.clipboard.writeText(location.href);
      find("live").textContent = find("said").textContent = texts.copied;
    } catch {
      find("live").textContent = find("said").textContent = texts.not_copied;
    }
  }

  function saveScenario(): void {
    if (!given.recipe) return void (find("said").textContent = texts.no_scenario);
    if (!model.get("entrants").some((each) => each.shown)) return void (find("said").textContent = texts.nobody);
    const text = scenarioText(given.title, given.recipe!, model.state, given.entrants);
    const url = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    element("a", { href: url, download: `${model.get("surface")}.toml` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  const found = check();
  typing.apply(model.state);
  head();
  const cards = entrantCards(find("entrants"), given, model, lookOf);
  shareds();
  if (given.typed) typedPanel(find("typed"), given, model, () => cards.build());
  model.on("change:rules", () => void typing.apply(model.state));
  model.on("change:formula", () => {
    if (!typing.apply(model.state)) return;
    head();
    land.renew();
    find("shared").replaceChildren();
    shareds();
    cards.build();
    race();
    mapBasins();
    mapRates();
    later();
  });
  model.on("change:start change:others change:entrants change:noise change:seed change:batch change:repeats", () => {
    race();
    later();
  });
  model.on("change:inside", () => {
    look();
    later();
  });
  model.on("change:view change:step change:hover change:hide change:field change:relief change:theory change:quantity", later);
  model.on("change:pointed", () => {
    const { pointed, playing } = model.state;
    model.set("hover", pointed === null || playing ? null : nearest(pointed)?.step ?? null);
    later();
  });
  model.on("change:entrants change:noise change:seed change:batch change:view change:basins", mapBasins);
  model.on("change:entrants change:noise change:seed change:batch change:start change:rates", mapRates);
  model.on("change:settled", tell);
  // what is kept changes; steps that play past are no change until it stands
  const CHANGES = [...KEPT.filter((name) => name !== "step"), "settled"].map((name) => `change:${name}`).join(" ");
  let keeping = 0;
  model.on(CHANGES, () => {
    clearTimeout(keeping);
    keeping = setTimeout(keep, 300);
  });
  window.addEventListener("hashchange", () => {
    const told = restored(location.hash, given, first);
    if (Object.keys(told).length) become({ ...begun(given, first, told.slide ?? -1), ...told });
  });
  model.on("change:theme", paint);
  dark.addEventListener("change", paint);
  new ResizeObserver(later).observe(find("panels"));
  canvas.addEventListener("focus", later);
  canvas.addEventListener("blur", later);
  steer(canvas, land, model, frozen, given.repeats, (place) => lecture.guess(place));
  find("curves").addEventListener("pointermove", (event) => model.set("hover", curves.stepAt(event)));
  find("curves").addEventListener("pointerleave", () => model.set("hover", null));

  const player = playerOf(find("player"), texts, model, given);
  const lecture = lectureOf({ given, first, model, player, land, theme, runs: () => runs, become, later });
  race();
  paint();
  lecture.enter();
  tell();
  if (!player.prefersStill() && !("step" in opened) && !("step" in linked)) {
    model.set("step", 0);
    player.start();
  }
  let toldStep: number | undefined; // that the holder knows of: it is no wish when it comes back
  // for whoever holds the page, as a notebook does: what is kept of the state, another one, and word of changes
  const held = {
    asked: asking.asked,
    answer: asking.answer,
    kept: () => {
      toldStep = model.get("step");
      return structuredClone(keptOf(model.state));
    },
    take: (told: unknown) => {
      const { step, ...rest } = accepted(told, given, first);
      become(step === undefined || step === toldStep ? rest : { ...rest, step });
      toldStep = step ?? toldStep;
    },
    changed: (call: () => void) => model.on(CHANGES, call),
  };
  return { ...held, given, loss, model, player, lecture, checked: found, runs: () => runs, inside: () => parts, place: land.toPixels, maps, draw };
}

// The state alone, without what the page shows at the moment
function plain(state: Live): State {
  const { asking, aim, guess, hover, pointed, adding, playing, settled, ...kept } = state;
  return kept;
}

// The loss at a place: computed, or read off the grid that Python computed
function lossOf(given: Given, value: () => Written | null): (x: number, y: number) => number {
  const out = new Float64Array(3), at = new Float64Array(2), recorded = onGrid(given);
  return (x, y) => {
    const computed = value();
    if (computed === null) return recorded(x, y);
    [at[0], at[1]] = [x, y];
    computed(at, null, out);
    return out[0];
  };
}

function onGrid({ grid }: Given): (x: number, y: number) => number {
  if (grid === null) return () => NaN;
  const { window: [[left, right], [low, high]], columns, rows, values } = grid;
  return (x, y) => {
    const column = ((x - left) / (right - left)) * (columns - 1), row = ((y - low) / (high - low)) * (rows - 1);
    if (!(column >= 0 && row >= 0 && column <= columns - 1 && row <= rows - 1)) return NaN;
    const c = Math.min(columns - 2, Math.floor(column)), r = Math.min(rows - 2, Math.floor(row));
    const at = r * columns + c, u = column - c, v = row - r;
    return (1 - v) * ((1 - u) * values[at] + u * values[at + 1])
      + v * ((1 - u) * values[at + columns] + u * values[at + columns + 1]);
  };
}

function gradientOf(measures: () => Written | null): ((x: number, y: number) => Point) | null {
  if (measures() === null) return null;
  const out = new Float64Array(3), at = new Float64Array(2);
  return (x, y) => {
    [at[0], at[1]] = [x, y];
    measures()!(at, null, out);
    return [out[1], out[2]];
  };
}
