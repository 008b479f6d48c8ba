"use strict";
(() => {
  document.documentElement.classList.add("js");

  // what a number leads to may stand in a closed part

  function open(hash, { scroll }) {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target) return;
    let closed = false;
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) {
      closed = closed || !part.open;
      part.open = true;
    }
    if (closed || scroll) target.scrollIntoView();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    const hash = link.getAttribute("href") || link.getAttribute("xlink:href") || "";
    if (hash.startsWith("#")) setTimeout(() => open(hash, { scroll: true }), 0);
  });
  window.addEventListener("hashchange", () => open(location.hash, { scroll: true }));

  // tables

  const collator = new Intl.Collator(undefined, { numeric: true });

  function valueOf(row, column) {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  }

  function compared(one, other) {
    const numbers = [typeof one === "number", typeof other === "number"];
    if (numbers[0] && numbers[1]) return one - other;
    if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
    return collator.compare(one, other);
  }

  function sort(table, heading, column) {
    const down = heading.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column) }));
    const missing = (value) => value === "–" || value === "";
    rows.sort((one, other) => {
      if (missing(one.value) || missing(other.value)) return missing(one.value) - missing(other.value);
      return (down ? -1 : 1) * compared(one.value, other.value);
    });
    body.append(...rows.map(({ row }) => row));
  }

  document.querySelectorAll("table.sortable").forEach((table) => {
    table.querySelectorAll("thead th").forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sort(table, heading, column));
    });
  });

  // methods

  const copy = document.getElementById("copy-methods");
  const copied = document.getElementById("copied");
  copy.hidden = false;
  copy.addEventListener("click", () => {
    const text = document.getElementById("methods-text").textContent;
    const failed = () => {
      getSelection().selectAllChildren(document.getElementById("methods-text"));
      copied.textContent = "Selected: copy it with the keyboard.";
    };
    if (!navigator.clipboard) {
      failed();
      return;
    }
    navigator.clipboard.writeText(text).then(() => { copied.textContent = "Copied."; }, failed);
  });

  if (location.hash) open(location.hash, { scroll: true });
})();
