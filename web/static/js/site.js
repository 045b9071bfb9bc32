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

// Files of a list are also put in order by dragging; the buttons 上へ and 下へ do the same without it.
let dragged = null;

const placed = (target) => (target instanceof Element ? target.closest("tr[data-place]") : null);

for (const row of document.querySelectorAll("tr[data-place]")) {
  const handle = document.createElement("span");
  handle.className = "drag-handle";
  handle.draggable = true;
  handle.setAttribute("aria-hidden", "true");
  row.cells[0].prepend(handle);
  handle.addEventListener("dragstart", (event) => {
    dragged = row;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.id);
    event.dataTransfer.setDragImage(row, 0, 0);
  });
  handle.addEventListener("dragend", () => {
    dragged = null;
    document.querySelectorAll(".is-drop-target").forEach((each) => each.classList.remove("is-drop-target"));
  });
}

document.addEventListener("dragover", (event) => {
  const row = dragged && placed(event.target);
  if (!row || row === dragged) {
    return;
  }
  event.preventDefault();
  document.querySelectorAll(".is-drop-target").forEach((each) => each.classList.remove("is-drop-target"));
  row.classList.add("is-drop-target");
});

document.addEventListener("drop", (event) => {
  const row = dragged && placed(event.target);
  const form = dragged && dragged.querySelector("form.attachments__move");
  if (!row || row === dragged || !form) {
    return;
  }
  event.preventDefault();
  const place = document.createElement("input");
  place.type = "hidden";
  place.name = "place";
  place.value = row.dataset.place;
  form.append(place);
  form.submit();
});
