// Which tab is seen: the address says it, so that a reload and the browser's way back keep it. Runs once in each
// element with links to tabs; data-within names what else a link stands for.
const TABS = ["chat", "evaluation", "proposals"];
const tabOf = () => (TABS.includes(location.hash.slice(1)) ? location.hash.slice(1) : TABS[0]);

function showTab() {
  document.documentElement.dataset.tab = tabOf();
  for (const link of element.querySelectorAll("a")) {
    if ([link.hash.slice(1), link.dataset.within].includes(tabOf())) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// A run that another page started is seen when one comes back to this one.
function refresh() {
  if (tabOf() !== TABS[0] && document.visibilityState === "visible") trigger("open");
}

window.addEventListener("hashchange", () => {
  showTab();
  refresh();
});
document.addEventListener("visibilitychange", refresh);
document.addEventListener("plan:ready", refresh); // before it nothing hears what is triggered
watch("value", showTab);
showTab();
