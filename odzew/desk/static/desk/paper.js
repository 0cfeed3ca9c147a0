// The button that opens the dialog of the printer; without a script the browser's own menu does it.
(() => {
  "use strict";
  const button = document.querySelector("[data-print]");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  document.querySelectorAll("form.screen input").forEach((input) => input.addEventListener("change", () => input.form.requestSubmit()));
})();
