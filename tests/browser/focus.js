// Gives the focus to each control in turn and returns where its mark is thin, pale or covered.
() => {
  const complaints = [];
  const say = (element) => `${element.tagName.toLowerCase()} 「${(element.textContent || element.name || "").replace(/\s+/g, " ").trim().slice(0, 20)}」`;
  const parse = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const contrast = (one, other) => {
    const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(each).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const control of document.querySelectorAll(controls)) {
    if (control.tabIndex < 0 || !control.checkVisibility({ visibilityProperty: true })) continue;  // only Enter reaches it
    control.focus({ focusVisible: true });
    if (document.activeElement !== control) {
      complaints.push(`A58: ${say(control)} does not take the focus`);
      continue;
    }
    const style = getComputedStyle(control);
    const width = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
    if (width < 2) complaints.push(`A59: ${say(control)} has a mark of ${width} px`);
    const around = ground(control.parentElement);
    const ring = parse((style.boxShadow.match(/rgba?\([^)]*\)/) || ["rgb(0, 0, 0)"])[0]);
    const best = Math.max(contrast(parse(style.outlineColor), around), contrast(ring, around));
    if (best < 3) complaints.push(`A59: the mark of ${say(control)} has a contrast of ${best.toFixed(2)}`);
    if (control.matches(".table-region")) continue; // a region holds controls that lie on it
    const [box] = control.getClientRects();
    const top = document.elementFromPoint(box.x + Math.min(box.width / 2, 200), box.y + Math.min(box.height / 2, 20));
    if (!top || !(control.contains(top) || top.contains(control) || (control.labels && [...control.labels].includes(top)))) {
      complaints.push(`A59: ${say(control)} is covered by ${top ? say(top) : "the edge of the window"}`);
    }
  }
  if (document.activeElement) document.activeElement.blur();
  window.scrollTo(0, 0);
  return complaints;
}
