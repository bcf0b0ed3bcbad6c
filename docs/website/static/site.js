// A page to play with is loaded when its details are opened, not before.
document.addEventListener(
  "toggle",
  (event) => {
    for (const frame of event.target.querySelectorAll("iframe[data-src]:not([src])")) frame.src = frame.dataset.src;
  },
  true,
);
