// Who else is here: this page says that it is looked at, and that somebody writes in it while others look too.
(() => {
  "use strict";
  const line = document.getElementById("here");
  if (!line) return;
  const root = document.documentElement;
  const place = `&talk=${line.dataset.talk}`;
  const IDLE = 300000; // ms without a key or a move: who has left the page open is not looking
  const HIDDEN = 15000; // ms behind another tab
  const AGAIN = 5000; // ms between two words that somebody writes; a third of them may get lost
  let idle = 0, hidden = 0, said = 0;

  function set(here) {
    if (Boolean(root.dataset.place) === here) return;
    if (here) root.dataset.place = place; else delete root.dataset.place;
    document.dispatchEvent(new Event("odzew:place"));
  }
  function alive() {
    clearTimeout(idle);
    idle = setTimeout(() => set(false), IDLE);
    if (!document.hidden) set(true);
  }
  let moved = 0;
  function move() {
    if (Date.now() - moved < 2000) return;
    moved = Date.now();
    alive();
  }
  for (const sign of ["pointermove", "keydown", "pointerdown", "scroll"]) addEventListener(sign, move, { passive: true });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(() => set(false), HIDDEN); else alive();
  });

  document.addEventListener("input", (event) => {
    const token = event.target.matches?.(".composer textarea, #note textarea") && event.target.form.elements.csrfmiddlewaretoken;
    if (!token || !line.childElementCount || Date.now() - said < AGAIN) return;
    said = Date.now();
    fetch(line.dataset.writes, { method: "POST", headers: { "X-CSRFToken": token.value } }).catch(() => { said = 0; });
  });
  alive();
})();
