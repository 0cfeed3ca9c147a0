// What the library's scripts cannot do by themselves: say that a passkey was not given.
document.addEventListener("allauth.error", (event) => {
  const said = document.querySelector("[data-passkey-error]");
  if (said) {
    said.hidden = false;
    event.preventDefault();
  }
});
