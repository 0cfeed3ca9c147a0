// A long list goes on by itself: its next page is fetched before the end comes into view. Without the script a link leads there.
(() => {
  "use strict";
  const AHEAD = "1200px"; // below the screen: so early that nobody waits for rows, or sees the end move
  const root = document.body;
  const end = () => document.querySelector(".pager[data-most]");
  const list = () => [...document.querySelectorAll("[data-list]")].pop();
  // How far the list has grown stands in the address, so that Back, a reload and live news show as much again.
  const here = () => location.pathname + location.search;
  const pages = () => Number(new URLSearchParams(location.search).get("pages")) || 1;
  const said = document.createElement("div");
  said.className = "unseen";
  said.setAttribute("role", "status");
  root.append(said);

  function put(page, pager) {
    const rows = [...(page.querySelector("[data-list]")?.children || [])];
    list().append(...rows.filter((row) => !row.id || !document.getElementById(row.id)));
    const next = page.querySelector(".pager");
    next?.firstElementChild.replaceWith(pager.firstElementChild); // the way back is that of the page one is on
    pager.replaceWith(...[next].filter(Boolean));
    const address = new URL(location.href);
    address.searchParams.set("pages", pages() + 1);
    history.replaceState(history.state, "", address);
    document.querySelectorAll(".choosing [name=back]").forEach((field) => { field.value = here(); });
    said.textContent = root.dataset.grown.replace("%s", list().children.length);
    document.dispatchEvent(new Event("odzew:rows"));
  }
  let isComing = false;
  async function grow() {
    const pager = end(), link = pager?.querySelector("[rel=next]");
    if (isComing || !link || pages() >= pager.dataset.most) return;
    isComing = true;
    const part = pager.closest("[data-live]");
    try {
      const answer = await fetch(link.href, { headers: part ? { "HX-Request": "true", "HX-Target": part.id } : {} });
      const page = answer.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page && pager.isConnected) put(page, pager);
    } catch { /* no net: the link stays */ }
    isComing = false;
    watch();
  }
  const sight = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) grow(); }, { rootMargin: AHEAD });
  let watched = null;
  function watch() {
    if (watched === end()) return;
    sight.disconnect();
    watched = end();
    if (watched) sight.observe(watched);
  }
  document.addEventListener("odzew:end", grow);
  watch();

  // Live news: a list asks for as much as it shows; an answer that shows less, as it was asked for before, is asked for again.
  root.addEventListener("htmx:configRequest", (event) => {
    if (event.target.matches("[data-live]") && event.target.contains(list())) event.detail.path = here();
  });
  root.addEventListener("htmx:beforeSwap", (event) => {
    const { target, pathInfo } = event.detail;
    if (!target.matches("[data-live]") || !target.contains(list())) return;
    if (pathInfo.requestPath === here()) { hold(target); return; }
    event.detail.shouldSwap = false;
    htmx.trigger(target, "changed");
  });
  // The row one reads stays where it is on the screen, whatever came above it.
  let held = null;
  function hold(part) {
    const row = scrollY > 0 && [...part.querySelectorAll("[data-row]")].find((one) => one.getBoundingClientRect().bottom > 0);
    held = row ? { id: row.id, top: row.getBoundingClientRect().top } : null;
  }
  root.addEventListener("htmx:afterSwap", () => {
    const row = held?.id && document.getElementById(held.id);
    if (row) scrollBy(0, row.getBoundingClientRect().top - held.top);
    held = null;
  });
  root.addEventListener("htmx:afterSettle", watch);

  // The row that was opened is where one goes on after Back.
  addEventListener("pagehide", () => history.replaceState({ row: document.activeElement.id }, ""));
  const opened = history.state?.row && document.getElementById(history.state.row);
  opened?.focus({ preventScroll: true });
})();
