// 契約案の突合: everything works without this file. It copies the model wording, brings the marked place into sight,
// and, only where the reader has switched keys on, goes to the clause before or after and chooses a result.
"use strict";

const gap = document.querySelector(".gap");

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function pressed(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    document.querySelector(`[data-key="${key}"]`)?.click();
  } else if (/^[1-5]$/.test(key)) {
    document.querySelectorAll('#decision input[name="state"]')[Number(key) - 1]?.click();
  }
}

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(holder) {
  const wording = document.getElementById(holder.dataset.copies);
  select(wording);
  let done = false;
  try {
    await navigator.clipboard.writeText(wording.innerText);
    done = true;
  } catch {
    done = document.execCommand("copy"); // a plain http address in the office's own network has no clipboard
  }
  holder.querySelector('[role="status"]').textContent = done ? "写しました" : "選びました。Ctrl+C で写せます";
}

if (gap) {
  if (gap.dataset.keys === "on") {
    document.addEventListener("keydown", pressed);
  }
  for (const holder of gap.querySelectorAll("[data-copies]")) {
    holder.hidden = false;
    holder.querySelector("button").addEventListener("click", () => copy(holder));
  }
  const pane = gap.querySelector(".gap__draft");
  const hit = pane.querySelector("#hit-1");
  if (hit && pane.scrollHeight > pane.clientHeight) {
    pane.scrollTop += hit.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
  }
}
