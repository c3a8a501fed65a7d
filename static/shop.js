/* Small comforts, in ES5; nothing depends on them. */
(function (d, w) {
  "use strict";

  function each(selector, act) {
    Array.prototype.forEach.call(d.querySelectorAll(selector), act);
  }

  // The page is the same for everybody, so the number of things in the cart comes from a cookie of its own.
  function count() {
    var found = /(?:^|; )cart_items=(\d+)/.exec(d.cookie);
    each("[data-cart-count]", function (place) {
      place.textContent = found && found[1] !== "0" ? "(" + found[1] + ")" : "";
    });
  }

  // Filters are folded on a phone and stand open beside the results where there is room.
  function unfold() {
    var wide = w.matchMedia && w.matchMedia("(min-width:43.75em)").matches;
    if (wide) each("#filters", function (box) { box.open = true; });
  }

  // The box suggests while one types. Whoever never types pays nothing: the first touch of it fetches what that takes.
  function suggest(event) {
    var field = event.target, form = field.form, list = d.createElement("datalist"), before = field.value, script;
    field.removeEventListener("focus", suggest);
    if (!list.options || (w.navigator.connection || {}).saveData) return;
    list.id = "suggestions";
    form.appendChild(list);
    field.setAttribute("list", list.id);
    form.setAttribute("data-hx-get", form.getAttribute("data-suggest"));
    form.setAttribute("data-hx-trigger", "input delay:150ms");
    form.setAttribute("data-hx-target", "#suggestions");
    form.setAttribute("data-hx-sync", "this:replace");
    if (w.htmx) return w.htmx.process(form);
    script = d.createElement("script");
    script.src = form.getAttribute("data-htmx");
    script.onload = function () { if (field.value !== before) w.htmx.trigger(field, "input"); };
    // Before the page is complete, htmx would wait for a beginning that has passed.
    if (d.readyState === "complete") d.head.appendChild(script);
    else w.addEventListener("load", function () { d.head.appendChild(script); });
  }

  // What is suggested while one types may fail, come and go without a word.
  function suggests(event) {
    return event.detail.target && event.detail.target.id === "suggestions";
  }

  // One letter begins too much, and a long text nothing.
  function ask(event) {
    var typed = suggests(event) ? (event.detail.parameters.q || "").trim() : "  ";
    if (typed.length > 1 && typed.length <= 60) return;
    event.preventDefault();
    event.detail.target.textContent = "";
  }

  // A swap failed: say so, with a plain link to what was wanted.
  function trouble(event) {
    var box = d.getElementById("trouble"), wanted = event.detail.pathInfo, link = d.createElement("a");
    if (!box || suggests(event)) return;
    link.href = event.detail.requestConfig.verb === "get" && wanted ? wanted.finalRequestPath : w.location.href;
    link.textContent = box.getAttribute("data-retry");
    box.className = "note bad";
    box.textContent = box.getAttribute("data-text") + " ";
    box.appendChild(link);
  }

  function relief() {
    var box = d.getElementById("trouble");
    if (box) box.textContent = box.className = "";
  }

  // What was left as it was need not stand in the address of a search. Only while it is made: one may come back to it.
  d.addEventListener("submit", function (event) {
    if (event.target.method !== "get") return;
    var left = Array.prototype.filter.call(event.target.elements, function (field) {
      return field.name && !field.disabled && (field.type === "select-one" ? !field.selectedIndex : !field.value);
    });
    left.forEach(function (field) { field.disabled = true; });
    setTimeout(function () { left.forEach(function (field) { field.disabled = false; }); }, 0);
  });

  count();
  unfold();
  w.addEventListener("pageshow", count);
  each("[data-suggest] input", function (field) { field.addEventListener("focus", suggest); });
  d.addEventListener("htmx:configRequest", ask);
  d.addEventListener("htmx:responseError", trouble);
  d.addEventListener("htmx:sendError", trouble);
  d.addEventListener("htmx:timeout", trouble);

  // What is unfolded stays so in the piece that replaces it: before htmx looks where the focus was.
  d.addEventListener("htmx:beforeSwap", function (event) {
    var detail = event.detail;
    if (suggests(event)) return;
    if (detail.shouldSwap) relief();
    each("details[open][id]", function (box) {
      detail.serverResponse = detail.serverResponse.replace('<details id="' + box.id + '"', "$& open");
    });
  });

  // A live region is only read out when its text changes while it stands there.
  d.addEventListener("htmx:afterSettle", function (event) {
    count();
    if (event.detail.target.id !== "results") return;
    each("#results [aria-live]", function (place) {
      var text = place.textContent;
      place.textContent = "";
      setTimeout(function () { place.textContent = text; }, 150);
    });
  });
})(document, window);
