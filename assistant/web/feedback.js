// 有用 and 答案有误 under an answer. The transcript is written anew with every answer: what was typed and said is kept
// here, by exchange, and put back. Runs in the transcript's element, after transcript.js.
const feedbackOf = new Map();
const blank = () => ({ open: false, sending: false, useful: false, line: "", choices: [], words: "", correction: "" });

const placeOf = (target) => target.closest(".answer")?.querySelector(".feedback");

function keptOf(place) {
  const id = place.dataset.exchange;
  if (!feedbackOf.has(id)) feedbackOf.set(id, blank());
  return feedbackOf.get(id);
}

function writeFeedback() {
  const places = [...element.querySelectorAll(".feedback")];
  const here = new Set(places.map((place) => place.dataset.exchange));
  for (const id of feedbackOf.keys()) if (!here.has(id)) feedbackOf.delete(id);
  for (const place of places) {
    const kept = feedbackOf.get(place.dataset.exchange) ?? blank();
    const form = place.querySelector("form");
    form.hidden = !kept.open;
    for (const box of form.querySelectorAll("input")) box.checked = kept.choices.includes(box.value);
    for (const area of form.querySelectorAll("textarea")) {
      if (area.value !== kept[area.name]) area.value = kept[area.name];
    }
    form.querySelector("[type=submit]").disabled = kept.sending;
    const said = place.querySelector(".said");
    said.hidden = kept.line === "";
    said.textContent = kept.line;
    const answer = place.closest(".answer");
    answer.querySelector("[data-wrong]").setAttribute("aria-expanded", String(kept.open));
    answer.querySelector("[data-useful]").disabled = kept.useful;
  }
}

function openForm(place, open) {
  Object.assign(keptOf(place), { open, line: "" });
  writeFeedback();
  const target = open ? place.querySelector("input") : place.closest(".answer").querySelector("[data-wrong]");
  target.focus({ preventScroll: true });
  if (open) place.scrollIntoView({ block: "nearest" });
}

element.addEventListener("click", (event) => {
  const place = placeOf(event.target);
  if (!place) return;
  if (event.target.closest("[data-useful]")) {
    Object.assign(keptOf(place), { useful: true, line: "谢谢。" });
    writeFeedback();
  }
  if (event.target.closest("[data-wrong]")) openForm(place, !keptOf(place).open);
  if (event.target.closest("[data-cancel]")) {
    feedbackOf.set(place.dataset.exchange, blank());
    openForm(place, false);
  }
});

element.addEventListener("input", (event) => {
  const place = placeOf(event.target);
  if (!place) return;
  const kept = keptOf(place);
  if (event.target.name in kept) kept[event.target.name] = event.target.value;
  kept.choices = [...place.querySelectorAll("input:checked")].map((box) => box.value);
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const place = placeOf(event.target);
  const kept = keptOf(place);
  Object.assign(kept, { sending: true, line: "" });
  writeFeedback();
  const { choices, words, correction } = kept;
  trigger("report", { exchange: place.dataset.exchange, choices, words, correction });
});

// What the server says of a report; without an exchange it is of all that wait.
watch("receipt", () => {
  const { exchange, done, line } = props.receipt;
  for (const [id, kept] of feedbackOf) {
    if (exchange ? id !== exchange : !kept.sending) continue;
    feedbackOf.set(id, done ? { ...blank(), useful: kept.useful, line } : { ...kept, sending: false, line });
  }
  writeFeedback();
});
watch("value", writeFeedback);
