// Lists that a sign opens while one writes, by the pattern of the WAI-ARIA Authoring Practices Guide:
// `/` in the reply box for snippets, `@` in a note for colleagues.
(() => {
  "use strict";
  const plain = window.odzewPlain; // desk.js
  function put(box, text, from, to) {
    box.setRangeText(text, from, to, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }
  function pick({ box, list, said, typed, load }) {
    const all = () => [...list.querySelectorAll("[role=option]")];
    const fits = () => all().filter((row) => !row.hidden);
    let closedAt = -1;

    // The word being typed behind a sign that begins a line or follows a space.
    function word() {
      const before = box.value.slice(0, box.selectionStart);
      const found = typed.exec(before);
      return found && box.selectionStart === box.selectionEnd ? { from: before.length - found[1].length - 1, name: found[1] } : null;
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
      const begun = word();
      if (!begun || begun.from === closedAt) { if (!list.hidden) close(); return; }
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
    function take(row) {
      const begun = word();
      closedAt = begun?.from ?? -1; // a name that was taken still stands behind its sign
      close();
      if (row && begun) put(box, row.dataset.text, begun.from, box.selectionStart);
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
  }

  const note = document.getElementById("note-text");
  const silent = document.createElement("span");
  if (note) {
    pick({
      box: note, list: document.getElementById("name-list"), said: silent, typed: /(?:^|[\s(])@([^\n@]{0,30})$/, load: async () => {},
    });
  }

  const box = document.querySelector("[data-snippets]");
  const list = document.getElementById("snippet-list");
  const choice = document.getElementById("snippet-choice");
  if (!box || !choice) return;
  let known = null;
  function load() {
    known ||= fetch(box.dataset.snippets, { headers: { "X-Requested-With": "fetch" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
      .catch(() => "")
      .then((html) => { list.innerHTML = html; if (!html) known = null; });
    return known;
  }
  pick({ box, list, said: document.getElementById("snippet-said"), typed: /(?:^|\s)\/([^\n/]{0,30})$/, load });

  // The choice below the box does the same in place; without the script the server does it.
  box.form.addEventListener("submit", (event) => {
    if (!event.submitter?.matches("[data-insert]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    load().then(() => {
      const row = document.getElementById(`snippet-${choice.value}`);
      if (row) put(box, row.dataset.text, box.selectionStart, box.selectionEnd); else choice.focus();
    });
  }, true);
})();
