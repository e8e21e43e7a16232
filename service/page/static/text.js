// A document as the reader sees it.

import { about, chip, inWords, tally } from "./evidence.js";
import { $, ITEM, cloned, copies, folded, h, list, paperLink, plural, sign, words } from "./dom.js";
import { table } from "./table.js";

const note = (glyph, ...text) => h("span.cite.edited", sign(glyph), text);
const byModel = (doc) => !doc.composer.startsWith("extractive");
const markOf = (s) => s.verdict ?? s.support;

export const sentencesOf = (doc) => [doc.sentences, doc.paragraphs, doc.sections?.map((s) => s.paragraphs)].flat(9).filter(Boolean);

/** `n`: its place in the whole text, from 0. */
function sentence(s, refs, n, text = s.text) {
	const chips = s.citations.map((c, at) => chip(c, refs.get(c.paper_id), markOf(s), at === 0));
	const state = s.checking ? "being checked…" : "edited, not checked";
	const item = h("span.sentence", { ...ITEM, id: n === undefined ? null : `s${n}` }, words(text), " ", s.edited ? note("✎", state) : chips);
	if (s.rests_on) item.append(note("∑", "sums up", s.rests_on.map((at) => h("a", { href: `#s${at}` }, at + 1))));
	const sources = s.citations.map((c) => refs.get(c.paper_id)).filter(Boolean);
	return copies([s.text, ...new Set(sources.map(inWords))].join("\n"), item);
}

/** What each paper says, without a model: under its name. */
function quotes(sentences, refs, show) {
	const bare = (s) => s.text.replace(/^([^“]*|“[^”]*”)( \([^)]*\))?: (?=“)/, "");
	const group = ([id, said]) => h("div.quotes", refs.has(id) && h("p.source", paperLink(refs.get(id)), about(refs.get(id))), said.map((s) => h("p", show(s, bare(s)))));
	return [...Map.groupBy(sentences, (s) => s.citations[0]?.paper_id)].map(group);
}

/** `edit(sentence)` and `tools(row, column)` make the tools of a sentence and a cell. */
export function written(doc, { edit, tools } = {}) {
	const refs = new Map(doc.references.map((r) => [r.paper_id, r]));
	const all = sentencesOf(doc);
	const show = (s, text) => sentence(s, refs, all.indexOf(s), text);
	const paragraph = (sentences) => h("p", sentences.map((s) => [show(s), edit?.(s), " "]));
	const section = (s) => [h("h2", s.title || "Further papers"), s.paragraphs.map(paragraph), s.matrix && table(s.matrix, refs)];
	const claim = (c) => [h(`b.small.${c.stance}`, c.stance, " "), sentence({ ...c, support: "exact" }, refs)];
	const closer = (title, items) => items?.length > 0 && [h("h2", title), items];
	const answer = ([first, ...rest]) => first && [h("p.lead", show(first)), byModel(doc) ? paragraph(rest) : quotes(rest, refs, show)];
	return h("article.text",
		$(`#status-${doc.status}`) && cloned(`#status-${doc.status}`),
		h("p", tally(all.map((s) => s.citations.length > 0 && !s.edited && markOf(s)))),
		doc.read_as && h("p.small", `Read as: ${doc.read_as}`),
		doc.filters?.years_said && h("p.muted.small", `Only papers of the years in “${doc.filters.years_said}”.`),
		doc.sentences ? answer(doc.sentences) : doc.paragraphs?.map(paragraph),
		doc.sections?.map(section),
		doc.own_work && h("p", doc.own_work.text, " ", note("✎", "your own abstract")),
		doc.matrix && [all.length > 0 && h("h2", "Side by side"), table(doc.matrix, refs, tools)],
		closer("Where they agree and differ", doc.agreement?.map((p) => [h("h3", p.point), list(p.claims.map(claim))])),
		closer("Open problems", doc.open_problems?.map((s) => h("p", sentence(s, refs)))),
		closer("Nearest papers", !doc.references[0] && doc.nearest?.map((p) => h("p", ITEM, paperLink(p), h("br"), words(`“${p.quote}” `), chip(p, p, "near")))),
		doc.missing.length > 0 && folded(`What the library does not say (${doc.missing.length})`, list(doc.missing)),
		doc.dropped.length > 0 && folded(`Left out, because it failed the check (${doc.dropped.length})`, list(doc.dropped.map((d) => [d.text, h("span.muted", ` ${d.reason}`)]))),
		closer("References", doc.references.map(reference)),
		h("p.muted.small", footer(doc)));
}

function reference(r) {
	const facts = h("span.muted", inWords({ ...r, title: "" }), r.status && h("b.bad", ` ${r.status}`));
	return copies(inWords(r), h("p.reference", ITEM, h("b.muted", r.label), h("span", paperLink(r), h("br"), facts)));
}

function footer(doc) {
	const by = byModel(doc) ? `Written by ${doc.composer}` : "Quotes, no language model";
	const judge = doc.judge && `judged by ${doc.judge.name}${doc.judge.measured ? "" : ", never measured here"}`;
	return [by, judge, `${Math.max(doc.elapsed_ms / 1000, 0.1).toFixed(1)} s`, doc.cost_usd && `$${doc.cost_usd.toFixed(4)}`].filter(Boolean).join(" · ");
}

/** The text while it is made: steps, papers, judged sentences. */
export function progress(stop) {
	const refs = new Map();
	const element = cloned("#working");
	const [steps, papers, body] = [$("ul", element), $(".small", element), $("div:last-child", element)];
	let last;
	$("button", element).onclick = stop;
	const on = (name, data) => {
		if (name === "job") steps.textContent = body.textContent = last = "";
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
