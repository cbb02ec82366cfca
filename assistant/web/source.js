// The plan's text: shows the cited sentence and its figures, turns from citation to citation, opens as a sheet on a
// phone. Runs once, in the panel's element. A citation is any element with data-cite; its offsets are code points.
let citations = [];
let current = 0;

const root = () => element.querySelector(".source");
const phone = () => window.matchMedia("(max-width: 760px)").matches;

async function load(documentId) {
  props.value = await server.show(documentId);
  await new Promise((done) => setTimeout(done)); // the panel is written after this turn
}

// The panel without a citation.
function clear() {
  for (const piece of element.querySelectorAll("span[data-marked]")) {
    piece.textContent = piece.textContent;
    piece.removeAttribute("data-marked");
  }
  say("");
}

function say(place) {
  const line = element.querySelector(".place");
  if (!line) return;
  line.hidden = place === "";
  line.textContent = place;
  element.querySelector(".turn").hidden = citations.length === 0;
  element.querySelector(".count").textContent = `${current + 1}/${citations.length}`;
}

// Cuts a piece at the borders of the quote and of its figures, and marks the parts that lie inside.
function mark(piece, quote, figures) {
  const start = Number(piece.dataset.start);
  const points = Array.from(piece.textContent);
  const end = start + points.length;
  if (end <= quote[0] || start >= quote[1]) return;
  const borders = [start, end, ...quote, ...figures.flat()].filter((at) => at >= start && at <= end);
  const cuts = [...new Set(borders)].sort((one, other) => one - other);
  const parts = [];
  for (let index = 0; index + 1 < cuts.length; index += 1) {
    const [from, to] = [cuts[index], cuts[index + 1]];
    const text = points.slice(from - start, to - start).join("");
    if (from < quote[0] || to > quote[1]) {
      parts.push(document.createTextNode(text));
      continue;
    }
    const part = document.createElement("mark");
    part.textContent = text;
    if (figures.some(([first, last]) => from >= first && to <= last)) part.className = "figure";
    parts.push(part);
  }
  piece.replaceChildren(...parts);
  piece.dataset.marked = "";
}

// Scrolls the text alone: scrollIntoView would also move the page on a phone.
function scrollTo(target) {
  const text = element.querySelector(".text");
  const offset = target.getBoundingClientRect().top - text.getBoundingClientRect().top;
  text.scrollTop += offset - text.clientHeight / 4;
}

const letters = (text) => text.replace(/\s/g, "");

// Marks the citation's words; false where the text that stands there is another.
function markQuote(citation) {
  clear();
  const { start, end, figures } = citation.dataset;
  const spans = figures ? figures.split(",").map((span) => span.split("-").map(Number)) : [];
  for (const piece of element.querySelectorAll("span[data-start]")) mark(piece, [+start, +end], spans);
  const marked = [...element.querySelectorAll("mark")].map((part) => part.textContent).join("");
  return letters(marked) === letters(citation.querySelector(".quote").textContent);
}

// The library may have taken in a newer text since the panel was read: then it is read again, once.
async function cite(index) {
  const citation = citations[index];
  if (!citation) return; // the answer is still being written
  current = index;
  const documentId = citation.dataset.document;
  const shown = root()?.dataset.document === documentId;
  let found = shown && markQuote(citation);
  if (!found) {
    try {
      await load(documentId);
    } catch (error) {
      clear();
      say("没有读到原文：连不上服务，请稍后再试。");
      return;
    }
    if (citations[current] !== citation) return; // turned on while the text was loading
    found = markQuote(citation);
  }
  if (found) {
    say(citation.dataset.place);
    scrollTo(element.querySelector("mark"));
  } else {
    clear();
    say("这处原文已经更新，请重新提问。");
  }
}

const cardsOf = (answer) => [...answer.querySelectorAll(".card")];

function follow(target) {
  citations = cardsOf(target.closest(".answer"));
  openSheet(phone()); // first: a hidden panel cannot scroll
  if (phone()) target.scrollIntoView({ block: "center" }); // the sheet leaves the conversation less room
  cite(citations.findIndex((card) => card.dataset.cite === target.dataset.cite));
}

function openSheet(open) {
  element.closest("#source").classList.toggle("open", open);
}

document.documentElement.lang = "zh-CN"; // Chinese glyphs for shared characters
document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-cite]");
  // Selecting words inside a card is not a click on it.
  if (target && (target.tagName === "BUTTON" || String(getSelection()) === "")) follow(target);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") openSheet(false);
});
document.addEventListener("plan:answer", (event) => {
  const newest = event.target.querySelector(".exchange:last-child .answer[data-status]");
  if (!newest) return;
  citations = cardsOf(newest);
  if (citations.length) cite(0);
  else clear();
});

element.setAttribute("role", "complementary");
element.setAttribute("aria-label", "原文");
element.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-turn]");
  if (turn) cite((current + Number(turn.dataset.turn) + citations.length) % citations.length);
  const goto = event.target.closest("[data-goto]");
  if (goto) {
    goto.closest("details").open = false;
    scrollTo(element.querySelector(`span[data-start="${goto.dataset.goto}"]`));
  }
  if (event.target.closest("[data-close]")) openSheet(false);
});
