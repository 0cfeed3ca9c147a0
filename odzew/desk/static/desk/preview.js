// The mail as it will arrive, beside the box in which it is written: asked for while it is open, when the hand rests.
(() => {
  "use strict";
  const pane = document.getElementById("preview");
  if (!pane) return;
  const form = pane.closest("form");
  const part = pane.closest("details");
  const SETTLED = 500; // ms without a key
  let timer = 0, busy = null, shown = null;

  function held() {
    const all = new URLSearchParams();
    for (const name of ["csrfmiddlewaretoken", "text", "purpose", "pays", "kept_file"]) {
      for (const value of new FormData(form).getAll(name)) all.append(name, value);
    }
    return all;
  }
  async function ask() {
    clearTimeout(timer);
    const said = held();
    if (!part.open || said.toString() === shown) return;
    busy?.abort();
    const mine = busy = new AbortController();
    pane.setAttribute("aria-busy", "true");
    const request = { method: "POST", body: said, headers: { "X-Requested-With": "fetch" }, signal: mine.signal };
    const page = await fetch(pane.dataset.ask, request)
      .then((answer) => (answer.ok && !answer.redirected ? answer.text() : null)).catch(() => null);
    if (busy !== mine) return; // a newer text was asked about meanwhile
    pane.removeAttribute("aria-busy");
    if (page === null) return; // what was shown last stays, and is asked for again with the next key
    const isOpen = pane.querySelector("details")?.open, top = pane.scrollTop;
    pane.innerHTML = page;
    if (isOpen) pane.querySelector("details")?.setAttribute("open", "");
    pane.scrollTop = top;
    shown = said.toString();
  }
  function later() {
    clearTimeout(timer);
    if (part.open) timer = setTimeout(ask, SETTLED);
  }
  part.addEventListener("toggle", ask);
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  new MutationObserver(later).observe(form.querySelector("#kept-files").parentElement, { childList: true });
})();
