// The desk's own script: live news, keys and times. Every screen works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const body = document.body;
  const words = body.dataset;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  // A word as it is looked for: without capitals and marks. The lists of the palette and of the boxes ask for it.
  window.odzewPlain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/ł/gi, "l").toLowerCase();

  // Live: one stream says "changed"; each part marked data-live asks for itself again.
  let asked = 0;
  function refresh() {
    clearTimeout(asked);
    asked = setTimeout(() => all("[data-live]").forEach((part) => {
      if (!find(".choose:checked", part)) htmx.trigger(part, "changed"); // what is ticked stays until it is done with
    }), 60);
  }
  let seen = words.seen, news = null;
  // A part that says where one is (static/desk/here.js) adds itself to what is asked for.
  function listen() {
    news?.close();
    news = new EventSource(`${words.events}?seen=${seen}${root.dataset.place || ""}`);
    news.addEventListener("changed", (event) => { seen = event.lastEventId || seen; refresh(); });
    news.addEventListener("here", () => htmx.trigger("#here", "here"));
    let down = 0;
    news.onopen = () => { clearTimeout(down); delete root.dataset.link; };
    news.onerror = () => {
      clearTimeout(down);
      down = setTimeout(() => { root.dataset.link = "down"; }, 4000);
      if (news.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    };
  }
  if (words.events && window.EventSource) {
    addEventListener("pagehide", () => news.close());
    document.addEventListener("odzew:place", () => { if (news) listen(); });
    document.addEventListener("DOMContentLoaded", listen); // when the other scripts have said where one is
  }
  // A page behind others asks for its news, but nobody sees them there; they are seen when it comes to the front.
  let isBehind = false;
  body.addEventListener("htmx:configRequest", (event) => {
    if (document.hidden) { event.detail.headers["X-Behind"] = "yes"; isBehind = true; }
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && isBehind) { isBehind = false; refresh(); }
  });
  // News waits while a button is held: what is taken away between press and release is never clicked.
  let isHeld = false;
  addEventListener("pointerdown", () => { isHeld = true; });
  for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, () => { isHeld = false; });
  body.addEventListener("htmx:beforeSwap", (event) => {
    if (!isHeld || !event.detail.target.matches("[data-live]")) return;
    event.detail.shouldSwap = false;
    addEventListener("pointerup", refresh, { once: true });
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Rows that were not there before are shown as new, for a moment.
  const known = new Set(all("[data-row]").map((row) => row.id));
  body.addEventListener("htmx:afterSettle", () => {
    all("[data-row]").forEach((row) => {
      if (!known.has(row.id)) row.classList.add("fresh");
      known.add(row.id);
    });
    tick();
  });

  // What came because somebody reads on (more.js) is not news.
  document.addEventListener("odzew:rows", () => {
    all("[data-row]").forEach((row) => known.add(row.id));
    tick();
  });

  // Times: the words are the server's, the numbers are counted here, each half minute.
  const lang = root.lang || "en";
  const [hour, minute] = (words.units || "h|min").split("|").map((name) => "\u00a0" + name);
  const days = new Intl.NumberFormat(lang, { style: "unit", unit: "day", unitDisplay: "long" });
  function span(ms) {
    const m = Math.max(1, Math.floor(Math.abs(ms) / 60000)), d = Math.floor(m / 1440), h = Math.floor(m / 60) % 24;
    if (d) return days.format(d) + (h && d < 2 ? " " + h + hour : "");
    return [h && h + hour, m % 60 && (m % 60) + minute].filter(Boolean).join(" ");
  }
  function tick() {
    const now = Date.now();
    all("[data-due]").forEach((mark) => {
      const left = Date.parse(mark.dataset.due) - now;
      mark.dataset.state = left < 0 ? "late" : left < 4 * 3600e3 ? "soon" : "open";
      find(".due-text", mark).textContent = (left < 0 ? words.late : words.dueIn).replace("%s", span(left));
      const row = mark.closest("[data-row]");
      if (row) row.dataset.state = mark.dataset.state;
    });
    // A snooze ends by itself: the list is asked for again when the first has.
    const sleeper = find("[data-wakes]");
    if (sleeper && Date.parse(sleeper.dataset.wakes) <= now) {
      delete sleeper.dataset.wakes;
      refresh();
    }
    all("time[data-age]").forEach((mark) => { mark.textContent = span(now - Date.parse(mark.dateTime)); });
  }
  setInterval(tick, 30000);
  tick();

  // Dialogs: a link to ?do=x opens the form as a page; with the script, in place.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      for (const [name, value] of Object.entries(JSON.parse(opener.dataset.fill || "{}"))) {
        const input = find(`[name="${name}"]`, dialog);
        if (input) input.value = value;
        all(`[data-shows="${name}"]`, dialog).forEach((place) => { place.textContent = opener.dataset.label || ""; });
      }
      opener.closest("dialog")?.close(); // one leads to the other
      dialog.close();
      dialog.showModal();
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog, .toast")?.[
      event.target.closest("dialog") ? "close" : "remove"]();
    if (event.target.nodeName === "DIALOG") event.target.close();
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  setTimeout(() => all(".toast:not(.toast-error)").forEach((toast) => toast.remove()), 7000);

  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sending) { event.preventDefault(); return; }
    if (form.matches("[data-once]")) {
      form.dataset.sending = "1";
      setTimeout(() => delete form.dataset.sending, 8000);
    }
  });

  // Keys. None of them fires while something is being written.
  const links = () => all("[data-row] a[data-open]");
  function step(by) {
    const rows = links(), at = rows.indexOf(document.activeElement);
    const seen = Math.max(0, rows.findIndex((row) => row.getBoundingClientRect().top > 0)); // not the first, when one has come far
    const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? seen : at + by))];
    if (by > 0 && at === rows.length - 1) document.dispatchEvent(new Event("odzew:end"));
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }
  function compose(choice) {
    const radio = find(`.composer [value="${choice}"]`);
    if (radio) radio.checked = true;
    find(".composer textarea")?.focus();
  }
  const snooze = () => find('[data-dialog="snooze"]')?.click();
  const keys = {
    j: () => step(1), k: () => step(-1), r: () => compose("answer"), a: () => compose("acknowledge"),
    n: () => find('[data-dialog="note"]')?.click(), p: () => find('[data-dialog="promise"]')?.click(),
    h: () => find('[data-dialog="hand-over"]')?.click(), z: snooze, s: snooze,
    e: () => find('[data-key="e"]')?.click(), u: () => find("[data-up]")?.click(),
    U: () => find('[data-key="U"]')?.click(),
    x: () => document.activeElement.closest("[data-row]")?.querySelector(".choose")?.click(),
    t: () => { location.href = "/"; }, "?": () => find("#keys")?.showModal(),
    "/": () => {
      const field = all("[data-search]").find((input) => input.checkVisibility());
      if (field) { field.focus(); field.select(); } else { find(".rail-search-link")?.click(); }
    },
  };
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && writing) {
      event.preventDefault();
      writing.form?.requestSubmit();
    }
    if (event.key === "Escape") {
      writing?.blur();
      all("details.menu[open]").forEach((menu) => { menu.open = false; });
    }
    if (writing || event.ctrlKey || event.metaKey || event.altKey || find("dialog:modal")) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
})();
