// An answer of the bank that was refused must not stay in the address bar and the history.
if (location.search) {
  const query = new URLSearchParams(location.search);
  if (query.has("code") || query.has("state")) history.replaceState(null, "", location.pathname);
}

// Filters the statement's rows while typing. Without it the form does the same at the server.
const field = document.querySelector("[data-filter]");
const table = document.querySelector("[data-filtered]");
const count = document.querySelector("[data-count]");

if (field && table && count) {
  const rows = [...table.tBodies[0].rows];
  const plain = (text) => text.trim().normalize("NFKC").toLowerCase();
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const wanted = plain(field.value);
      let shown = 0;
      for (const row of rows) {
        row.hidden = !row.dataset.text.includes(wanted);
        if (!row.hidden) shown += 1;
      }
      count.textContent = `${shown}件`;
    }, 100);
  });
}
