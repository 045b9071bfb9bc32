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
