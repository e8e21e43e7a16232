// Check: a text of one's own, each sentence against what it cites, and its references.

import "./app.js";
import { post } from "./api.js";
import { MARKS, VERDICTS, chip } from "./evidence.js";
import { $, ITEM, button, copies, folded, h, list, onDrop, paperLink, plural, save, say, saying, scrolled, sign, small, words } from "./dom.js";
import { run } from "./run.js";

const [text, bib] = [$("#text"), $("#bib")];
const ENTRIES = { valid: "supported", wrong: "contradicted", unverified: "undecided" };
let name = "text.md";
let inserted = [];

const latex = () => /\.tex$/i.test(name) || (name === "text.md" && /\\(cite|section|begin)\b/.test(text.value));
const mark = (support, text) => h(`span.cite.${support}`, sign(MARKS[support][0]), text ?? MARKS[support][1]);

function check() {
	const body = { text: text.value, format: latex() ? "latex" : "markdown", bib: bib.value, file: name };
	sessionStorage.setItem("check", JSON.stringify(body));
	inserted = [];
	run("/v1/checks", body, view);
}

function view(doc) {
	const all = [...doc.claims, ...doc.unjudged].sort((a, b) => a.start - b.start).map(line);
	const only = h("input", { type: "checkbox", change: () => all.forEach((item) => (item.hidden = only.checked && item.matches(".fine"))) });
	const counted = Object.entries(VERDICTS).map(([verdict, support]) => [support, doc.counts[verdict]]).filter(([, n]) => n);
	const wrong = doc.bibliography.some((entry) => entry.verdict === "wrong");
	const rows = doc.bibliography.map((e) => h("tr", ITEM, h("th", { scope: "row" }, e.key),
		h("td", mark(ENTRIES[e.verdict], e.verdict)),
		h("td", e.fields.map((f) => h("p.small", h("b", f.field), ": ", h("del", f.was || "nothing"), " → ", h("ins", f.should_be ?? "not known"))))));
	return [
		h("h2", doc.ok ? "Nothing is wrong" : "Worth mending"),
		h("p.row", counted.map(([support, n]) => mark(support, `${n} ${MARKS[support][1]}`)), doc.counts.unknown_keys > 0 && mark("contradicted", plural(doc.counts.unknown_keys, "unknown key"))),
		h("div.row.bar", h("label.check", only, "Only what needs a look"), button("Save text", () => save(text.value, name.replace(/docx$/i, "md"))), wrong && button("Save corrected .bib", () => saying(corrected(doc)))),
		all,
		rows.length > 0 && [h("h2", "References"), scrolled("References", ["Reference", "Verdict", "Was → should be"], rows)],
		doc.asides.length > 0 && folded("What was not read", list(doc.asides, "ul")),
	];
}

/** A sentence with its verdict, or why it has none, and what could be cited behind it. */
function line(one) {
	const { cited = [], citations = [], suggested = [], near = [], part } = one;
	const support = VERDICTS[one.verdict];
	const works = new Map(cited.map((work) => [work.paper_id, work]));
	const lost = cited.filter((work) => work.status !== "found");
	const fine = !one.verdict || (one.verdict === "supported" && cited.length && !lost.length);
	const offer = (s, how) => h("p.small", paperLink(s), ` ${how} `, chip(s, s, "near", true, ""), button(`Cite ${s.key}`, (event) => cite(one.end, s.key, event.target), { class: "quiet small" }));
	return copies(one.text, h(`div.claim${fine ? ".fine" : ""}`, ITEM,
		h("p", small(`${one.line} `), words(one.text), " ", citations.length ? citations.map((c, n) => chip(c, works.get(c.paper_id), support, n === 0)) : support && mark(support)),
		(one.reason || part) && h("p.small.muted", one.reason, part && [" Not borne out: ", h("em", part)]),
		lost.map((work) => h("p.small.bad", `${work.key}: ${work.status === "unknown_key" ? "no reference has this key" : "not in the library"}`)),
		suggested.map((s) => offer(s, "says it")), near.map((s) => offer(s, "comes near"))));
}

/** Put a citation behind a sentence, before its full stop. Places count code points of the text as it was checked. */
function cite(end, key, pressed) {
	const points = Array.from(text.value);
	let at = end + inserted.reduce((sum, [place, length]) => sum + (place < end ? length : 0), 0);
	if (/[.!?]/.test(points[at - 1])) at -= 1;
	const added = Array.from(latex() ? `~\\cite{${key}}` : ` [@${key}]`);
	points.splice(at, 0, ...added);
	inserted.push([end, added.length]);
	text.value = points.join("");
	pressed.disabled = true;
	say("Cited in the text above");
}

async function corrected(doc) {
	const made = await post("/v1/corrections", { bib: bib.value, bibliography: doc.bibliography });
	save(made.bib, "corrected.bib");
	say(`${plural(made.corrected, "field")} corrected${made.left.length ? `; left: ${made.left.join(", ")}` : ""}`);
}

async function take(files) {
	for (const file of files) {
		if (/\.(tex|md|txt|docx)$/i.test(file.name)) {
			text.value = /docx$/i.test(file.name) ? (await post("/v1/texts", file)).text : await file.text();
			name = file.name;
		} else bib.value = await file.text();
	}
	$("#references").open = Boolean(bib.value);
	say(`Read ${files.map((file) => file.name).join(", ")}`);
}

const taken = (files) => take(files).catch(() => say("That file could not be read"));
onDrop(taken);
$("#files").onchange = (event) => taken([...event.target.files]);
$("#check").onsubmit = (event) => (event.preventDefault(), check());
const before = JSON.parse(sessionStorage.getItem("check"));
if (before) {
	[text.value, bib.value, name] = [before.text, before.bib, before.file];
	$("#references").open = Boolean(bib.value);
	check();
}
