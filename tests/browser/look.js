// Looks over the page in front of it and returns complaints in words; an empty list is a sound page.
() => {
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
    need(all('.site-nav [aria-current="page"]').length <= 1, "two places of the navigation are current");
  }
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
    if (control.tagName === "BUTTON" || !control.closest("main")) continue;
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
    const pair = `${style.color} on ${under}`;
    if (seen.has(pair)) continue;
    seen.add(pair);
    const [darker, lighter] = [luminance(parse(style.color)), luminance(under)].sort((a, b) => a - b);
    const ratio = (lighter + 0.05) / (darker + 0.05);
    need(ratio >= 4.5, `${name(element)} 「${words(element).slice(0, 20)}」: contrast ${ratio.toFixed(2)} (${pair})`);
  }
  return complaints;
}
