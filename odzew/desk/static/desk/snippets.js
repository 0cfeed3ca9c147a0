// Snippets: `/` in the reply box opens a list, by the pattern of the WAI-ARIA Authoring Practices Guide.
(() => {
  "use strict";
  const box = document.querySelector("[data-snippets]");
  const list = document.getElementById("snippet-list");
  const said = document.getElementById("snippet-said");
  const choice = document.getElementById("snippet-choice");
  if (!box || !choice) return;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ł/gi, "l").toLowerCase();
  const all = () => [...list.querySelectorAll("[role=option]")];
  const fits = () => all().filter((row) => !row.hidden);
  let known = null, closedAt = -1;

  // The word being typed behind a `/` that begins a line or follows a space.
  function word() {
    const before = box.value.slice(0, box.selectionStart);
    const found = /(?:^|\s)\/([^\n/]{0,30})$/.exec(before);
    return found && box.selectionStart === box.selectionEnd ? { from: before.length - found[1].length - 1, name: found[1] } : null;
  }
  function load() {
    known ||= fetch(box.dataset.snippets, { headers: { "X-Requested-With": "fetch" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .catch(() => "")
      .then((html) => { list.innerHTML = html; if (!html) known = null; });
    return known;
  }
  function choose(row) {
    all().forEach((other) => other.setAttribute("aria-selected", String(other === row)));
    if (!row) { box.removeAttribute("aria-activedescendant"); return; }
    box.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }
  function close(words = "") {
    list.hidden = true;
    choose(null);
    said.textContent = words;
  }
  async function look() {
    const typed = word();
    if (!typed || typed.from === closedAt) { if (!list.hidden) close(); return; }
    await load();
    const now = word();
    if (!now) return;
    const wanted = plain(now.name).split(/\s+/).filter(Boolean);
    all().forEach((row) => {
      const parts = plain(row.dataset.name).split(/\s+/);
      row.hidden = !wanted.every((one) => parts.some((part) => part.startsWith(one)));
    });
    const found = fits();
    if (!found.length) { close(now.name ? said.dataset.none : ""); return; }
    list.hidden = false;
    choose(found[0]);
    said.textContent = `${said.dataset.count} ${found.length}`;
  }
  function put(text, from, to) {
    box.setRangeText(text, from, to, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }
  function take(row) {
    const typed = word();
    close();
    if (row && typed) put(row.dataset.text, typed.from, box.selectionStart);
  }
  function step(by) {
    const rows = fits(), at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    choose(rows[(at + by + rows.length) % rows.length]);
  }
  box.addEventListener("input", () => { if (word()?.from !== closedAt) closedAt = -1; look(); });
  box.addEventListener("blur", () => setTimeout(close, 150));
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ArrowDown: () => step(1), ArrowUp: () => step(-1),
      Enter: () => take(list.querySelector("[aria-selected=true]")), Tab: () => take(list.querySelector("[aria-selected=true]")),
      Escape: () => { closedAt = word()?.from ?? -1; close(); },
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));

  // The choice below the box does the same in place; without the script the server does it.
  box.form.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-insert]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    load().then(() => {
      const row = document.getElementById(`snippet-${choice.value}`);
      if (row) put(row.dataset.text, box.selectionStart, box.selectionEnd); else choice.focus();
    });
  }, true);
})();
