// Looks over the page in front of it and returns complaints in words; an empty list is a sound page.
// The pairs of text and ground that may stand on a page (ux.md 4.2).
(pairs) => {
  const allowed = new Set(pairs);
  const complaints = [];
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = (element) => (element.textContent || "").replace(/\s+/g, " ").trim();
  const name = (element) => `<${element.tagName.toLowerCase()} ${element.id || element.name || element.className}>`;
  const need = (isSo, complaint) => isSo || complaints.push(complaint);

  // the frame
  need(document.documentElement.lang === "ja", "html is not marked as Japanese");
  need(all("main").length === 1, `${all("main").length} main elements`);
  need(all("h1").length === 1 && all("main h1").length === 1, `${all("h1").length} h1 elements`);
  need(words(document.querySelector("h1") || document.body) !== "", "the h1 is empty");
  need(/^.+ - 関所$/.test(document.title), `the title is 「${document.title}」`);
  need(all(".site-footer").length === 1, "no footer");
  if (document.querySelector(".site-nav")) {
    const current = all('.site-nav [aria-current="page"]').length;
    need(current === 1, `A4: ${current} places of the navigation are current`);
    const helps = all(".site-footer a").map(words);
    const wanted = ["規則集", "組織の定め", "ヘルプ", "アクセシビリティ方針"];
    need(String(helps) === String(wanted), `A4: the footer offers ${helps}`);
    need(all("details.page-help").length === 1, "the page does not say what can be done on it");
  }
  need(all(".notice").length <= 1, "A15: two notices at once");
  need(!(document.querySelector(".notice") && document.querySelector(".error-summary")), "A15: an error and a notice");
  need(Object.keys(localStorage).length === 0, `A62: kept for good: ${Object.keys(localStorage)}`);
  const kept = Object.keys(sessionStorage).filter((key) => key !== "htmx-current-path-for-history");
  need(kept.length === 0, `A62: kept in the browser: ${kept}`);
  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6").filter((each) => !each.closest("[role=alert]"))) {
    const own = Number(heading.tagName[1]);
    need(own <= level + 1, `「${words(heading)}」 is h${own} after h${level}`);
    level = own;
  }
  const ids = all("[id]").map((each) => each.id);
  need(new Set(ids).size === ids.length, `ids stand twice: ${ids.filter((id, no) => ids.indexOf(id) !== no)}`);
  for (const attribute of ["aria-labelledby", "aria-describedby", "for"]) {
    for (const element of all(`[${attribute}]`)) {
      const lost = element.getAttribute(attribute).split(/\s+/).filter((id) => !document.getElementById(id));
      need(lost.length === 0, `${attribute} of ${name(element)} leads nowhere: ${lost}`);
    }
  }

  // nothing inline
  need(all("style, [style], script:not([src])").length === 0, "a style or a script stands in the page");
  for (const element of all("*")) {
    const handlers = element.getAttributeNames().filter((each) => each.startsWith("on"));
    need(handlers.length === 0, `${name(element)} carries ${handlers}`);
  }

  // forms
  for (const form of all("form")) {
    need(form.noValidate, `the form to ${form.getAttribute("action")} lets the browser judge`);
    const withoutSession = /\/login$|\/q\/[^/]+$/.test(form.action); // nothing of the browser's that a token would guard
    need(form.method === "get" || form.elements.csrf_token || withoutSession, `no token: ${form.action}`);
  }
  for (const control of all("input:not([type=hidden]), select, textarea, button")) {
    const forbidden = ["required", "pattern", "placeholder", "disabled", "readonly"];
    const found = forbidden.filter((each) => control.hasAttribute(each));
    need(found.length === 0, `${name(control)} is ${found}`);
    const labels = [...(control.labels || [])].map(words).join("");
    const ownWords = control.getAttribute("aria-label") || labels || (control.tagName === "BUTTON" ? words(control) : "");
    need(ownWords !== "", `${name(control)} has no label`);
    if (control.tagName === "BUTTON" || !control.closest("main") || control.closest("tbody")) continue;  // a row is picked
    const group = control.closest("fieldset");
    const said = group ? words(group.querySelector("legend") || group) : labels;
    need(/必須|任意/.test(said), `${name(control)} does not say 必須 or 任意`);
  }

  // what scrolls can be reached by keyboard and says what it is
  for (const element of all("main *")) {
    const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth;
    if (!scrolls || /TEXTAREA|INPUT|SELECT/.test(element.tagName)) continue;
    need(element.tabIndex === 0 && element.getAttribute("aria-label"), `${name(element)} scrolls out of reach`);
  }

  // every day that is shown can be read by a machine; hints show how a day may be typed, papers are quoted as they are
  const day = /(?:令和|平成)(?:元|\d+)年\d+月\d+日|(?<![\w.-])\d{4}-\d{2}-\d{2}(?![\w-])|(?<![\w.-])[RH]\d{1,2}\.\d{1,2}\.\d{1,2}(?![\w.])/;
  const walker = document.createTreeWalker(document.querySelector("main") || document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const [holder, text] = [walker.currentNode.parentElement, walker.currentNode.data.trim()];
    if (!day.test(text) || holder.closest("time, .field__hint, textarea, option, .verbatim, .wording, .draft-block, .mono, code, .typed")) continue;
    complaints.push(`A23: a day outside <time>: 「${text.slice(0, 60)}」 in ${name(holder)}`);
  }
  for (const element of all("time")) {
    const said = element.getAttribute("datetime") || "";
    need(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?$/.test(said), `A23: datetime is 「${said}」`);
  }
  // contrast, from the colours the browser worked out
  const parse = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(each).backgroundColor);
      if (a > 0) return a === 1 ? [r, g, b] : null;
    }
    return [255, 255, 255];
  };
  const hex = (parts) => `#${parts.slice(0, 3).map((each) => Math.round(each).toString(16).padStart(2, "0")).join("")}`;
  const seen = new Set();
  for (const element of all("body *")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!hasText || !element.checkVisibility() || element.closest(".visually-hidden, [aria-hidden=true]")) continue;
    const style = getComputedStyle(element);
    const under = ground(element);
    if (under === null || !style.color.startsWith("rgb")) {
      complaints.push(`${name(element)} has colours that cannot be measured: ${style.color}`);
      continue;
    }
    const pair = `${hex(parse(style.color))} on ${hex(under)}`;
    if (seen.has(pair)) continue;
    seen.add(pair);
    need(allowed.has(pair), `A64: ${name(element)} 「${words(element).slice(0, 20)}」 is ${pair}`);
    const [darker, lighter] = [luminance(parse(style.color)), luminance(under)].sort((a, b) => a - b);
    const ratio = (lighter + 0.05) / (darker + 0.05);
    need(ratio >= 4.5, `${name(element)} 「${words(element).slice(0, 20)}」: contrast ${ratio.toFixed(2)} (${pair})`);
  }
  return complaints;
}
