// The list of proposals: which one is to be decided on. Runs once, in the list's element.
element.addEventListener("click", (event) => {
  const picked = event.target.closest("[data-proposal]");
  if (picked) trigger("pick", { proposal: picked.dataset.proposal });
});
