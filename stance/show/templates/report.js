"use strict";
(() => {
  const root = document.documentElement;
  const who = document.getElementById("who");
  let panel = null;
  let opener = null;
  let lit = [];
  root.classList.add("js");

  const pieces = (article, name, number) => article.querySelectorAll(`.prose [data-${name}~="${number}"]`);

  // the panel of one actor

  function closePanel() {
    if (!panel) return;
    panel.classList.remove("open");
    document.querySelectorAll(".chosen, .evident-favor, .evident-against").forEach((piece) => {
      piece.classList.remove("chosen", "evident-favor", "evident-against");
    });
    panel = null;
  }

  function openPanel(dossier) {
    closePanel();
    panel = dossier;
    panel.classList.add("open");
    panel.scrollTop = 0;
    const article = document.getElementById(panel.dataset.document);
    pieces(article, "actor", panel.dataset.number).forEach((piece) => piece.classList.add("chosen"));
    panel.querySelectorAll("[data-shows]").forEach((proof) => {
      pieces(article, "evidence", proof.dataset.shows).forEach((piece) => piece.classList.add(`evident-${proof.dataset.label}`));
    });
    panel.querySelector("h3").focus({ preventScroll: true });
  }

  function showEvidence(anchor) {
    const [id, number] = anchor.id.split("/evidence-");
    const article = document.getElementById(id);
    if (!panel) {
      const proof = document.querySelector(`.dossier[data-document="${id}"] [data-shows="${number}"]`);
      if (proof) openPanel(proof.closest(".dossier"));
    }
    flash(anchor, pieces(article, "evidence", number));
  }

  function showUnit(anchor) {
    const [id, number] = anchor.id.split("/unit-");
    flash(anchor, pieces(document.getElementById(id), "unit", number));
  }

  function flash(anchor, shown) {
    anchor.scrollIntoView();
    shown.forEach((piece) => {
      piece.classList.remove("flash");
      void piece.offsetWidth; // lets the animation begin anew
      piece.classList.add("flash");
    });
  }

  function follow(hash, { scroll }) {
    const target = document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target) return false;
    if (target.matches(".dossier")) {
      openPanel(target);
      if (scroll) {
        const article = document.getElementById(target.dataset.document);
        (pieces(article, "actor", target.dataset.number)[0] || article).scrollIntoView();
      }
      return true;
    }
    if (target.matches(".anchor")) {
      if (target.id.includes("/unit-")) showUnit(target);
      else showEvidence(target);
      return true;
    }
    return false;
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest('a[href^="#"]');
    if (link && link.matches(".close")) {
      event.preventDefault();
      closePanel();
      history.replaceState(null, "", link.hash);
      if (opener) opener.focus({ preventScroll: true });
    } else if (link) {
      if (!link.closest(".dossier")) opener = link;
      if (follow(link.hash, { scroll: false })) {
        event.preventDefault();
        history.replaceState(null, "", link.hash);
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      hideSpeaker();
      if (panel) panel.querySelector(".close").click();
    }
    if (event.key === " " && event.target.matches('a[role="button"]')) {
      event.preventDefault();
      event.target.click();
    }
  });

  window.addEventListener("hashchange", () => follow(location.hash, { scroll: true }));

  // who says it

  function hideSpeaker() {
    lit.forEach((piece) => piece.classList.remove("lit"));
    lit = [];
    who.hidden = true;
  }

  function showSpeaker(piece, point) {
    hideSpeaker();
    const article = piece.closest("article");
    const numbers = piece.dataset.said.split(" ");
    const innermost = numbers[numbers.length - 1];
    lit = [...pieces(article, "said", innermost)];
    lit.forEach((part) => part.classList.add("lit"));
    const notes = numbers.reverse().map((number) => document.getElementById(`${article.id}/said-${number}`).cloneNode(true));
    notes.forEach((note) => note.removeAttribute("id"));
    who.replaceChildren(...notes);
    who.hidden = false;
    const lines = [...piece.getClientRects()];
    const box = lines.find((line) => point && line.top <= point.y && point.y <= line.bottom) || lines[0];
    const left = Math.min(point ? point.x - 20 : box.left, root.clientWidth - who.offsetWidth - 8);
    const above = box.top - who.offsetHeight - 10;
    who.style.left = `${Math.max(8, left)}px`;
    who.style.top = `${above > 8 ? above : box.bottom + 10}px`;
  }

  function onPiece(event) {
    const piece = event.target.closest && event.target.closest(".prose [data-said]");
    if (!piece) hideSpeaker();
    else showSpeaker(piece, event.type === "focusin" ? null : { x: event.clientX, y: event.clientY });
  }
  ["mouseover", "focusin", "click"].forEach((name) => document.addEventListener(name, onPiece));
  document.addEventListener("scroll", () => { who.hidden = true; }, { passive: true });

  // the index

  const filter = document.getElementById("filter");
  if (filter) {
    const entries = [...document.querySelectorAll(".index li")];
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      entries.forEach((entry) => {
        const line = entry.textContent.toLowerCase();
        entry.hidden = !words.every((word) => line.includes(word));
      });
      document.getElementById("no-match").hidden = entries.some((entry) => !entry.hidden);
    });
  }

  if (location.hash) follow(location.hash, { scroll: true });
})();
