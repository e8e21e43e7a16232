// A document as the reader sees it: status, sentences with their marks, tables, what is missing, references.

import { chip, inWords } from "./evidence.js";
import { $, ITEM, button, copies, folded, h, list, paperLink, plural, sign, words } from "./dom.js";
import { table } from "./table.js";

const STATUS = {
	partial: "Partly answered: the library does not hold it all.",
	uncertain: "These passages come nearest; it is not sure that they answer it.",
	not_in_corpus: "The library does not hold an answer to this.",
};
const STANCES = { supports: "+", contradicts: "✕", qualifies: "~" };
const note = (glyph, ...text) => h("span.cite.edited", sign(glyph), text);

/** A sentence with the button of each of its citations. `n`: its place in the whole text, from 0. */
function sentence(s, refs, n) {
	const support = s.verdict ?? s.support;
	const chips = s.citations.map((c, at) => chip(c, refs.get(c.paper_id), support, at === 0));
	const item = h("span.sentence", { ...ITEM, id: n === undefined ? null : `s${n}` }, words(s.text), " ", s.edited ? note("✎", "edited, not checked") : chips);
	if (s.rests_on) item.append(note("∑", "sums up", s.rests_on.map((at) => h("a", { href: `#s${at}` }, at + 1))));
	const sources = s.citations.map((c) => refs.get(c.paper_id)).filter(Boolean);
	return copies([s.text, ...new Set(sources.map(inWords))].join("\n"), item);
}

/** A short answer first, then what each paper says. */
function paragraphsOf({ sentences, composer }) {
	const groups = [];
	let last;
	sentences.forEach((s, n) => {
		const paper = s.citations[0]?.paper_id ?? last;
		if (composer.startsWith("extractive") ? !n || paper !== last : n < 2) groups.push([]);
		groups.at(-1).push(s);
		last = paper;
	});
	return groups;
}

/** The whole document. `edit(sentence)` and `tools(row, column)` make the tools of a sentence and a cell. */
export function written(doc, { edit, tools } = {}) {
	const refs = new Map(doc.references.map((r) => [r.paper_id, r]));
	let n = 0;
	const paragraph = (sentences, kind = "p") => h(kind, sentences.map((s) => [sentence(s, refs, n++), edit?.(s), " "]));
	const section = (s) => [h("h2", s.title || "Further papers"), s.paragraphs.map((p) => paragraph(p)), s.matrix && table(s.matrix, refs)];
	const claim = (c) => [h(`b.small.${c.stance}`, sign(STANCES[c.stance]), ` ${c.stance} `), sentence({ ...c, support: "exact" }, refs)];
	const closer = (title, items) => items?.length > 0 && [h("h2", title), items];
	const texts = doc.sentences ? paragraphsOf(doc).map((p, at) => paragraph(p, at ? "p" : "p.lead")) : doc.paragraphs?.map((p) => paragraph(p));
	return h("article.text",
		doc.status in STATUS && h("p.notice", sign("◐ "), STATUS[doc.status]),
		doc.filters?.years_said && h("p.muted.small", `Only papers of the years in “${doc.filters.years_said}”.`),
		texts,
		doc.sections?.map(section),
		doc.own_work && h("p", doc.own_work.text, " ", note("✎", "your own abstract")),
		doc.matrix && [texts && h("h2", "Side by side"), table(doc.matrix, refs, tools)],
		closer("Where they agree and differ", doc.agreement?.map((p) => [h("h3", p.point), list(p.claims.map(claim))])),
		closer("Open problems", doc.open_problems?.map((s) => h("p", sentence(s, refs)))),
		closer("Nearest papers", doc.nearest?.map((p) => h("p", ITEM, paperLink(p), h("br"), words(`“${p.quote}” `), chip(p, p, "near")))),
		doc.missing.length > 0 && folded(`What the library does not say (${doc.missing.length})`, list(doc.missing, "ul")),
		doc.dropped.length > 0 && folded(`Left out, because it did not pass the check (${doc.dropped.length})`, list(doc.dropped.map((d) => [d.text, h("span.muted", ` ${d.reason}`)]), "ul")),
		closer("References", doc.references.map(reference)),
		h("p.muted.small", footer(doc)));
}

function reference(r) {
	return copies(inWords(r), h("p.reference", ITEM, h("b.muted", r.label), h("span", paperLink(r), h("br"), h("span.muted", inWords({ ...r, title: "" })), r.status && h("b.bad", ` ${r.status}`))));
}

function footer(doc) {
	const by = doc.composer.startsWith("extractive") ? "Sentences of the abstracts, no language model" : `Written by ${doc.composer}`;
	const judge = doc.judge && `judged by ${doc.judge.name}${doc.judge.measured ? "" : ", which was never measured here"}`;
	return [by, judge, `${(doc.elapsed_ms / 1000).toFixed(1)} s`, doc.cost_usd && `$${doc.cost_usd.toFixed(4)}`].filter(Boolean).join(" · ");
}

/** A text while it is made: its steps, the papers found, each sentence once it is judged. */
export function progress(stop) {
	const refs = new Map();
	const steps = h("ul.plain.muted");
	const papers = h("p.muted.small");
	const body = h("div");
	const element = h("article.text", h("div.row", h("span.spinner", { role: "img", "aria-label": "Working" }), button("Stop", stop)), steps, papers, body);
	let last;
	const on = (name, data) => {
		if (name === "step") steps.append(h("li", sign("✓ "), data.text));
		if (name === "evidence") {
			for (const p of data.passages) refs.set(p.paper_id, p);
			papers.textContent = `${plural(refs.size, "paper")} to quote from`;
		}
		if (name === "sentence") {
			const here = `${data.section}/${data.paragraph}`;
			if (here !== last) body.append(h(last ? "p" : "p.lead"));
			last = here;
			body.lastChild.append(sentence(data.sentence, refs), " ");
		}
	};
	return { element, on };
}
