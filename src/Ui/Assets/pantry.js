// Says when the live connection is gone, so that old values never pass for new ones. Everything else on the pages works without scripts.
(() => {
  "use strict";
  const body = document.body;
  body.addEventListener("htmx:sseOpen", () => body.removeAttribute("data-offline"));
  body.addEventListener("htmx:sseError", () => body.setAttribute("data-offline", ""));
  body.addEventListener("htmx:sseClose", () => body.setAttribute("data-offline", ""));
})();

// A live part is replaced whole. What somebody is typing in it stays: text, ticks, focus and caret go over to the same field of the same form; while letters are still being put together
// (Hangul, by an input method) the part waits.
(() => {
  "use strict";
  const body = document.body;
  const held = new WeakMap(), waiting = new Map();
  let composing = null;

  const fieldsOf = region => {
    const seen = new Map();
    return [...region.querySelectorAll("input:not([type=hidden]), textarea, select, button")].map(field => {
      const name = `${field.form?.getAttribute("action") ?? ""} ${field.name || field.type}`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return { key: `${name} ${count}`, field };
    });
  };
  const isTicked = field => field.type === "checkbox" || field.type === "radio";
  const isTyped = field => isTicked(field) ? field.checked !== field.defaultChecked : "defaultValue" in field && field.value !== field.defaultValue;
  const caretOf = field => {
    try { return [field.selectionStart, field.selectionEnd]; } catch { return null; } // a number has none
  };

  const keep = region => held.set(region, fieldsOf(region)
    .filter(({ field }) => isTyped(field) || field === document.activeElement)
    .map(({ key, field }) => ({ key, typed: isTyped(field), value: field.value, checked: field.checked, focused: field === document.activeElement, caret: caretOf(field) })));

  const giveBack = region => {
    const before = held.get(region);
    held.delete(region);
    if (!before?.length) return;
    const now = new Map(fieldsOf(region).map(({ key, field }) => [key, field]));
    for (const was of before) {
      const field = now.get(was.key);
      if (!field) continue; // the form is gone, and what was typed with it
      if (was.typed && isTicked(field)) field.checked = was.checked;
      else if (was.typed) field.value = was.value;
      if (!was.focused) continue;
      field.focus({ preventScroll: true });
      if (was.caret && was.caret[0] !== null) try { field.setSelectionRange(...was.caret); } catch { /* a number has none */ }
    }
  };

  const regionOf = event => event.target instanceof Element && event.target.matches(".live") ? event.target : null;
  body.addEventListener("compositionstart", event => { composing = event.target.closest?.(".live"); });
  body.addEventListener("compositionend", () => {
    const region = composing, again = waiting.get(region);
    composing = null;
    waiting.delete(region);
    if (again) setTimeout(again); // after the letter has arrived in its field
  });
  body.addEventListener("htmx:beforeSwap", event => {
    const region = regionOf(event);
    if (!region) return;
    if (region === composing) {
      event.detail.shouldSwap = false;
      waiting.set(region, () => htmx.trigger(region, region.getAttribute("hx-trigger")));
    } else keep(region);
  });
  body.addEventListener("htmx:sseBeforeMessage", event => {
    const region = regionOf(event);
    if (!region) return;
    if (region === composing) {
      event.preventDefault();
      const html = event.detail.data;
      waiting.set(region, () => { keep(region); htmx.swap(region, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 }); giveBack(region); });
    } else keep(region);
  });
  body.addEventListener("htmx:afterSwap", event => { const region = regionOf(event); if (region) giveBack(region); });
  body.addEventListener("htmx:sseMessage", event => { const region = regionOf(event); if (region) giveBack(region); });
})();
