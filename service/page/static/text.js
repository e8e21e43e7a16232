// A document: asked for, read, changed and taken away.

import { answered, forgotten, rendered } from "./api.js";
import { MARKS, about, chip, inWords, renew, tally } from "./evidence.js";
import { $, $$, ITEM, button, cloned, confirmed, copies, copy, failed, folded, h, joined, line, list, paperLink, place, plural, save, say, saying, scrolled, sign, small, words } from "./dom.js";

const note = (glyph, ...text) => h("span.cite.edited", sign(glyph), text);
const byModel = doc => !doc.composer.startsWith("extractive");
const markOf = s => s.verdict ?? s.support;

export const sentencesOf = doc => [doc.sentences, doc.paragraphs, doc.sections?.map(s => s.paragraphs)].flat(9).filter(Boolean);

/** `n`: its place in the whole text, from 0. */
function sentence(s, refs, n, text = s.text) {
	const chips = s.citations.map((c, at) => chip(c, refs.get(c.paper_id), markOf(s), at === 0));
	const item = h("span.sentence", { ...ITEM, id: n === undefined ? null : `s${n}` }, words(text), " ", s.edited ? note("✎", "edited, not checked") : chips);
	if (s.rests_on) item.append(note("∑", "sums up", s.rests_on.map(at => h("a", { href: `#s${at}` }, at + 1))));
	const sources = s.citations.map(c => refs.get(c.paper_id)).filter(Boolean);
	return copies([s.text, ...new Set(sources.map(inWords))].join("\n"), item, s.text);
}

/** What each paper says, without a model: under its name. */
function quotes(sentences, refs, show) {
	const bare = s => s.text.replace(/^([^“]*|“[^”]*”)( \([^)]*\))?: (?=“)/, "");
	const group = ([id, said]) => h("div.quotes", refs.has(id) && h("p.source", paperLink(refs.get(id)), about(refs.get(id))), said.map(s => h("p", show(s, bare(s)))));
	return [...Map.groupBy(sentences, s => s.citations[0]?.paper_id)].map(group);
}

