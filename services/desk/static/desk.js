// What pages do by themselves: keep what was typed, take the eye to what is wrong, never send a form twice.
const KEPT = "redress.kept.";

function fields(form) {
  return [...form.elements].filter((one) => one.name && !["hidden", "password", "file", "submit"].includes(one.type) && one.tagName !== "BUTTON" && one.tagName !== "FIELDSET");
}

function keep(form) {
  const values = fields(form).map((one) => [one.name, ["checkbox", "radio"].includes(one.type) ? one.checked : one.value, one.type === "radio" || one.type === "checkbox" ? one.defaultValue : ""]);
  sessionStorage.setItem(KEPT + form.dataset.keep, JSON.stringify(values));
}

function restore(form) {
  const kept = sessionStorage.getItem(KEPT + form.dataset.keep);
  if (!kept) return;
  const all = fields(form);
  for (const [name, value, which] of JSON.parse(kept)) {
    const one = all.find((each) => each.name === name && (!["checkbox", "radio"].includes(each.type) || each.defaultValue === which));
    if (!one) continue;
    if (["checkbox", "radio"].includes(one.type)) one.checked = value;
    else if (value) one.value = value;
  }
}

function forget(prefix = "") {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEPT + prefix)) sessionStorage.removeItem(key);
}

// Rows of a form: empty ones stay away until they are asked for.
function cells(row) {
  return [...row.querySelectorAll("input")];
}
for (const rows of document.querySelectorAll("[data-rows]")) {
  const more = rows.querySelector("[data-more]");
  const lines = () => [...rows.querySelectorAll(".row")];
  more.hidden = false;
  const filled = lines().findLastIndex((row) => cells(row).some((cell) => cell.value));
  lines().forEach((row, n) => { row.hidden = n > Math.max(filled, 0); });
  more.addEventListener("click", () => {
    let next = lines().find((row) => row.hidden);
    if (!next) {
      const n = lines().length;
      next = lines()[0].cloneNode(true);
      for (const cell of cells(next)) { cell.name = cell.name.replace(/\.\d+\./, `.${n}.`); cell.value = ""; }
      more.before(next);
    }
    next.hidden = false;
    cells(next)[0].focus();
  });
}

const forms = document.querySelectorAll("form[data-keep]");
const sent = sessionStorage.getItem("redress.sent");
if (sent && new URLSearchParams(location.search).has("done")) forget(sent);
if (sent && document.querySelector("[data-taken]")) forget(sent);
sessionStorage.removeItem("redress.sent");
for (const form of forms) {
  if (!form.querySelector(".notice.bad, .error")) restore(form);
  form.addEventListener("input", () => keep(form));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("forget" in form.dataset) forget();
  if (form.dataset.keep) sessionStorage.setItem("redress.sent", form.dataset.keep);
  if (form.dataset.sending) { event.preventDefault(); return; }
  form.dataset.sending = "yes";
  setTimeout(() => delete form.dataset.sending, 8000);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending));

function show(target) {
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
}
function followHash() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && (document.getElementById(name) ?? document.querySelector(`[id^="${CSS.escape(name)}-"]`));
  if (!target) return;
  show(target);
  target.scrollIntoView();
  // the skip link leads to the beginning of the content, not past it
  if (target.id !== "main") target.querySelector("input:not([type=hidden]), select, textarea, button")?.focus({ preventScroll: true });
}
window.addEventListener("hashchange", followHash);
const wrong = document.querySelector("[data-focus], .field.wrong input, .field.wrong select, .field.wrong textarea");
if (wrong) { show(wrong); wrong.focus(); } else followHash();

document.querySelector(".rooms [aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });

document.addEventListener("click", (event) => {
  for (const sheet of document.querySelectorAll("details.me[open]")) if (!sheet.contains(event.target)) sheet.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const sheet of document.querySelectorAll("details.me[open]")) { sheet.open = false; sheet.querySelector("summary").focus(); }
});

// Labels that a person has not chosen yet follow the proposal; what a person chose stays.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (!button) return;
  const form = document.getElementById(button.getAttribute("data-form"));
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.take))) {
    const field = form?.elements[name];
    if (field && value !== null) field.value = value;
  }
  keep(form);
});

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
