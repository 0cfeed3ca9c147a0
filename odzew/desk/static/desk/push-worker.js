// What a browser does with a push while no page of the desk is open. It keeps nothing and fetches nothing.
"use strict";
self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : { title: "Odzew", url: "/notices/" };
  event.waitUntil(show(said));
});
async function show(said) {
  // Whoever looks at the desk has the bell before her: shown all the same, as browsers ask, but without a sound.
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  await self.registration.showNotification(said.title, {
    body: said.body || "", tag: said.tag, lang: said.lang, data: { url: said.url },
    silent: pages.some((page) => page.focused),
  });
}
// One press leads to the place, in a page of its own: what is being written in another stays as it is.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const to = new URL(event.notification.data?.url || "/notices/", self.location.origin);
  if (to.origin === self.location.origin) event.waitUntil(self.clients.openWindow(to.href));
});