/** `edit(sentence)` and `tools(row, column)` make the tools of a sentence and a cell. */
export function written(doc, { edit, tools } = {}) {
	const refs = new Map(doc.references.map(r => [r.paper_id, r]));
	const all = sentencesOf(doc);
	const missing = doc.missing.filter(one => !doc.question?.startsWith(one));
	const show = (s, text) => sentence(s, refs, all.indexOf(s), text);
	const shown = s => [show(s), edit?.(s), " "];
	const paragraph = sentences => (byModel(doc) ? h("p", sentences.map(shown)) : h("div.quotes", sentences.map(s => h("p", shown(s)))));
	const section = s => [h("h2", s.title || "Further papers"), s.paragraphs.map(paragraph), s.matrix && table(s.matrix, refs)];
	const claim = c => [h(`b.small.${c.stance}`, c.stance, " "), sentence({ ...c, support: "exact" }, refs)];
	const closer = (title, items) => items?.[0] && [h("h2", title), items];
	const answer = ([first, ...rest]) => first && [h("p.lead", show(first)), byModel(doc) ? paragraph(rest) : quotes(rest, refs, show)];
	return h("article.text",
		$(`#status-${doc.status}`) && cloned(`#status-${doc.status}`),
		missing[0] && h("p", `The library does not say: ${missing.join("; ")}.`),
		h("p", tally(all.map(s => s.citations[0] && !s.edited && markOf(s)))),
		doc.read_as && h("p.small", `Read as: ${doc.read_as}`),
		doc.filters?.years_said && h("p.muted.small", `Only papers of the years in “${doc.filters.years_said}”.`),
		doc.sentences ? answer(doc.sentences) : doc.paragraphs?.map(paragraph),
		doc.sections?.map(section),
		doc.own_work && h("p", doc.own_work.text, " ", note("✎", "your own abstract")),
		doc.matrix && [all[0] && h("h2", "Side by side"), table(doc.matrix, refs, tools)],
		closer("Where they agree and differ", doc.agreement?.map(p => [h("h3", p.point), list(p.claims.map(claim))])),
		closer("Open problems", doc.open_problems?.map(s => h("p", sentence(s, refs)))),
		closer("Nearest papers", !doc.references[0] && doc.nearest?.map(p => h("p", ITEM, paperLink(p), h("br"), words(`“${p.quote}” `), chip(p, p, "near")))),
		doc.dropped[0] && folded(`Left out, because it failed the check (${doc.dropped.length})`, list(doc.dropped.map(d => [d.text, h("span.muted", ` ${d.reason}`)]))),
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
	return joined(" · ", by, judge, `${Math.max(doc.elapsed_ms / 1000, 0.1).toFixed(1)} s`, doc.cost_usd && `$${doc.cost_usd.toFixed(4)}`);
}

/** The text while it is made: steps, papers, judged sentences. */
function progress(stop) {
	const refs = new Map();
	const element = cloned("#working");
	const [, papers, body, steps] = element.children;
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

/** `tools(row, column)` adds to a cell what can be done with it. */
function table(matrix, refs, tools) {
	const cell = (row, column) => {
		const value = row.cells[column];
		const { glyph, word, meaning: title } = MARKS.get(row.empty[column] ?? "not_found");
		const shown = value ? [words(value.value), " ", value.citations.map(c => chip(c, refs.get(c.paper_id), "exact", false))] : h("span.muted.small", { title }, sign(`${glyph} `), word);
		return h("td", { "data-key": value?.value }, shown, tools?.(row, column));
	};
	const rows = matrix.rows.map((row, order) => {
		const { title, label, year } = refs.get(row.paper_id) ?? {};
		const head = [paperLink({ ...row, title }), small(joined(" ", label && `[${label}]`, year))];
		return Object.assign(line(head, ...matrix.columns.map(column => cell(row, column))), { order, key: row.paper_id });
	});
	const heads = ["Paper", ...matrix.columns].map((name, n) => button([name, sign(" ")], () => sort(made, n), { class: "quiet" }));
	const made = scrolled("Comparison table", heads, rows);
	return made;
}

/** Up, down, as it was; what is empty last, numbers by size. */
function sort(table, n) {
	const heads = $$("thead th", table);
	const state = { ascending: "descending", descending: "none" }[heads[n].ariaSort] ?? "ascending";
	heads.forEach((head, at) => {
		head.ariaSort = at === n ? state : "none";
		$("span", head).textContent = { ascending: " ↑", descending: " ↓" }[head.ariaSort] ?? " ";
	});
	const key = ({ cells }) => (n ? cells[n].dataset.key : cells[0].textContent) ?? "";
	const sense = state === "ascending" ? 1 : -1;
	const bySize = (a, b) => (key(a) && key(b) ? key(a).localeCompare(key(b), "en", { numeric: true }) * sense : !key(a) - !key(b));
	$("tbody", table).append(...$$("tbody tr", table).sort(state === "none" ? (a, b) => a.order - b.order : bySize));
}

export async function run(path, body, view) {
	const leaving = new AbortController();
	const { element, on } = progress(() => leaving.abort());
	document.body.classList.remove("evident");
	place(element);
	try {
		const doc = await answered(path, body, on, leaving.signal);
		renew(view(doc));
		say(doc.status === "not_in_corpus" ? "Nothing in the library answers this" : "Done", true);
	} catch (error) {
		place(failed(error.name === "AbortError" ? { message: "Stopped." } : error), button("Try again", () => location.reload()));
	}
}

export const again = (path, body, first) => button("Run again", () => (first?.(), forgotten(path, body), location.reload()));

/** {text, locked}, or `null` where the dialog was left. `locked` undefined: no lock is offered. */
export async function edited(title, text, locked) {
	const dialog = $("#editor");
	const [area, lock] = [$("textarea", dialog), $("input", dialog)];
	$("h2", dialog).textContent = title;
	[area.value, lock.checked, lock.parentNode.hidden] = [text, locked, locked === undefined];
	return (await confirmed(dialog)) ? { text: area.value.replace(/\s+/g, " ").trim(), locked: lock.checked } : null;
}

/** Copy and Export; `of()` is the document by then. */
export function exports(of) {
	const menu = $("#exports");
	const download = async item => {
		menu.hidePopover();
		save(await rendered(of(), item.value), `${document.title.slice(0, 60)}.${item.name}`);
	};
	for (const item of $$("button", menu)) item.onclick = () => saying(download(item));
	const copied = async () => copy(await (await rendered(of(), "markdown")).text(), "Copied with references");
	return [button("Copy", () => saying(copied())), button("Export", null, { popovertarget: "exports" })];
}
