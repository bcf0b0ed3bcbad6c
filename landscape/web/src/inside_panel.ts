// The rule's inside: what it holds and does at a step, as numbers and as lines over the steps.
//
//   const panel = insidePanel(place, texts)
//   panel.show(label, parts, steps, theme); panel.tell(step); panel.hide()
import { element } from "./controls";
import { fitted } from "./pen";
import type { Part } from "./quantities";
import { isLogarithmic, readable } from "./scales";
import type { Theme } from "./types";

export const COLOURS: Record<string, (theme: Theme) => string> = {
  gradient: (theme) => theme.runs[1], kept: (theme) => theme.runs[4], step: (theme) => theme.ink,
};

export function insidePanel(place: HTMLElement, texts: Record<string, string>, labels: [string, string]) {
  let rows: { part: Part; cells: HTMLElement[]; canvas: HTMLCanvasElement }[] = [];
  let shown = { label: "", last: 0, theme: null as Theme | null };
  const caption = element("caption", {});

  const named = (name: string) => {
    const base = name.replace(/_(hat|correction)$/, "");
    if (name.endsWith("_hat")) return `${base}̂ ${texts.corrected}`;
    if (name.endsWith("_correction")) return texts.correction.replace("{name}", base);
    return texts[`inside_${name}`] ?? name.replace(/_/g, " ");
  };

  function show(label: string, parts: Part[], last: number, theme: Theme): void {
    shown = { label, last: Math.max(0, last), theme };
    rows = parts.map((part) => ({ part, cells: [...Array(2)].map(() => element("td", {})),
      canvas: element("canvas", { class: "spark", "aria-hidden": "true" }) }));
    const body = rows.map(({ part, cells, canvas }) => {
      const head = element("th", { scope: "row" }, named(part.name));
      const colour = COLOURS[part.name];
      if (colour) {
        head.prepend(element("span", { class: "swatch" }));
        head.style.setProperty("--run", colour(theme));
      }
      return element("tr", {}, head, ...cells, element("td", {}, canvas));
    });
    const head = element("tr", {}, element("td", {}), ...labels.map((each) => element("th", { scope: "col" }, each)),
      element("th", { scope: "col" }, `${labels[0]} ━  ${labels[1]} ┅`));
    place.replaceChildren(element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...body)));
    place.hidden = false;
  }

  function tell(step: number): void {
    const at = Math.min(step, shown.last);
    caption.textContent = texts.inside_at.replace("{label}", shown.label).replace("{step}", String(at));
    for (const { part, cells, canvas } of rows) {
      const numbers = part.at(at);
      cells[0].textContent = readable(numbers[0]);
      cells[1].textContent = part.sizes === 2 ? readable(numbers[1]) : "";
      spark(canvas, part, at);
    }
  }

  // both coordinates over the steps, logarithmic where positive numbers span decades; the step is marked
  function spark(canvas: HTMLCanvasElement, part: Part, now: number): void {
    const { width, height, scale } = fitted(canvas);
    const pen = canvas.getContext("2d")!, theme = shown.theme!;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const count = Math.min(shown.last, Math.max(1, Math.round(width)));
    const steps = [...Array(count + 1).keys()].map((i) => Math.round((i / Math.max(1, count)) * shown.last));
    const values = steps.map(part.at);
    const all = values.flatMap((each) => each.slice(0, part.sizes)).filter(Number.isFinite);
    let low = all.reduce((a, b) => Math.min(a, b), Infinity), high = all.reduce((a, b) => Math.max(a, b), -Infinity);
    const logarithmic = isLogarithmic(low, high);
    const scaled = (value: number) => (logarithmic ? Math.log(value) : value);
    [low, high] = [scaled(low), scaled(high)];
    const toX = (step: number) => 2 + (step / Math.max(1, shown.last)) * (width - 4);
    for (let i = 0; i < part.sizes; i++) {
      const path = new Path2D();
      steps.forEach((step, k) => path.lineTo(toX(step), height - 3 - ((scaled(values[k][i]) - low) / (high - low || 1)) * (height - 6)));
      pen.setLineDash(i ? [3, 3] : []);
      pen.strokeStyle = theme.ink;
      pen.lineWidth = 1.3;
      pen.stroke(path);
    }
    pen.setLineDash([]);
    pen.fillStyle = theme.quiet;
    pen.fillRect(toX(now), 0, 1, height);
  }

  const hide = () => {
    rows = [];
    place.replaceChildren();
    place.hidden = true;
  };
  return { show, tell, hide, isShown: () => rows.length > 0 };
}
