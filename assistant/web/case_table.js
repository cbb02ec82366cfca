// The table of cases: what is unfolded stays so while the table is written anew. Runs once, in the table's element.
const unfolded = new Map(); // a case of the run that is shown -> its HTML, "" while it is fetched
let unfoldedRun = "";

const runOf = () => element.querySelector("table")?.dataset.run ?? "";

function writeUnfolded() {
  if (runOf() !== unfoldedRun) unfolded.clear();
  unfoldedRun = runOf();
  for (const row of element.querySelectorAll("[data-detail]")) {
    const html = unfolded.get(row.dataset.detail);
    row.hidden = html === undefined;
    row.firstElementChild.innerHTML = html || '<span class="quiet">正在读取……</span>';
    row.previousElementSibling.querySelector(".unfold").setAttribute("aria-expanded", String(!row.hidden));
  }
}

async function unfold(key) {
  if (unfolded.delete(key)) return writeUnfolded();
  unfolded.set(key, "");
  writeUnfolded();
  const run = runOf();
  let html;
  try {
    html = await server.unfold({ run, case: key });
  } catch (error) {
    html = '<span class="quiet">没有读到：连不上服务，请稍后再试。</span>';
  }
  if (run !== unfoldedRun || !unfolded.has(key)) return undefined; // folded again, or another run by now
  unfolded.set(key, html);
  return writeUnfolded();
}

element.addEventListener("click", (event) => {
  if (event.target.closest("[data-more]")) trigger("more");
  const row = event.target.closest(".case");
  if (!row) return;
  if (event.target.closest("[data-open]")) {
    location.hash = "#chat";
    trigger("ask", { run: runOf(), case: row.dataset.case });
  } else if (String(getSelection()) === "") {
    unfold(row.dataset.case); // selecting words is not a click
  }
});
watch("value", writeUnfolded);
