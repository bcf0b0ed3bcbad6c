// A presenter's sequence of prepared states: their titles and texts, large, and the buttons that turn them.
//
//   const sequence = sequenceOf(given, turn)          // turn(number): shows the slide of this number, from 0
//   sequence.tell(number)                             // -1: none of them is shown
import { element } from "./controls";
import type { Given } from "./types";

export function sequenceOf({ slides, texts }: Given, turn: (number: number) => void) {
  const title = element("h2", {}), said = element("p", { class: "text" }), number = element("span", { class: "number" });
  const button = (text: string, sign: string, by: number) => element("button", { type: "button", "aria-label": text, title: text,
    onclick: () => turn(Math.max(0, Math.min(slides.length - 1, at + by))) }, sign);
  const back = button(texts.previous_slide, "‹", -1), forward = button(texts.next_slide, "›", 1);
  const place = element("section", { id: "slide", "aria-label": texts.slides, hidden: true },
    element("div", { class: "buttons" }, back, number, forward), element("div", { "aria-live": "polite" }, title, said));
  document.getElementById("panels")!.before(place);
  let at = -1;

  function tell(now: number): void {
    at = now;
    place.hidden = now < 0;
    document.body.classList.toggle("slides", now >= 0);
    if (now < 0) return;
    const told = slides[now];
    [title.textContent, said.textContent] = [told.title, told.text];
    said.hidden = told.text === "";
    number.textContent = `${now + 1} / ${slides.length}`;
    number.setAttribute("aria-label", texts.slide_of.replace("{number}", String(now + 1)).replace("{count}", String(slides.length)));
    back.disabled = now === 0;
    forward.disabled = now === slides.length - 1;
  }

  return { tell, place };
}
