// A page that computes: it draws the race of a state, and computes it anew as the state is changed.
//
//   const page = openPage(given, state, { value, kernels })
//
// given: what Python recorded and wrote; state: a plain object, all that a reader may change; value(x, d, o) and
// kernels: the functions of the surface and the entrants, null for an entrant that plays back.
import { basinMap } from "./basins.js";
import { element, entrantCards, fate, knob } from "./controls.js";
import { curvesPanel } from "./curves_panel.js";
import { landscapePanel } from "./landscape_panel.js";
import { createModel } from "./model.js";
import { playerOf } from "./player.js";
import { checked, raced, unpack } from "./race.js";
import { readable } from "./scales.js";
import { steer } from "./steering.js";

const SECONDS = 8; // that a race takes to play
const REPEATS = 30;
const NEAR = 8; // pixels from the pointer to a run
const SHAPES = [[0, 0], [4, Math.PI / 4], [4, 0], [3, -Math.PI / 2], [5, -Math.PI / 2], [3, Math.PI / 2], [6, 0]];

export function openPage(given, first, { value, kernels }) {
  unpack(given);
  const { texts } = given;
  const find = (name) => document.getElementById(name);
  const model = createModel({ ...structuredClone(first), step: first.steps, hover: null, pointed: null, settled: true });
  const out = new Float64Array(1), at = new Float64Array(2);
  const loss = (x, y) => {
    [at[0], at[1]] = [x, y];
    value(at, null, out);
    return out[0];
  };
  const land = landscapePanel(find("landscape"), loss);
  const curves = curvesPanel(find("curves"));
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const minima = given.points.filter((point) => point.kind === "minimum");
  const basins = basinMap(minima, (start) => {
    const entrant = model.get("entrants")[model.get("basins")];
    return raced(given, kernels, { ...model.state, start }, entrant);
  }, () => later());

  let runs = []; // of the state's entrants, null for those that are hidden
  let waiting = false;

  const theme = () => {
    const chosen = model.get("theme");
    return given.themes[chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen];
  };
  const lookOf = (entrant) => {
    const [sides, turn] = SHAPES[entrant.look % SHAPES.length];
    const { runs: colours, texts: inks } = theme();
    const number = entrant.look % colours.length;
    return { colour: colours[number], text: inks[number], label: given.entrants[entrant.of].label, sides, turn };
  };

  function race() {
    const state = model.state;
    runs = state.entrants.map((entrant) => entrant.shown
      ? { entrant, track: raced(given, kernels, state, entrant), cloud: [], lowest: given.lowest ?? 0 } : null);
  }

  function repeats() {
    if (!model.get("repeats")) return;
    for (const each of runs) {
      if (each === null || each.cloud.length || !isRandom(each.entrant)) continue;
      each.cloud = [...Array(REPEATS).keys()].map((i) => raced(given, kernels, model.state, each.entrant, i + 1));
    }
  }
  const isRandom = (entrant) => kernels[entrant.of] !== null && kernels[entrant.of].draws.length > 0;

  function draw() {
    waiting = false;
    const looks = theme();
    repeats();
    const shown = runs.filter((each) => each !== null).map((each) => ({ ...each, ...lookOf(each.entrant) }));
    const { view, step, steps, start, hover } = model.state;
    const focused = document.activeElement === find("landscape");
    const shared = { runs: shown, step, steps, hover, theme: looks };
    land.draw({ ...shared, view, start, focused, minima, basins: basins.found, points: given.points, lowest: given.lowest, labels: given.labels,
      levelName: texts.loss });
    curves.draw({ ...shared, heading: given.lowest === null ? texts.loss : texts.gap });
    cards.tell(runs, hover ?? step);
    find("pointer").textContent = pointedText();
  }

  function pointedText() {
    const { pointed, hover } = model.state;
    if (hover !== null) return `${texts.step} ${hover}`;
    if (pointed === null) return texts.hint;
    const [x, y] = pointed;
    return `(${readable(x)}, ${readable(y)}): ${texts.loss} ${readable(loss(x, y))}${nearestText(land.toPixels(pointed))}`;
  }

  // which run passes under the pointer, and when
  function nearestText([px, py]) {
    let nearest = NEAR, text = "";
    for (const each of runs) {
      if (each === null) continue;
      for (let step = 0; step <= each.track.stopped; step++) {
        const [x, y] = land.toPixels([each.track.params[2 * step], each.track.params[2 * step + 1]]);
        const far = Math.hypot(x - px, y - py);
        if (far >= nearest) continue;
        nearest = far;
        text = ` · ${given.entrants[each.entrant.of].label}: ${texts.step} ${step}, ${texts.loss} ${readable(each.track.value[step])}`;
      }
    }
    return text;
  }

  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(draw);
  };

  // where the racers are, for those who do not see them: not while they move
  function tell() {
    const { step } = model.state;
    const told = runs.filter((each) => each !== null).map(({ entrant, track }) => {
      const place = [track.params[2 * step], track.params[2 * step + 1]].map((x) => readable(x)).join(", ");
      return `${given.entrants[entrant.of].label} (${place}), ${fate(track, step, texts)}`;
    });
    find("live").textContent = `${texts.step} ${step}. ${told.join(". ")}.`;
  }

  function paint() {
    const looks = theme();
    const style = document.documentElement.style;
    for (const name of ["paper", "ink", "quiet", "grid"]) style.setProperty(`--${name}`, looks[name]);
    style.colorScheme = looks.name;
    cards.build();
    later();
  }

  function mapBasins() {
    const chosen = model.get("entrants")[model.get("basins")];
    if (chosen === undefined || kernels[chosen.of] === null) basins.end();
    else basins.begin(model.get("view"), model.get("window"));
  }

  // "5 entrants are computed here as they were recorded, to the last bit"
  function check() {
    const found = checked(given, kernels, model.state);
    const notes = [];
    let worst = 0;
    found.forEach((each, i) => {
      const { label } = given.entrants[model.state.entrants[i].of];
      if (each === null) return;
      if (each.from < 0) worst = Math.max(worst, each.worst);
      else notes.push((given.entrants[model.state.entrants[i].of].refused ? texts.refused : texts.leaves)
        .replace("{label}", label).replace("{step}", each.from));
    });
    const equal = worst === 0 ? texts.equal : texts.near.replace("{gap}", readable(worst, 1));
    if (found.some((each) => each !== null && each.from < 0)) notes.unshift(equal);
    find("check").textContent = [...notes, given.note].join(" ");
    return found;
  }

  const found = check();
  const cards = entrantCards(find("entrants"), given, model, lookOf);
  shareds();
  model.on("change:start change:entrants change:noise change:seed", () => {
    race();
    later();
  });
  model.on("change:view change:step change:hover change:pointed change:repeats", later);
  model.on("change:entrants change:noise change:seed change:view change:basins", mapBasins);
  model.on("change:settled", tell);
  model.on("change:theme", paint);
  dark.addEventListener("change", paint);
  new ResizeObserver(later).observe(find("panels"));
  find("landscape").addEventListener("focus", later);
  find("landscape").addEventListener("blur", later);
  steer(find("landscape"), land, model);
  find("curves").addEventListener("pointermove", (event) => model.set("hover", curves.stepAt(event)));
  find("curves").addEventListener("pointerleave", () => model.set("hover", null));

  // what all entrants share: the start, the noise, the theme
  function shareds() {
    const place = find("shared");
    given.labels.forEach((label, i) => {
      const field = element("input", { type: "number", step: "any", id: `start-${i}`, onchange: () => {
        const start = [...model.get("start")];
        if (field.value === "" || !Number.isFinite(Number(field.value))) return;
        start[i] = Number(field.value);
        model.set("start", start);
      } });
      const show = () => (field.value = Number(model.get("start")[i].toPrecision(6)));
      model.on("change:start", show);
      show();
      place.append(element("label", { class: "knob" }, element("span", {}, `${texts.start} ${label}`), field));
    });
    for (const input of given.noise) {
      place.append(knob(texts.noise, input.label, input.range, model.get("noise")[input.name], (number) => {
        model.set("noise", { ...model.get("noise"), [input.name]: number });
      }));
    }
    if (minima.length > 1) {
      const choice = element("select", { onchange: () => model.set("basins", Number(choice.value)) });
      const list = () => {
        choice.replaceChildren(element("option", { value: -1 }, texts.none));
        model.get("entrants").forEach((each, i) => {
          if (kernels[each.of] !== null) choice.append(element("option", { value: i }, given.entrants[each.of].label));
        });
        choice.value = model.get("basins");
      };
      model.on("change:entrants", list);
      list();
      place.append(element("label", { class: "knob" }, element("span", {}, texts.basins), choice));
    }
    const button = (text, onclick, pressed = null) =>
      element("button", { type: "button", onclick, "aria-pressed": pressed }, text);
    const cloud = button(texts.repeats, () => {
      model.set("repeats", !model.get("repeats"));
      cloud.setAttribute("aria-pressed", String(model.get("repeats")));
      race();
    }, String(model.get("repeats")));
    const row = element("div", { class: "buttons" });
    if (given.noise.length || kernels.some((kernel) => kernel?.draws.length)) {
      row.append(cloud, button(texts.reseed, () => model.set("seed", String((BigInt(model.get("seed")) + 1n) % (1n << 63n)))));
    }
    row.append(button(texts.home, () => model.set("view", model.get("window"))),
      button(texts.again, () => {
        for (const [name, value] of Object.entries(structuredClone(first))) if (name !== "theme") model.set(name, value);
        place.replaceChildren();
        shareds();
        cards.build();
        race();
        later();
      }),
      button(texts.theme, () => model.set("theme", theme().name === "dark" ? "light" : "dark")));
    place.append(row);
  }

  const player = playerOf(find("player"), texts, model, SECONDS);
  race();
  paint();
  tell();
  if (!player.prefersStill()) {
    model.set("step", 0);
    player.start();
  }
  return { model, player, checked: found, runs: () => runs, place: land.toPixels, basins, draw };
}
