// Says when the live connection is gone, so that old values never pass for new ones. Everything else on the pages works without scripts.
(() => {
  "use strict";
  const body = document.body;
  body.addEventListener("htmx:sseOpen", () => body.removeAttribute("data-offline"));
  body.addEventListener("htmx:sseError", () => body.setAttribute("data-offline", ""));
  body.addEventListener("htmx:sseClose", () => body.setAttribute("data-offline", ""));
})();
