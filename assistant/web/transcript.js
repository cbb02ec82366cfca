// The conversation: examples to click, copying, the newest exchange in view. Runs once, in the transcript's element.
const COPIED_MS = 2000;

// Outside https and localhost the browser has no clipboard object: an office's http address copies the old way.
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      // Refused: the old way may still be allowed.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.cssText = "position:fixed;top:0;opacity:0";
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}

async function copyFrom(button) {
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  button.textContent = (await copy(button.dataset.copy)) ? "已复制" : "复制未成，请手选";
  setTimeout(() => { button.textContent = label; }, COPIED_MS);
}

// An answer taller than the pane starts at its question; a shorter one ends at the bottom.
function showNewest() {
  const newest = element.lastElementChild;
  if (!newest) return;
  const bottom = element.scrollHeight - element.clientHeight;
  element.scrollTop = Math.min(bottom, newest.offsetTop - 16);
}

element.setAttribute("role", "log");
element.setAttribute("aria-label", "对话");
element.addEventListener("click", (event) => {
  const example = event.target.closest("[data-ask]");
  if (example) trigger("example", { question: example.dataset.ask });
  const button = event.target.closest("[data-copy]");
  if (button) copyFrom(button);
});

watch("value", () => {
  showNewest();
  element.dispatchEvent(new CustomEvent("plan:answer", { bubbles: true }));
});
