// Two looks at one form: `fill` types what cannot be taken and sends it, `judge` reads the answer.
({ fill, judge, action, typed }) => {
  const words = (element) => (element.textContent || "").replace(/\s+/g, " ").trim();
  const must = (control) => {
    const said = (control.closest("fieldset") || control.closest(".field") || control.parentElement).querySelector(".need--must");
    return said !== null;
  };
  if (fill) {
    const form = [...document.querySelectorAll("main form")].find(
      (each) => each.getAttribute("action") === action && each.querySelector(".need--must"),
    );
    const kept = {};
    for (const control of form.elements) {
      if (control.type === "radio" || control.type === "checkbox") control.checked = false;
      else if (control.tagName === "SELECT") control.value = must(control) ? "" : control.value;
      else if (control.tagName === "TEXTAREA" || control.type === "text") {
        control.value = must(control) ? "" : typed;
        if (!must(control) && !control.closest(".date-boxes")) kept[control.name] = typed;
      }
    }
    const buttons = [...form.querySelectorAll("button")];
    form.requestSubmit(buttons.find((each) => each.matches(".button--primary")) || buttons[0]);
    return kept;
  }
  const complaints = [];
  const need = (isSo, complaint) => isSo || complaints.push(complaint);
  need(document.title.startsWith("エラー: "), `A12: the title is 「${document.title}」`);
  const box = document.querySelector(".error-summary");
  if (box === null) return [...complaints, "A12: no summary"];
  need(document.activeElement === box, `A12: the focus is on ${document.activeElement.tagName}`);
  need(document.querySelector(".notice") === null, "A15: an error and a notice");
  const links = [...box.querySelectorAll("a")];
  const inline = [...document.querySelectorAll(".field__error")].map((each) => words(each).replace(/^エラー: /, ""));
  const listed = links.map(words);
  need(String([...listed].sort()) === String([...inline].sort()), `A12: listed 「${listed}」, at the fields 「${inline}」`);
  for (const link of links) {
    link.click();
    const reached = document.activeElement;
    need(`#${reached.id}` === decodeURIComponent(link.hash), `A12: 「${words(link)}」 leads to ${link.hash}, focus on ${reached.tagName} ${reached.id}`);
  }
  for (const error of document.querySelectorAll(".field__error")) {
    const said = [...document.querySelectorAll(`[aria-describedby~="${CSS.escape(error.id)}"]`)];
    need(said.length > 0, `A14: nothing points to 「${words(error)}」`);
    need(said.some((each) => each.getAttribute("aria-invalid") === "true"), `A14: nothing is marked for 「${words(error)}」`);
  }
  for (const [name, value] of Object.entries(judge)) {
    const now = [...document.getElementsByName(name)].map((each) => each.value);
    need(now.includes(value), `A13: ${name} held 「${value}」 and now 「${now}」`);
  }
  return complaints;
}
