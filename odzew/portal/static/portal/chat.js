/* The chat of an Odzew desk on the pages of a shop; docs/chat.md says how it is put there.
   It needs of the page's Content Security Policy only script-src and connect-src of the desk: what it shows
   stands in a shadow tree with a constructed stylesheet, and whatever people wrote is set as text. */
(() => {
  "use strict";
  const tag = document.currentScript;
  if (!tag || window.odzewChat) return;
  const slug = tag.dataset.chat;
  const base = `${new URL(tag.src).origin}/chat/${slug}/`;
  const shelf = `odzew-chat:${slug}`;
  let about, root, ui, token = "", sub = "", me, said = [], standing = {}, isOpen = false;
  let mark = "", line, quietSince = 0, wait = 2000, flushing = false, later;
  const rows = new Map(), files = new Map(), acked = new Set();

  // What is kept in the browser; where it may not, only as long as the page is open.
  const memory = {};
  const read = (name) => {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return memory[name] ?? null; }
  };
  const write = (name, what) => {
    memory[name] = what;
    try { localStorage.setItem(name, JSON.stringify(what)); } catch { /* then for this page alone */ }
  };
  const mine = (who = sub) =>
    read(`${shelf}:${who}`) || { queue: [], mail: "", asked: false, wrote: false, seen: 0 };
  const keep = (change, who = sub) => {
    const now = { ...mine(who), ...change };
    write(`${shelf}:${who}`, now);
    return now;
  };
  const random = (size) => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(size))))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

  // Each who signs in at the shop has a secret of his own, and so has who does not: nobody sees, sends or
  // goes on with what somebody else wrote at this computer.
  function be(given) {
    token = given || "";
    let told = {};
    try {
      const bytes = atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
      told = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0))));
    } catch { token = ""; }
    sub = token ? String(told.sub) : "";
    const secrets = read(shelf) || {};
    me = secrets[sub] ||= random(32);
    write(shelf, secrets);
    if (told.email) keep({ mail: told.email });
    said = [];
    standing = {};
    acked.clear();
  }

  async function ask(path, body, more = {}, as = { me, token }) {
    const lang = `lang=${about?.language || spoken()}`;
    const who = as.token && { "Odzew-Token": as.token };
    const headers = { Authorization: `Bearer ${as.me}`, ...who, ...more.headers };
    const method = body ? "POST" : "GET";
    return fetch(`${base}${path}?${lang}`, { ...more, method, body, headers, credentials: "omit" });
  }
  const spoken = () => tag.dataset.lang || (navigator.language || "en").slice(0, 2);
  const form = (fields) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    return data;
  };

  // --- what is written goes into a queue first, and stands there until the desk says that it is kept
  function send(text, chosen) {
    const once = random(18).replace(/_/g, "-");
    if (chosen.length) files.set(once, chosen);
    const names = chosen.map((file) => file.name);
    const page = location.origin + location.pathname;
    keep({ queue: [...mine().queue, { once, text, names, page, at: new Date().toISOString() }], wrote: true });
    draw();
    flush();
  }
  const change = (once, how, who = sub) =>
    keep({ queue: mine(who).queue.map((one) => (one.once === once ? { ...one, ...how } : one)) }, who);

  async function flush() {
    if (flushing) return;
    flushing = true;
    clearTimeout(later);
    // Also what was written before he signed in: by its own secret, and as nobody.
    const all = [{ who: sub, me, token }, ...(sub ? [{ who: "", me: (read(shelf) || {})[""], token: "" }] : [])];
    for (const as of all.filter((each) => each.me)) {
      for (const one of mine(as.who).queue.filter((each) => !each.state)) if (!(await post(one, as))) break;
    }
    flushing = false;
    draw();
    if (all[0].me !== me) flush();
  }

  async function post(one, as) {
    const chosen = files.get(one.once) || [];
    if (one.names.length !== chosen.length) return change(one.once, { state: "failed", wrong: "" }, as.who);
    const { once, text, page } = one;
    const body = form({ once, text, page, mail: mine(as.who).mail });
    for (const file of chosen) body.append("files", file, file.name);
    let answer, told = {};
    try {
      answer = await ask("messages", body, {}, as);
      told = await answer.json();
    } catch { /* no connection */ }
    if (answer?.ok) {
      files.delete(one.once);
      if (as.me === me) standing = told;
      change(one.once, { state: "sent", sentAt: Date.now() }, as.who);
      setTimeout(() => { refresh(); listen(); }, 1500);  // when it is in the history
      return true;
    }
    if (told.wrong === "token" && as.token) return post(one, { ...as, token: "" });
    if (answer && [403, 404, 413, 422].includes(answer.status)) {
      const wrong = answer.status === 413 ? about.words.size : told.wrong;
      return change(one.once, { state: "failed", wrong }, as.who);
    }
    later = setTimeout(flush, (answer ? 30000 : 5000) * (1 + Math.random()));
    return false;
  }

  // --- what was said, from the desk
  async function refresh() {
    if (!mine().wrote) return;
    const asker = me;
    try {
      const answer = await ask("messages");
      // It has ended: the page may give a new one.
      if (answer.status === 403 && token) document.dispatchEvent(new Event("odzew-chat-token"));
      if (!answer.ok) return;
      const told = await answer.json();
      if (asker !== me) return;
      said = told.messages;
      standing = told;
      const known = new Set(said.map((one) => one.once));
      keep({ queue: mine().queue.filter((one) => !known.has(one.once)), mail: mine().mail || told.mail });
      draw();
    } catch { /* the next news bring it */ }
  }

  async function listen() {
    if (line || !mine().wrote) return;
    const stop = (line = new AbortController());
    let alive = setTimeout(() => stop.abort(), 60000);
    try {
      const headers = { Accept: "text/event-stream", ...(mark && { "Last-Event-ID": mark }) };
      const answer = await ask("events", null, { headers, signal: stop.signal, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      if (quietSince && Date.now() - quietSince > 60000) refresh();
      quietSince = 0;
      wait = 2000;
      draw();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = ""; ;) {
        const { value, done } = await reader.read();
        if (done) break;
        clearTimeout(alive);
        alive = setTimeout(() => stop.abort(), 60000);  // the desk says something every twenty seconds
        const parts = (rest + value).split("\n\n");
        rest = parts.pop();
        for (const part of parts) {
          const id = /^id: (.+)$/m.exec(part);
          if (id) mark = id[1];
          if (/^event: answer$/m.test(part)) refresh();
        }
      }
    } catch { /* tried again below */ }
    clearTimeout(alive);
    line = null;
    quietSince ||= Date.now();
    draw();
    // Not all windows at once when a desk has been started again.
    setTimeout(listen, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, 60000);
  }

  async function tellShown() {
    if (!isOpen || document.visibilityState !== "visible") return;
    const fresh = said.filter((one) => "who" in one && !one.shown && !acked.has(one.id)).map((one) => one.id);
    const newest = Math.max(0, ...said.filter((one) => "who" in one).map((one) => one.id));
    if (newest > mine().seen) keep({ seen: newest });
    if (!fresh.length) return;
    fresh.forEach((id) => acked.add(id));
    try {
      const answer = await ask("shown", form({ ids: fresh.join(",") }));
      if (!answer.ok && answer.status !== 403) throw new Error(String(answer.status));
    } catch {
      fresh.forEach((id) => acked.delete(id));
      setTimeout(tellShown, 5000 * (1 + Math.random()));
    }
  }

  // --- what is seen
  const el = (name, attributes = {}, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...inside);
    return made;
  };
  const icon = (d) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", d);
    svg.append(path);
    return svg;
  };
  const put = (words, what) => words.split("%s").join(what);
  const BUBBLE = "M4 5h16v11H9l-5 4z", CROSS = "M6 6l12 12M18 6L6 18", SEND = "M4 12l16-8-6 16-3-7z";
  const CLIP = "M20 11l-8.5 8.5a5 5 0 01-7-7L13 4a3.3 3.3 0 015 5l-8.5 8.5a1.7 1.7 0 01-2.5-2.5L14 8";

  function sheet() {
    const paint = (pair) => /^#[0-9a-f]{6}$/.test(pair.accent + "") && /^#[0-9a-f]{6}$/.test(pair.on + "")
      ? `--a:${pair.accent};--on:${pair.on};` : "";
    const [light = {}, dark = {}] = about.colours;
    const made = new CSSStyleSheet();
    made.replaceSync(`
:host{all:initial;position:fixed;inset:auto 16px 16px auto;z-index:2147483000;font:16px/1.5 system-ui,sans-serif;
color-scheme:light dark;--a:#0b6653;--on:#fff;${paint(light)}--bg:#fff;--fg:#1c1d1b;--soft:#5c5f59;--line:#d9d6cd;
--his:#f1efe9;--bad:#a3271b}
@media(prefers-color-scheme:dark){:host{--a:#63cbae;--on:#06251d;${paint(dark)}--bg:#1b1c1a;--fg:#ecebe6;
--soft:#a9aba3;--line:#3a3c38;--his:#292b28;--bad:#ff9d8f}}
*{box-sizing:border-box;font:inherit;color:inherit;margin:0}
button{cursor:pointer;border:0;background:none;min-width:44px;min-height:44px;border-radius:10px;padding:0 10px}
:focus-visible{outline:3px solid var(--a);outline-offset:2px}
svg{width:24px;height:24px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;
display:block;margin:auto}
.launch{width:60px;height:60px;border-radius:30px;background:var(--a);color:var(--on);
box-shadow:0 4px 16px #0005;position:relative;float:right}
.count{position:absolute;top:-4px;right:-4px;min-width:24px;height:24px;border-radius:12px;background:var(--bad);
color:var(--bg);font-size:14px;line-height:24px;padding:0 6px}
.panel{width:380px;height:min(600px,calc(100vh - 110px));display:flex;flex-direction:column;background:var(--bg);
color:var(--fg);border:1px solid var(--line);border-radius:14px;box-shadow:0 8px 32px #0004;overflow:hidden;
margin-bottom:12px}
[hidden]{display:none!important}
.head{display:flex;align-items:center;gap:8px;padding:6px 6px 6px 16px;background:var(--a);color:var(--on)}
.head h2{flex:1;font-weight:600;font-size:17px;overflow-wrap:anywhere}
.head :focus-visible{outline-color:var(--on)}
.log{flex:1;overflow:auto;padding:12px 16px;display:flex;flex-direction:column;gap:10px}
.one{max-width:86%;padding:8px 12px;border-radius:12px;background:var(--his);align-self:flex-start;
white-space:pre-wrap;overflow-wrap:anywhere}
.mine{align-self:flex-end;background:var(--a);color:var(--on)}
.who,.state{display:block;font-size:13px;opacity:.9}
.mine a{color:inherit}.one a{text-decoration:underline}
.one button{text-decoration:underline;padding:0;text-align:left}
.stand{padding:8px 16px;font-size:14px;color:var(--soft);border-top:1px solid var(--line)}
.ask{padding:10px 16px;border-top:1px solid var(--line);display:grid;gap:8px}
.ask label{font-size:14px}
.wrong{color:var(--bad);font-size:14px}
.ask div{display:flex;gap:8px;flex-wrap:wrap}
input[type=email],textarea{width:100%;border:1px solid var(--soft);border-radius:10px;background:var(--bg);
padding:9px 12px;resize:none}
.main{background:var(--a);color:var(--on);padding:0 14px}
.files{padding:0 16px;font-size:14px;display:flex;flex-wrap:wrap;gap:4px}
.write{display:flex;align-items:flex-end;gap:8px;padding:8px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(max-width:480px){.panel{position:fixed;inset:0;width:auto;height:auto;border:0;border-radius:0;margin:0}
:host(.is-open) .launch{display:none}}
@media(forced-colors:active){.one,.panel,.launch{border:1px solid}}`);
    return made;
  }

  function build() {
    const words = about.words;
    const host = el("odzew-chat", { lang: about.language });
    root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet()];
    ui = { host, chosen: [] };
    ui.count = el("span", { class: "count", hidden: true });
    ui.launch = el("button", { class: "launch", type: "button", "aria-expanded": "false", onclick: () => toggle() },
      icon(BUBBLE), ui.count);
    ui.news = el("span", { class: "unseen", role: "status" });
    ui.log = el("div", { class: "log", role: "log", "aria-label": words.log, tabindex: "0" });
    ui.stand = el("p", { class: "stand", role: "status" });
    ui.mail = el("input", { type: "email", id: "mail", autocomplete: "email", required: true, maxlength: "320" });
    ui.wrong = el("p", { class: "wrong", role: "alert" });
    ui.ask = el("form", { class: "ask", novalidate: true, hidden: true, onsubmit: keepMail },
      el("label", { for: "mail" }, words.ask), ui.mail, ui.wrong,
      el("div", {}, el("button", { class: "main" }, words.keep),
        el("button", { type: "button", onclick: () => { keep({ asked: true }); draw(); ui.text.focus(); } }, words.no)));
    ui.mail.setAttribute("placeholder", words.mail);
    ui.text = el("textarea", { rows: "2", "aria-label": words.write, placeholder: words.write, maxlength: "10000",
      onkeydown: (event) => {
        const enter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
        if (enter && matchMedia("(hover:hover)").matches) { event.preventDefault(); submit(); }
      } });
    ui.pick = el("input", { type: "file", multiple: true, hidden: true, onchange: () => {
      ui.chosen.push(...ui.pick.files);
      ui.pick.value = "";
      drawFiles();
    } });
    ui.files = el("div", { class: "files" });
    const clip = el("button", { type: "button", "aria-label": words.attach, title: words.attach,
      onclick: () => ui.pick.click() }, icon(CLIP));
    ui.panel = el("section", { class: "panel", role: "dialog", "aria-label": about.name, hidden: true,
      onkeydown: (event) => { if (event.key === "Escape") toggle(false); } },
      el("header", { class: "head" }, el("h2", {}, about.name),
        el("button", { type: "button", "aria-label": words.close, onclick: () => toggle(false) }, icon(CROSS))),
      ui.log, ui.stand, ui.ask, ui.files,
      el("form", { class: "write", onsubmit: (event) => { event.preventDefault(); submit(); } },
        ...(about.files ? [clip, ui.pick] : []), ui.text,
        el("button", { class: "main", "aria-label": words.send, title: words.send }, icon(SEND))));
    root.append(ui.panel, ui.launch, ui.news);
    document.body.append(host);
  }

  function toggle(to = !isOpen) {
    isOpen = to;
    ui.panel.hidden = !to;
    ui.host.classList.toggle("is-open", to);
    ui.launch.setAttribute("aria-expanded", String(to));
    draw();
    (to ? ui.text : ui.launch).focus();
    if (to) ui.log.scrollTop = ui.log.scrollHeight;
  }

  function submit() {
    const text = ui.text.value.trim();
    if (!text && !ui.chosen.length) return ui.text.focus();
    if (ui.chosen.reduce((sum, file) => sum + file.size, 0) > 20 * 2 ** 20) {
      ui.stand.textContent = about.words.size;
      return;
    }
    send(text, ui.chosen);
    ui.text.value = "";
    ui.chosen = [];
    drawFiles();
    ui.log.scrollTop = ui.log.scrollHeight;
    ui.text.focus();
  }

  async function keepMail(event) {
    event.preventDefault();
    const mail = ui.mail.value.trim();
    const asker = me;
    ui.wrong.textContent = "";
    if (!mail || !ui.mail.checkValidity()) { ui.wrong.textContent = about.words.bad; return ui.mail.focus(); }
    try {
      const answer = await ask("mail", form({ mail }));
      if (!answer.ok) { ui.wrong.textContent = (await answer.json()).wrong; return ui.mail.focus(); }
      if (asker !== me) return;
      keep({ mail, asked: true });
      draw();
      ui.text.focus();
    } catch { ui.wrong.textContent = about.words.offline; }
  }

  function drawFiles() {
    ui.files.replaceChildren(...ui.chosen.map((file, place) => el("button", { type: "button",
      "aria-label": put(about.words.drop, file.name),
      onclick: () => { ui.chosen.splice(place, 1); drawFiles(); ui.text.focus(); } }, `${file.name} ✕`)));
  }

  const LINK = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/;
  const linked = (text) => text.split(LINK).map((part, place) => (place % 2
    ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part));

  async function fetchFile(one, file) {
    const answer = await ask(`files/${one.id}/${file.index}`);
    if (!answer.ok) return;
    const link = el("a", { href: URL.createObjectURL(await answer.blob()), download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  function row(one) {
    const ours = "who" in one;
    const made = el("div", { class: ours ? "one" : "one mine" },
      el("span", { class: ours ? "who" : "unseen" }, ours ? one.who : `${about.words.you}: `),
      ...linked(one.text || ""));
    for (const file of one.files || []) {
      made.append(ours ? el("button", { type: "button", onclick: () => fetchFile(one, file) }, file.name)
        : el("span", { class: "state" }, file.name));
    }
    for (const name of one.names || []) made.append(el("span", { class: "state" }, name));
    if (!ours) made.append(el("span", { class: "state" }));
    return made;
  }

  function draw() {
    if (!ui) return;
    const words = about.words, kept = mine();
    const known = new Set(said.map((one) => one.once));
    const waiting = kept.queue.filter((one) => !known.has(one.once));
    const all = [{ id: 0, who: about.name, text: about.greeting }, ...said, ...waiting];
    const low = ui.log.scrollHeight - ui.log.scrollTop - ui.log.clientHeight < 60;
    const keys = new Set();
    all.forEach((one, place) => {
      const key = one.once || one.id;
      keys.add(key);
      if (!rows.has(key)) rows.set(key, row(one));
      const made = rows.get(key);
      if (ui.log.children[place] !== made) ui.log.insertBefore(made, ui.log.children[place] || null);
      if (!("who" in one)) tellState(made.lastChild, one);
    });
    for (const [key, made] of rows) if (!keys.has(key)) { made.remove(); rows.delete(key); }
    if (low) ui.log.scrollTop = ui.log.scrollHeight;
    drawStanding(words, kept, waiting);
    tellShown();
    const unread = isOpen ? 0 : said.filter((one) => "who" in one && one.id > kept.seen).length;
    ui.count.textContent = unread;
    ui.count.hidden = !unread;
    const label = unread ? `${words.open}. ${put(words.news, unread)}` : words[isOpen ? "close" : "open"];
    ui.launch.setAttribute("aria-label", label);
    const news = unread ? put(words.news, unread) : "";
    if (ui.news.textContent !== news) ui.news.textContent = news;
  }

  function tellState(where, one) {
    const words = about.words;
    const state = one.state === "failed" ? `${words.failed}. ${one.wrong || ""}`
      : one.id || one.state === "sent" ? words.sent : navigator.onLine && flushing ? words.sending : words.waits;
    if (where.dataset.state === state) return;
    where.dataset.state = state;
    where.replaceChildren(state);
    if (one.state === "failed" && files.has(one.once) === Boolean(one.names.length)) {
      where.append(" ", el("button", { type: "button", onclick: () => { change(one.once, { state: "" }); flush(); } },
        words.again));
    }
  }

  function drawStanding(words, kept, waiting) {
    const unsent = waiting.some((one) => !one.state);
    const now = standing.until ? standing : about;
    const until = put(now.here ? words.here : words.away, now.until);
    const both = kept.mail && kept.wrote ? ` ${put(words.both, kept.mail)}` : "";
    const isLate = standing.owed && !standing.until;
    const text = !navigator.onLine || (unsent && !flushing) ? words.offline : (isLate ? words.late : until) + both;
    if (ui.stand.textContent !== text) ui.stand.textContent = text;
    ui.ask.hidden = !(wantsMail(kept) && !kept.mail && !kept.asked);
  }

  function wantsMail(kept) {
    const own = [...said, ...kept.queue].filter((one) => !("who" in one) && (one.id || one.state === "sent"));
    if (!own.length || "who" in (said[said.length - 1] || {})) return false;
    const since = new Date(own[own.length - 1].at);
    const now = "here" in standing ? standing : about;
    return !now.here || Date.now() - since > about.patience * 1000;
  }

  async function start() {
    if (!("adoptedStyleSheets" in document)) return;  // a browser of before 2023
    be(tag.dataset.identity);
    try {
      const answer = await ask("about");
      if (!answer.ok) return;
      about = await answer.json();
      write(`${shelf}:about`, about);
    } catch {
      about = read(`${shelf}:about`);
      if (!about) return void setTimeout(start, 10000 * (1 + Math.random()));
    }
    build();
    draw();
    refresh();
    listen();
    flush();
    if ("open" in tag.dataset) toggle(true);
    setInterval(draw, 15000);
    addEventListener("online", () => { flush(); listen(); refresh(); });
    addEventListener("offline", draw);
    addEventListener("storage", (event) => { if (event.key?.startsWith(shelf)) draw(); });
    document.addEventListener("visibilitychange", draw);
  }

  window.odzewChat = {
    open: () => toggle(true),
    close: () => toggle(false),
    identify: (given) => { be(given); mark = ""; line?.abort(); refresh(); listen(); draw(); flush(); },
  };
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start);
})();
