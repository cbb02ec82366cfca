"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const marks = { right: "✓", wrong: "✕", refused: "○", error: "!" };
  const at = (id) => document.getElementById(id);
  const [rows, more, count, filters] = ["rows", "more", "count", "filters"].map(at);
  const [words, verdict, suite, kind, style] = ["words", "verdict", "suite", "kind", "style"].map(at);
  const several = data.configurations.length > 1;
  const batch = 60; // rows drawn at a time: three thousand at once would make the page slow to open
  let found = [];
  let drawn = 0;

  // Everything that comes from a case goes in as text, never as markup.
  function element(tag, classes, ...content) {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    made.append(...content);
    return made;
  }

  function verdictOf(outcome) {
    return element("span", `verdict ${outcome.verdict}`, `${marks[outcome.verdict]} ${data.verdicts[outcome.verdict]}`);
  }

  // --- Rows ---

  function row(entry) {
    const outcomes = element("span", "outcomes");
    for (const outcome of entry.outcomes) {
      const shown = verdictOf(outcome);
      shown.title = data.configurations[outcome.run];
      outcomes.append(shown);
    }
    if (entry.changed) {
      const better = entry.changed === "better";
      outcomes.append(element("span", `step ${better ? "good" : "bad"}`, better ? "▲ 变好" : "▼ 变差"));
    }
    const worst = entry.outcomes.find((outcome) => outcome.verdict !== "right") ?? entry.outcomes[0];
    const cells = [
      outcomes,
      element("span", "question", entry.turns.at(-1) ?? ""),
      element("span", "kind", entry.mutant ? "改错" : data.kinds[entry.kind] ?? entry.kind),
      element("span", "expected", entry.expected),
      element("span", "actual", worst.error || worst.text),
      element("span", "why", worst.why),
    ];
    ["", "", "", "应答", "实答", "说明"].forEach((name, place) => (cells[place].dataset.name = name));
    const folded = element("details", "case", element("summary", "row", ...cells));
    folded.dataset.case = entry.key;
    folded.addEventListener("toggle", () => {
      if (folded.open && folded.childElementCount === 1) folded.append(unfolded(entry));
    });
    return folded;
  }

  function unfolded(entry) {
    const about = [entry.key, data.kinds[entry.kind], data.styles[entry.style], ...entry.tags];
    if (entry.before) about.push(`基线：${entry.before}`);
    const made = element("div", "unfolded", element("p", "quiet", about.filter(Boolean).join("　")));
    if (entry.turns.length > 1) {
      made.append(element("h4", "", "对话"));
      made.append(element("ol", "", ...entry.turns.map((turn) => element("li", "words", turn))));
    } else {
      made.append(element("h4", "", "题目"), element("p", "words", entry.turns[0] ?? ""));
    }
    made.append(element("h4", "", `应答（${entry.status}）`), element("p", "words", entry.expected || "—"));
    for (const outcome of entry.outcomes) made.append(result(outcome));
    return made;
  }

  function result(outcome) {
    const head = element("h4", "", "实答");
    if (outcome.status) head.append(`（${outcome.status}）`);
    if (several) head.append(` ${data.configurations[outcome.run]}`);
    head.append(" ", verdictOf(outcome), `　${outcome.cost}`);
    const made = element("div", "outcome", head);
    if (outcome.error) made.append(element("p", "words fail", outcome.error));
    if (outcome.text) made.append(element("p", "words", outcome.text));
    for (const notice of outcome.notices) made.append(element("p", "quiet", `注意：${notice}`));
    for (const [marker, formatted, quote] of outcome.citations) {
      const header = element("header", "", `[${marker}] ${formatted}`);
      made.append(element("div", "citation", header, element("p", "words", quote)));
    }
    if (outcome.scores.length) made.append(element("div", "scroll", scores(outcome.scores)));
    return made;
  }

  function scores(list) {
    const heads = ["评分", "结果", "应有", "实有", "为什么"].map((name) => element("th", "", name));
    const body = element("tbody");
    for (const [name, result, said, expected, extracted, why] of list) {
      const cells = [name, said, expected, extracted, why].map((text) => element("td", "", text));
      cells[1].className = result;
      body.append(element("tr", "", ...cells));
    }
    return element("table", "scores", element("thead", "", element("tr", "", ...heads)), body);
  }

  // --- Filters ---

  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const texts = new Map(); // what is searched of a case; made at the first search

  function textOf(entry) {
    if (!texts.has(entry)) {
      const answers = entry.outcomes.flatMap((outcome) => [outcome.text, outcome.error, outcome.why]);
      texts.set(entry, plain([entry.key, ...entry.turns, entry.expected, ...entry.tags, ...answers].join("\n")));
    }
    return texts.get(entry);
  }

  const verdictOptions = { "": () => true, missed: (entry) => entry.outcomes.some((o) => o.verdict !== "right") };
  for (const name of Object.keys(data.verdicts)) {
    verdictOptions[name] = (entry) => entry.outcomes.some((outcome) => outcome.verdict === name);
  }
  verdictOptions.better = (entry) => entry.changed === "better";
  verdictOptions.worse = (entry) => entry.changed === "worse";
  verdictOptions.differ = (entry) => new Set(entry.outcomes.map((outcome) => outcome.verdict)).size > 1;

  function option(value, text) {
    const made = element("option", "", text);
    made.value = value;
    return made;
  }

  function fillFilters() {
    const names = {
      "": "全部结果", missed: "没全对", ...data.verdicts, better: "比基线好", worse: "比基线差", differ: "各配置不同",
    };
    for (const [value, matches] of Object.entries(verdictOptions)) {
      const size = data.cases.filter(matches).length;
      if (size || !value) verdict.append(option(value, `${names[value]}（${size}）`));
    }
    const fill = (select, all, field, labels) => {
      select.append(option("", all));
      for (const value of new Set(data.cases.map((entry) => entry[field]))) {
        select.append(option(value, labels[value] ?? value));
      }
    };
    fill(suite, "全部题集", "suite", {});
    fill(kind, "全部类别", "kind", data.kinds);
    fill(style, "全部问法", "style", data.styles);
  }

  function apply() {
    const wanted = plain(words.value).split(/\s+/).filter(Boolean);
    found = data.cases.filter(
      (entry) =>
        verdictOptions[verdict.value](entry) &&
        (!suite.value || entry.suite === suite.value) &&
        (!kind.value || entry.kind === kind.value) &&
        (!style.value || entry.style === style.value) &&
        (!wanted.length || wanted.every((word) => textOf(entry).includes(word))),
    );
    rows.replaceChildren();
    drawn = 0;
    count.value = `${found.length} / ${data.cases.length} 题`;
    if (!found.length) rows.append(element("p", "empty", data.cases.length ? "没有这样的题。" : "没有可以列出的题。"));
    draw(batch);
  }

  function draw(size) {
    rows.append(...found.slice(drawn, drawn + size).map(row));
    drawn = Math.min(drawn + size, found.length);
    more.hidden = drawn >= found.length;
  }

  function search(text) {
    for (const field of [verdict, suite, kind, style]) field.value = "";
    words.value = text;
    apply();
  }

  function show(key) {
    search(key);
    draw(found.length); // other keys may begin with this one
    const target = [...rows.children].find((entry) => entry.dataset.case === key);
    if (target) target.open = true;
  }

  fillFilters();
  apply();
  filters.addEventListener("input", apply);
  filters.addEventListener("submit", (event) => event.preventDefault());
  at("clear").addEventListener("click", () => search(""));
  more.addEventListener("click", () => draw(batch));
  new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && draw(batch), {
    rootMargin: "600px",
  }).observe(more);
  for (const link of document.querySelectorAll("a[data-case]")) {
    link.addEventListener("click", () => show(link.dataset.case));
  }
  addEventListener("beforeprint", () => draw(found.length)); // paper cannot be scrolled
})();
