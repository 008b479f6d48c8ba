"use strict";
(() => {
  const entries = [...document.querySelectorAll(".mistake")].map((item) => ({
    item,
    kind: item.dataset.kind,
    place: item.dataset.document,
    words: item.textContent.toLowerCase(),
  }));
  const sections = [...document.querySelectorAll("section.task")];
  const [kind, place, words] = ["of-kind", "of-document", "of-words"].map((id) => document.getElementById(id));
  document.documentElement.classList.add("js");

  function show() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    entries.forEach((entry) => {
      const rightKind = !kind.value || (kind.value.endsWith("|") ? entry.kind.startsWith(kind.value) : entry.kind === kind.value);
      const rightPlace = !place.value || entry.place === place.value;
      const visible = rightKind && rightPlace && wanted.every((word) => entry.words.includes(word));
      entry.item.hidden = !visible;
      if (visible) count += 1;
    });
    sections.forEach((section) => { section.hidden = !section.querySelector(".mistake:not([hidden])"); });
    document.getElementById("no-match").hidden = count > 0;
    document.getElementById("shown").textContent = `${count} of ${entries.length} shown`;
  }

  [kind, place, words].forEach((control) => control.addEventListener("input", show));
  document.querySelectorAll("[data-filter]").forEach((link) => link.addEventListener("click", () => {
    kind.value = link.dataset.filter;
    show();
  }));
  document.querySelectorAll(".index a").forEach((link) => link.addEventListener("click", () => {
    const target = document.querySelector(link.hash);
    if (target && target.hidden) {
      kind.value = place.value = words.value = "";
      show();
    }
  }));
  show();
})();
