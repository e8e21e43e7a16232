// One card for every citation: its quote, its paper, its abstract.

import { paper, paperPath, patch } from "./api.js";
import { $, $$, cloned, copy, h, joined, main, paperLink, place, plain, saying, sign, small, words } from "./dom.js";

/** Every mark with its {glyph, word, meaning}, as the help lists them. */
export const MARKS = new Map($$("#help [data-mark]").map(({ dataset }) => [dataset.mark, dataset]));
/** What a check says of a sentence, the worst first, as the marks name it. */
export const VERDICTS = { contradicted: "contradicted", not_in_corpus: "unsupported", undecided: "undecided", partly: "partial", supported: "supported" };
export const mark = (support, text) => h(`span.cite.${support}`, sign(MARKS.get(support).glyph), text ?? MARKS.get(support).word);

export function tally(marks) {
	return [...MARKS].map(([support, { word }]) => {
		const n = marks.filter(one => one === support).length;
		return n > 0 && mark(support, `${n} ${word}`);
	});
}

const card = $("#card");
const wide = matchMedia("(min-width: 68rem)");
let shown, pinned, renewing, timer;

/** [before, quote, after], or `null` unless the abstract holds the quote there. Offsets count code points. */
export function split(abstract, quote, start, end) {
	const points = Array.from(abstract);
	const parts = [[0, start], [start, end], [end]].map(bounds => points.slice(...bounds).join(""));
	return quote && parts[1] === quote ? parts : null;
}

export const webAddress = ({ doi, url }) => (doi ? `https://doi.org/${doi}` : /^https?:\/\//i.test(url) ? url : null);

const names = ({ authors = [], author_count: all }) =>
	authors.slice(0, 3).join(", ") + (authors.length && (all ?? 4) > 3 ? " et al." : "");
export const about = p => small(joined(" · ", names(p), p.year, p.venue), p.status && h("b.bad", ` ${p.status}`));

export const inWords = p => joined(". ", joined(" ", names(p), p.year && `(${p.year})`), p.title, webAddress(p));

/** The button that opens a citation. `first`: with the sentence's mark. */
export function chip(citation, reference, support, first = true, label = citation.label) {
	const { glyph, word } = MARKS.get(support);
	const mouse = run => event => event.pointerType === "mouse" && run();
	const opener = h(`button.cite.${support}`, {
		type: "button",
		"aria-controls": "card",
		pointerenter: mouse(() => soon(() => show(opener), 140)),
		pointerleave: mouse(() => soon(hide, 300)),
		focus: () => !renewing && opener.matches(":focus-visible") && show(opener),
		blur: () => soon(hide, 300),
		click: () => show(opener, true),
	}, first && [sign(glyph), h("span.word", word)], label && h("b", label), h("span.unseen", `: quote from ${reference?.title ?? citation.title}`));
	opener.evidence = { citation, reference, support };
	return opener;
}

function soon(run, ms) {
	clearTimeout(timer);
	timer = setTimeout(run, ms);
}

/** Open the card. Pinned, it takes the focus and stays until it is closed. */
function show(opener, pin = false) {
	clearTimeout(timer);
	if (pinned && !pin) return;
	shown?.classList.remove("open");
	fill(opener.evidence);
	document.body.classList.add("evident");
	shut();
	if (!wide.matches) card.showPopover({ source: opener });
	[shown, pinned] = [opener, pin];
	opener.classList.add("open");
	if (pin) $("h2", card).focus({ preventScroll: true });
}

/** `false` where it was not open. */
const shut = () => card.matches(":popover-open") && card.hidePopover();

function hide() {
	if (!pinned && !card.matches(":hover, :focus-within") && !shown?.matches(":hover, :focus-visible")) shut();
}

export function close() {
	pinned = false;
	if (card.contains(document.activeElement)) shown.focus();
	shut();
}

const named = one => one.closest("[data-item]")?.key ?? one.textContent;
const alike = name => $$("a, button, input, summary, [data-item]", main).filter(one => named(one) === name);
const top = one => one.getBoundingClientRect().top;

/** Show other nodes; what is open, focused or in view keeps its place. */
export function renew(...nodes) {
	const at = document.activeElement;
	const read = scrollY ? $$("[data-item]", main).find(item => top(item) >= 0) : null;
	const before = [at, shown, read].map(one => main.contains(one) && { y: top(one), name: named(one), n: alike(named(one)).indexOf(one) });
	const boxes = $$(".scroll, details", main).map(({ scrollLeft, scrollTop, open }) => ({ scrollLeft, scrollTop, open }));
	place(...nodes);
	$$(".scroll, details", main).forEach((box, n) => Object.assign(box, boxes[n]));
	const after = before.map(was => was && alike(was.name)[was.n]);
	renewing = true;
	if (after[1]?.evidence) {
		shown = after[1];
		shown.classList.add("open");
		if (shut() !== false) card.showPopover({ source: shown });
	}
	const first = $("button.cite", main);
	if (first && wide.matches && !$(".evident")) show(first);
	(after[0] || at).focus({ preventScroll: true });
	renewing = false;
	const kept = after.findIndex((one, n) => one && before[n].y >= 0 && before[n].y < innerHeight);
	if (kept >= 0) scrollBy(0, top(after[kept]) - before[kept].y);
}

$("button", card).onclick = close;
card.onpointerleave = () => soon(hide, 300);
card.ontoggle = event => {
	if (event.newState === "closed" && !card.matches(":popover-open")) pinned = false;
};
wide.onchange = shut;

function fill({ citation, reference, support }) {
	const from = { title: citation.title, ...reference, paper_id: citation.paper_id };
	const abstract = h("div", h("p.muted", "Reading the abstract…"));
	const name = () => $(".source", card).replaceChildren(paperLink(from), about(from));
	name();
	$("h2", card).replaceChildren(mark(support), " ", MARKS.get(support).meaning);
	$("blockquote", card).textContent = plain(citation.quote);
	$(".copy", card).onclick = () => copy(`“${plain(citation.quote)}” (${inWords(from)})`, "Quote copied");
	$("div", card).replaceWith(abstract);
	card.scrollTop = 0;
	paper(citation.paper_id).then(p => {
		if (!abstract.isConnected) return;
		Object.assign(from, p);
		name();
		abstract.replaceChildren(...marked(p, citation));
	}, () => abstract.replaceChildren("The abstract could not be read just now."));
}

function marked(p, { quote, start, end }) {
	if (!p) return ["The library no longer has this paper."];
	const parts = split(p.abstract, quote, start, end);
	if (parts) return [words([parts[0], h("mark", plain(parts[1])), parts[2]], "p")];
	return [h("p.muted", "This quote does not stand there in the stored abstract, so nothing is marked."), words(p.abstract, "p")];
}

/** A select of reading statuses that saves what is chosen. */
export function statusOf(p) {
	const select = Object.assign(cloned("#statuses"), { value: p.reading_status ?? "", ariaLabel: `Reading status of ${p.title}` });
	select.onchange = () => saying(patch(paperPath(p.paper_id), { reading_status: select.value || null }), "Saved");
	return select;
}
