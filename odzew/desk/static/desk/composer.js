// The reply box: what is typed is kept on the server; this browser keeps it only while the server cannot be reached.
(() => {
  "use strict";
  const box = document.querySelector("[data-draft]");
  if (!box) return;
  const form = box.form;
  const field = (name) => form.elements.namedItem(name);
  const key = `draft:${box.dataset.person}:${box.dataset.draft}`;
  const SETTLED = 700; // ms without a key
  const FRESH = 10000; // ms in which a page follows the one before it
  const AT_MOST = 60000; // bytes of a request that outlives its page
  let timer = 0, busy = null, again = false, ended = false, unreached = false;

  function state() {
    const all = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") all.append(name, value);
    return all;
  }
  const net = {
    put: (held) => localStorage.setItem(key, held.toString()),
    get: () => localStorage.getItem(key),
    drop: () => localStorage.removeItem(key),
  };
  // Returns the answer, or null when the desk did not take it: no connection, signed out, or an error.
  async function post(held, more = {}) {
    held.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    const answer = await fetch(box.dataset.keep, {
      method: "POST", body: held, headers: { "X-Requested-With": "fetch" }, ...more,
    }).catch(() => null);
    return answer?.ok && !answer.redirected ? answer : null;
  }
  function show(html) {
    const line = document.getElementById("draft");
    const focused = line.contains(document.activeElement);
    line.outerHTML = html;
    field("revision").value = document.getElementById("draft").dataset.revision;
    if (focused) box.focus();
  }
  async function save() {
    clearTimeout(timer);
    if (ended) return;
    if (busy) { again = true; return; }
    field("stroke").value = Number(field("stroke").value) + 1;
    const held = state();
    busy = new AbortController();
    const answer = await post(held, { signal: busy.signal });
    busy = null;
    if (ended) return;
    unreached = !answer;
    if (answer) { net.drop(); show(await answer.text()); } else { net.put(held); later(10 * SETTLED); }
    if (again) { again = false; save(); }
  }
  function later(ms = SETTLED) {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  }
  function end() {
    ended = true;
    clearTimeout(timer);
    busy?.abort();
  }
  box.addEventListener("input", (event) => {
    later();
    // A sentence that ends is read for promises at once, without the pause of who goes on writing.
    if (/[.!?\u2026]$/.test(event.data || "") || event.inputType === "insertLineBreak") htmx.trigger("#promises", "written");
  });
  form.addEventListener("change", (event) => { if (box.value && event.target.type !== "file") later(); });
  // Whoever leaves before it settled loses nothing: such a request outlives its page.
  addEventListener("pagehide", () => {
    if (ended || !timer || box.value === box.defaultValue) return;
    end();
    field("stroke").value = Number(field("stroke").value) + 1;
    const held = state();
    // The next page of this tab may be asked for before the request arrives.
    sessionStorage.setItem(key, JSON.stringify([Date.now(), held.toString()]));
    if (unreached || held.toString().length > AT_MOST) net.put(held);
    else post(held, { keepalive: true });
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-save]")) {
      event.preventDefault();
      event.stopPropagation();
      save();
    } else if (keeping && !event.submitter?.matches("[name=remove]")) {
      event.preventDefault();
      event.stopPropagation();
      keeping.finally(() => form.requestSubmit(event.submitter));
    } else if (!event.defaultPrevented) end();
  }, true);

  // What the desk did not take the last time is handed in as the page that held it would have.
  async function handIn() {
    const held = net.get();
    if (!held || document.querySelector(`[data-sent="${box.dataset.draft}"]`)) { net.drop(); return; }
    const said = new URLSearchParams(held);
    const text = said.get("text") || "";
    if (!text.trim() || text === box.value) { net.drop(); return; }
    if (!box.value) { box.value = text; read(); }
    if (await post(said)) { net.drop(); end(); location.reload(); } else unreached = true;
  }
  const read = () => setTimeout(() => htmx.trigger("#promises", "written"));
  function goOn() {
    const [at, held] = JSON.parse(sessionStorage.getItem(key) || "[0, \"\"]");
    sessionStorage.removeItem(key);
    const said = new URLSearchParams(held);
    if (Date.now() - at > FRESH || said.get("text") === box.value.replace(/\n/g, "\r\n")) return;
    box.value = said.get("text");
    for (const name of ["once", "revision", "stroke"]) field(name).value = said.get(name);
    save();
  }
  goOn();
  handIn();
  if (box.value) read();

  // Files that are dropped on the form or pasted go with those chosen; a pasted text stays a text.
  function attach(dropped) {
    const chosen = new DataTransfer();
    for (const file of [...field("files").files, ...dropped]) chosen.items.add(file);
    field("files").files = chosen.files;
    keepFiles();
  }

  // Files are kept with the draft as soon as they are chosen; what the desk did not take goes with the reply itself.
  let keeping = null;
  const files = () => document.getElementById("kept-files");
  async function postFiles(held) {
    held.append("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    const request = { method: "POST", body: held, headers: { "X-Requested-With": "fetch" } };
    const answer = await fetch(field("files").dataset.keepFiles, request).catch(() => null);
    if (answer?.ok && !answer.redirected) { files().outerHTML = await answer.text(); return true; }
    if (answer?.status === 409) {
      const said = Object.assign(document.createElement("span"), { className: "error", textContent: await answer.text() });
      files().querySelector(".error")?.remove();
      files().append(said);
    }
    return false;
  }
  function keepFiles() {
    const chosen = [...field("files").files];
    if (!chosen.length || keeping) return;
    const held = new FormData();
    for (const file of chosen) held.append("files", file);
    keeping = postFiles(held).then((kept) => {
      keeping = null;
      if (!kept) return;
      const left = new DataTransfer();
      for (const file of field("files").files) if (!chosen.includes(file)) left.items.add(file);
      field("files").files = left.files;
      keepFiles();
    });
  }
  field("files").addEventListener("change", keepFiles);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[name=remove]");
    if (!button) return;
    event.preventDefault();
    const held = new FormData();
    held.append("remove", button.value);
    postFiles(held).then(() => box.focus());
  });
  box.addEventListener("odzew:attach", (event) => attach(event.detail));
  box.addEventListener("paste", (event) => {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    attach(files);
  });
  form.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    attach(event.dataTransfer.files);
  });

  // What came meanwhile is shown where it stands; who has looked at it may send.
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-read]");
    if (!link) return;
    event.preventDefault();
    const message = document.getElementById(link.hash.slice(1));
    if (!message) { // the history is told of it in an answer of its own, which is still on its way
      const again = () => form.querySelector("[data-read]")?.click();
      document.addEventListener("htmx:afterSettle", again, { once: true });
      return;
    }
    message.scrollIntoView({ block: "start" });
    field("seen").value = Math.max(Number(field("seen").value), Number(link.dataset.read));
    const part = link.closest("#newer");
    htmx.trigger(part, "htmx:abort"); // what was asked before would show it again
    part.setAttribute("hx-get", link.dataset.readUrl);
    part.replaceChildren();
    htmx.process(part);
    box.focus({ preventScroll: true });
  });

  // What can be undone is offered as long as it can.
  document.querySelectorAll("[data-until]").forEach((bar) => {
    setTimeout(() => bar.remove(), Math.max(0, Date.parse(bar.dataset.until) - Date.now()));
  });

  // A sentence that asks the customer to remind us is turned round in place; without the script the server does it.
  document.addEventListener("click", (event) => {
    const turn = event.target.closest("[data-instead]");
    if (!turn || !box.value.includes(turn.value)) return;
    event.preventDefault();
    box.value = box.value.replace(turn.value, () => turn.dataset.instead);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
})();
