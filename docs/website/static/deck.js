// Start the slides, and make text smaller where it is too long for its slide.
const HEIGHT = 760;
const deck = new Reveal(document.querySelector(".reveal"), {
  hash: true,
  width: 1240,
  height: HEIGHT,
  margin: 0.05,
  slideNumber: "c/t",
  transition: "none",
  center: true,
  keyboardCondition: null,
});
const fit = (slide) => {
  if (!slide || slide.matches(".live")) return;
  slide.style.fontSize = "";
  for (let size = 30; size > 15 && slide.scrollHeight > HEIGHT; size -= 1) slide.style.fontSize = `${size}px`;
};
deck.initialize().then(() => {
  fit(deck.getCurrentSlide());
  deck.on("slidechanged", (event) => fit(event.currentSlide));
  document.addEventListener("toggle", () => fit(deck.getCurrentSlide()), true);
});
