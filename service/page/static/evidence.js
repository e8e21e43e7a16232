// One card for every citation: its quote, its paper, and the abstract with the quote marked.

import { paper } from "./api.js";
import { $, button, copy, h, paperLink, sign, small, words } from "./dom.js";

export const MARKS = {
	exact: ["❞", "exact", "Word for word from the abstract"],
	supported: ["✓", "verified", "Judged to be borne out by this quote"],
	partial: ["◐", "partly", "Borne out in part by this quote"],
	undecided: ["?", "not decided", "Nobody decided; read the quote"],
	contradicted: ["✕", "contradicted", "This quote says otherwise"],
	unsupported: ["∅", "not in its abstract", "The abstract does not say it; this comes nearest"],
	near: ["≈", "near", "Comes near to it"],
};
/** What a check says of a sentence, the worst first, as the marks name it. */
export const VERDICTS = { contradicted: "contradicted", not_in_corpus: "unsupported", undecided: "undecided", partly: "partial", supported: "supported" };
const card = $("#card");
export const wide = matchMedia("(min-width: 68rem)");
let shown, pinned, timer;

/** A quote's place as [before, quote, after]; `null` unless the abstract holds it exactly there.
 *  Offsets count code points, as Python does; JavaScript's own indices count UTF-16 units. */
export function split(abstract, quote, start, end) {
	const points = Array.from(abstract);
	const parts = [[0, start], [start, end], [end]].map((bounds) => points.slice(...bounds).join(""));
	return quote && parts[1] === quote ? parts : null;
}

export const webAddress = ({ doi, url }) => (doi ? `https://doi.org/${doi.replace(/^https?:.*doi\.org\//, "")}` : /^https?:\/\//i.test(url) ? url : null);

/** "A, B, C et al." */
const names = ({ authors = [], author_count: all }) =>
	authors.slice(0, 3).join(", ") + (authors.length && Math.max(all ?? 0, authors.length) > 3 ? " et al." : "");
export const about = (p) => small([names(p), p.year, p.venue].filter(Boolean).join(" · "), p.status && h("b.bad", ` ${p.status}`));

/** "A et al. (2024). Title. https://…" with what is known. */
export const inWords = (p) =>
	[[names(p), p.year && `(${p.year})`].filter(Boolean).join(" "), p.title, webAddress(p)].filter(Boolean).join(". ");

/** The button that opens a citation. `first` carries the sentence's mark in words. */
export function chip(citation, reference, support, first = true, label = citation.label) {
	const [glyph, word] = MARKS[support];
	const mouse = (run) => (event) => event.pointerType === "mouse" && run();
	const opener = h(`button.cite.${support}`, {
		type: "button",
		"aria-controls": "card",
		pointerenter: mouse(() => soon(() => show(opener), 140)),
		pointerleave: mouse(() => soon(hide, 300)),
		focus: () => opener.matches(":focus-visible") && show(opener),
		blur: () => soon(hide, 300),
		click: () => show(opener, true),
	}, first && [sign(glyph), word], label && h("b", label), h("span.unseen", `: quote from ${reference?.title ?? citation.title}`));
	opener.evidence = { citation, reference, support };
	return opener;
}

function soon(run, ms) {
	clearTimeout(timer);
	timer = setTimeout(run, ms);
}

/** Open the card. Pinned, it takes the focus and stays until it is closed or another is pinned. */
export function show(opener, pin = false) {
	clearTimeout(timer);
	if (pinned && !pin) return;
	shown?.classList.remove("open");
	fill(opener.evidence);
	document.body.classList.add("evident");
	card.classList.toggle("beside", wide.matches);
	shut();
	if (!wide.matches) card.showPopover({ source: opener });
	[shown, pinned] = [opener, pin];
	opener.classList.add("open");
	if (pin) $("h2", card).focus({ preventScroll: true });
}

const shut = () => card.matches(":popover-open") && card.hidePopover();

function hide() {
	if (!pinned && !card.matches(":hover, :focus-within") && !shown?.matches(":hover, :focus-visible")) shut();
}

export function close() {
	pinned = false;
	if (card.contains(document.activeElement)) shown.focus();
	shut();
}

card.onpointerleave = () => soon(hide, 300);
card.ontoggle = (event) => {
	if (event.newState === "closed" && !card.matches(":popover-open")) pinned = false;
};
wide.onchange = () => {
	shut();
	card.classList.toggle("beside", wide.matches && Boolean(shown));
};

function fill({ citation, reference, support }) {
	const [glyph, word, meaning] = MARKS[support];
	const from = { title: citation.title, ...reference, paper_id: citation.paper_id };
	const source = h("p.source");
	const abstract = h("div", h("p.muted", "Reading the abstract…"));
	const name = () => source.replaceChildren(paperLink(from), about(from));
	name();
	card.replaceChildren(
		h("header", h("h2", { tabindex: "-1" }, h(`span.cite.${support}`, sign(glyph), word), " ", meaning), button(sign("×"), close, { class: "quiet", "aria-label": "Close" })),
		words(citation.quote, "blockquote"), source,
		button("Copy with reference", () => copy(`“${citation.quote}” (${inWords(from)})`, "Quote copied")),
		h("h3", "Abstract"), abstract,
	);
	card.scrollTop = 0;
	paper(citation.paper_id).then((p) => {
		Object.assign(from, p);
		name();
		abstract.replaceChildren(...marked(p, citation));
	}, () => abstract.replaceChildren(h("p.muted", "The abstract could not be read just now.")));
}

/** The abstract with the quote marked: nothing is marked rather than something wrong. */
function marked(p, { quote, start, end }) {
	if (!p) return [h("p.muted", "The library no longer has this paper.")];
	const parts = split(p.abstract, quote, start, end);
	if (parts) return [words([parts[0], h("mark", parts[1]), parts[2]], "p")];
	return [h("p.muted", "This quote does not stand there in the stored abstract, so nothing is marked."), words(p.abstract, "p")];
}
