// Looks for what runs into each other or is cut off in the page as it is drawn now; returns complaints in words.
(when) => {
  const complaints = [];
  const TOLERANCE = 3; // px: neighbouring lines of links share a little of their line boxes
  const say = (element) => `${element.tagName.toLowerCase()} 「${(element.textContent || element.name || "").replace(/\s+/g, " ").trim().slice(0, 20)}」`;
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden, .skip-link");
  const scroller = (element) => element.closest("[tabindex='0']"); // what scrolls by itself

  const boxes = [];
  for (const control of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!isShown(control)) continue;
    for (const box of control.getClientRects()) {
      if (box.width > 1 && box.height > 1) boxes.push({ control, box, scroller: scroller(control) });
    }
  }
  boxes.sort((a, b) => a.box.top - b.box.top);
  for (let no = 0; no < boxes.length; no += 1) {
    const one = boxes[no];
    for (let later = no + 1; later < boxes.length && boxes[later].box.top < one.box.bottom - TOLERANCE; later += 1) {
      const other = boxes[later];
      if (one.control === other.control || one.scroller !== other.scroller) continue;
      if (one.control.contains(other.control) || other.control.contains(one.control)) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
      if (across > TOLERANCE && down > TOLERANCE) {
        complaints.push(`${when}: ${say(one.control)} lies on ${say(other.control)}`);
      }
    }
  }

  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const cuts = /hidden|clip/.test(style.overflowX) || /hidden|clip/.test(style.overflowY);
    if (!cuts || element.closest("svg, .visually-hidden, .skip-link") || !isShown(element) || element.tagName === "INPUT") continue;
    if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1) {
      complaints.push(`${when}: ${say(element)} is cut off`);
    }
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) complaints.push(`${when}: the page is ${wide} px wide in ${window.innerWidth}`);
  return complaints;
}
