// The palette (Ctrl+K): a combobox with a list, by the pattern of the WAI-ARIA Authoring Practices Guide.
(() => {
  "use strict";
  const palette = document.getElementById("palette");
  if (!palette) return;
  const field = document.getElementById("palette-field");
  const list = document.getElementById("palette-list");
  const said = document.getElementById("palette-said");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const plain = window.odzewPlain; // desk.js
  const options = () => all("[role=option]", list);
  const icon = palette.querySelector("[data-icon] svg");
  let own = [];
  let asked = 0;
  let turn = 0;

  // What the page itself can do: whatever opens a dialog, chooses a kind of reply, or is marked as an act.
  const ACTS = "main [data-dialog], .composer [name=purpose], main [data-act]";
  const PLACES = ".rail-nav a, .rail-foot .menu-item, .rail-foot [data-dialog]";
  function gather(selector, group) {
    const names = new Set();
    return all(selector).flatMap((element, n) => {
      const from = element.labels?.[0]?.querySelector("b") || element.labels?.[0] || element.querySelector(".label") || element;
      const copy = from.cloneNode(true);
      copy.querySelectorAll(".count, .unseen").forEach((part) => part.remove());
      const name = copy.textContent.trim().replace(/\s+/g, " ");
      if (!name || names.has(name)) return [];
      names.add(name);
      return [{ id: `palette-${group}-${n}`, group, name, icon: element.querySelector("svg"), act: () => go(element) }];
    });
  }
  function go(element) {
    if (element.type === "radio") {
      element.checked = true;
      element.form.querySelector("textarea")?.focus();
    } else element.click();
  }

  function option(item) {
    const row = document.createElement("div");
    row.role = "option";
    row.id = item.id;
    row.append((item.icon || icon).cloneNode(true));
    row.append(Object.assign(document.createElement("span"), { className: "clip", textContent: item.name }));
    row.act = item.act;
    return row;
  }
  function group(name, title, items) {
    if (!items.length) return [];
    const box = document.createElement("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", `palette-of-${name}`);
    const head = Object.assign(document.createElement("div"), { className: "palette-title", id: `palette-of-${name}`, textContent: title });
    head.setAttribute("role", "presentation");
    box.append(head, ...items.map(option));
    return [box];
  }

  function show(found) {
    const wanted = plain(field.value).split(/\s+/).filter(Boolean);
    const fits = own.filter((item) => wanted.every((word) => plain(item.name).split(/\s+/).some((part) => part.startsWith(word))));
    const of = (name) => fits.filter((item) => item.group === name);
    list.replaceChildren(...group("acts", palette.dataset.acts, of("acts")), ...group("places", palette.dataset.places, of("places")));
    if (found) list.insertAdjacentHTML("beforeend", found);
    choose(options()[0]);
    said.textContent = options().length ? "" : palette.dataset.none;
  }
  function choose(row) {
    all("[aria-selected=true]", list).forEach((other) => other.setAttribute("aria-selected", "false"));
    if (!row) { field.removeAttribute("aria-activedescendant"); return; }
    row.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    const rows = options();
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    choose(rows[(at + by + rows.length) % rows.length]);
  }
  function take(row) {
    if (!row) return;
    palette.close();
    if (row.dataset.href) location.href = row.dataset.href; else row.act();
  }

  async function ask() {
    const mine = ++turn, q = field.value.trim();
    if (!q) return;
    const answer = await fetch(`${palette.dataset.from}?q=${encodeURIComponent(q)}`, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
    if (mine === turn && answer?.ok && !answer.redirected) show(await answer.text());
  }
  field.addEventListener("input", () => {
    turn += 1;
    show("");
    clearTimeout(asked);
    asked = setTimeout(ask, 120);
  });
  field.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (moves[event.key]) { event.preventDefault(); step(moves[event.key]); }
    if (event.key === "Enter") { event.preventDefault(); take(list.querySelector("[aria-selected=true]")); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); palette.close(); }
    if (event.key === "Tab") event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) { palette.close(); return; }
      all("dialog:modal").forEach((open) => open.close());
      own = [...gather(ACTS, "acts"), ...gather(PLACES, "places")];
      field.value = "";
      show("");
      palette.showModal();
      field.focus();
    }
  });
})();
