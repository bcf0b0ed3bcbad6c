// The keys of a lecture, and the overlay that lists them. A key does nothing else where a field is typed in or a choice
// is made; a slider keeps its arrows, Home and End. Those that turn pages are taken everywhere, as a presenter sends them.
//
//   const keys = keysOf(texts, rows, (press) => true)      // whether a press was taken; keys.help() opens the overlay
import { element } from "./controls";

// A press as `keysOf` passes it on
export interface Press {
  key: string; // "." for a full stop of any keyboard, letters small
  shift: boolean;
  button: boolean; // whether a button has the focus, which Space and Enter press
  canvas: boolean; // whether the landscape has the focus
}

const FIELDS = "input, select, textarea, [contenteditable]";
const SLIDERS = "input[type=range]";
const PAGES = ["PageDown", "PageUp"];
const WIDE: Record<string, string> = { "？": "?", "。": ".", "，": ",", "》": ">", "《": "<" };

// rows: pairs of keys and what they do; more: what stands below them
export function keysOf(texts: Record<string, string>, rows: [string, string][], more: string, take: (press: Press) => boolean) {
  const single = element("input", { type: "checkbox", id: "single" });
  single.checked = true;
  const close = element("button", { type: "button", onclick: () => overlay.close() }, texts.close);
  const table = element("table", {}, element("tbody", {}, ...rows.map(([keys, text]) => element("tr", {},
    element("th", { scope: "row" }, ...keys.split(" ").map((key) => element("kbd", {}, key.replaceAll("_", " ")))), element("td", {}, text)))));
  const overlay = element("dialog", { id: "help", "aria-labelledby": "help-title" }, element("h2", { id: "help-title" }, texts.help), table,
    element("p", {}, more), element("label", {}, single, ` ${texts.single}`), close);
  document.querySelector("main")!.append(overlay);
  const help = () => {
    if (overlay.open) return overlay.close();
    overlay.showModal();
    close.focus(); // an attribute would ask for it when the page loads, which a frame is refused
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as HTMLElement;
    const named = WIDE[event.key] ?? event.key;
    const key = named.length === 1 ? named.toLowerCase() : named;
    const kept = target.closest(SLIDERS) ? /^(Arrow|Home|End)/.test(key) : target.closest(FIELDS) && !(overlay.open && key === "?");
    const closed = !overlay.open && overlay.contains(target); // where a browser may leave the focus
    if (kept && !closed && !PAGES.includes(key)) return;
    if (key.length === 1 && key !== " " && key !== "?" && !single.checked) return;
    if (key === "?") help();
    else if (overlay.open || !take({ key, shift: event.shiftKey, button: target.closest("button, summary, a") !== null,
      canvas: target.id === "landscape" })) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  return { help };
}
