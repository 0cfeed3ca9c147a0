// Pushes to this browser: begun and ended under "Notices" of the account, and kept up after signing in again.
(() => {
  "use strict";
  const { person: me, seat, push: keep } = document.body.dataset;
  const box = document.querySelector("[data-push-box]");
  if (!me || !keep || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  async function register() {
    const worker = await navigator.serviceWorker.register("/notices/worker.js", { scope: "/notices/" });
    const coming = worker.installing || worker.waiting;
    if (!worker.active && coming) await new Promise((done) => coming.addEventListener("statechange", () => coming.state === "activated" && done()));
    return worker;
  }
  const bytes = (letters) => Uint8Array.from(
    atob(letters.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(letters.length / 4) * 4, "=")),
    (letter) => letter.charCodeAt(0));
  const same = (one, other) => one && one.byteLength === other.byteLength
    && new Uint8Array(one).every((byte, at) => byte === other[at]);

  function tell(url, subscription) {
    const said = subscription.toJSON();
    const form = new URLSearchParams({
      endpoint: said.endpoint, public: said.keys.p256dh, secret: said.keys.auth,
      csrfmiddlewaretoken: document.querySelector("[name=csrfmiddlewaretoken]").value,
    });
    return fetch(url, { method: "POST", body: form, headers: { Accept: "application/json" } }).then((answer) => {
      if (!answer.ok) throw new Error(`the desk answered ${answer.status}`);
    });
  }

  // Signing out ends the pushes; whoever had them here and signs in again has them again.
  // What was ended from another device stays so until then.
  async function again() {
    const [who, where] = (localStorage.getItem("odzew-push") || "").split(" ");
    if (who !== me || where === seat) return;
    const worker = await navigator.serviceWorker.getRegistration("/notices/");
    const subscription = worker && await worker.pushManager.getSubscription();
    if (subscription) await tell(keep, subscription);
    localStorage.setItem("odzew-push", `${me} ${seat}`);
  }

  // Nothing is unread any more: what still stands on the screen of this device has been read or done.
  async function clear() {
    const worker = await navigator.serviceWorker.getRegistration("/notices/");
    if (worker && !document.querySelector("#places [href='/notices/'] .count")) {
      (await worker.getNotifications()).forEach((shown) => shown.close());
    }
  }
  clear().catch(() => {}); // The next page clears it.
  again().catch(() => {}); // Asked once more with the next page; the list of the account shows whether it is on.

  if (!box) return;
  const part = (name) => box.querySelector(`[data-push-${name}]`);
  async function begin() {
    if (await Notification.requestPermission() !== "granted") { show("denied"); return; }
    const worker = await register(), key = bytes(box.dataset.key);
    let subscription = await worker.pushManager.getSubscription();
    if (subscription && !same(subscription.options.applicationServerKey, key)) {
      await subscription.unsubscribe();
      subscription = null;
    }
    subscription ||= await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    await tell(keep, subscription);
    localStorage.setItem("odzew-push", `${me} ${seat}`);
    location.reload();
  }
  async function end() {
    localStorage.removeItem("odzew-push");
    const worker = await navigator.serviceWorker.getRegistration("/notices/");
    const subscription = worker && await worker.pushManager.getSubscription();
    if (subscription) {
      await tell(box.dataset.off, subscription);
      await subscription.unsubscribe();
    }
    location.reload();
  }
  function show(name) {
    ["on", "off", "denied", "failed"].forEach((one) => { part(one).hidden = one !== name; });
  }
  const failed = (error) => { show("failed"); part("said").textContent = error.message; };
  // A push service that cannot be reached makes one wait for minutes.
  const press = (name, act) => part(name).querySelector("button").addEventListener("click", (event) => {
    event.currentTarget.disabled = true;
    act().catch(failed);
  });
  press("on", begin);
  press("off", end);
  part("none").hidden = true;
  show(Notification.permission === "denied" ? "denied" : box.dataset.here ? "off" : "on");
})();
