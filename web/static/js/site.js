// Every page works without this file. It only keeps the keyboard where it was when htmx replaces a fragment.
"use strict";

let lastFocused = null;

document.addEventListener("htmx:beforeSwap", () => {
  lastFocused = document.activeElement;
});

document.addEventListener("htmx:afterSwap", (event) => {
  const stillThere = lastFocused && lastFocused !== document.body && document.contains(lastFocused);
  const sameId = lastFocused && lastFocused.id && document.getElementById(lastFocused.id);
  if (stillThere || sameId) {
    return;
  }
  const heading = event.detail.target.querySelector("h1, h2, h3");
  if (heading) {
    heading.setAttribute("tabindex", "-1");
    heading.focus();
  }
});

// A page that nobody looks at does not ask how far a long piece of work is.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target instanceof Element && event.target.hasAttribute("data-poll")) {
    event.preventDefault();
  }
});
