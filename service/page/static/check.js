import "./app.js";
import { post } from "./api.js";
import { VERDICTS, chip, mark, tally } from "./evidence.js";
import { $, ITEM, button, copies, folded, h, line, list, onDrop, paperLink, plural, save, say, saying, scrolled, small, words } from "./dom.js";
import { run } from "./text.js";

const [text, bib] = [$("#text"), $("#bib")];
const ENTRIES = { valid: "supported", wrong: "contradicted", unverified: "undecided" };
let name = "text.md";
let inserted = [];

const latex = () => /\.tex$/i.test(name) || (name === "text.md" && /\\(cite|section|begin)\b/.test(text.value));

function check() {
	const body = { text: text.value, format: latex() ? "latex" : "markdown", bib: bib.value, file: name };
	sessionStorage.setItem("check", JSON.stringify(body));
	inserted = [];
	run("/v1/checks", body, view);
}

function view(doc) {
	const field = f => h("p.small", h("b", f.field), ": ", h("del", f.was || "nothing"), " → ", h("ins", f.should_be ?? "not known"));
	const rows = doc.bibliography.map(e => line(e.key, mark(ENTRIES[e.verdict], e.verdict), e.fields.map(field)));
	$("#outcome").hidden = false;
	$("#corrected").hidden = !doc.bibliography.some(entry => entry.verdict === "wrong");
	$("#corrected").onclick = () => saying(corrected(doc));
	return [
		h("h2", doc.ok ? "Nothing is wrong" : "Worth mending"),
		h("p", tally(doc.claims.map(claim => VERDICTS[claim.verdict])), doc.counts.unknown_keys > 0 && mark("contradicted", plural(doc.counts.unknown_keys, "unknown key"))),
		[...doc.claims, ...doc.unjudged].sort((a, b) => a.start - b.start).map(claim),
		rows[0] && [h("h2", "References"), scrolled("References", ["Reference", "Verdict", "Was → should be"], rows)],
		doc.asides[0] && folded("What was not read", list(doc.asides)),
	];
}

function claim(one) {
	const { cited = [], citations = [], suggested = [], near = [], part } = one;
	const support = VERDICTS[one.verdict];
	const lost = cited.filter(work => work.status !== "found");
	const fine = !one.verdict || (one.verdict === "supported" && cited.length && !lost.length);
	const work = c => cited.find(({ paper_id }) => paper_id === c.paper_id);
	const offer = (s, how) => h("p.small", paperLink(s), ` ${how} `, chip(s, s, "near", true, ""), button(`Cite ${s.key}`, event => cite(one.end, s.key, event.target), { class: "quiet small" }));
	return copies(one.text, h(`div.claim${fine ? ".fine" : ""}`, ITEM,
		h("p", small(`${one.line} `), words(one.text), " ", citations.length ? citations.map((c, n) => chip(c, work(c), support, n === 0)) : support && mark(support, lost[0] && "not in the library")),
		one.reason && (citations[0] || !lost[0]) && h("p.small.muted", one.reason),
		part && h("p.small.muted", "Not borne out: ", h("em", part)),
		lost.map(({ key, status }) => h("p.small.bad", `${key}: ${status === "unknown_key" ? "no reference has this key" : "not in the library"}`)),
		suggested.map(s => offer(s, "says it")), near.map(s => offer(s, "comes near"))));
}

/** Cite before the full stop. `end` counts code points of the checked text. */
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

async function corrected({ bibliography }) {
	const made = await post("/v1/corrections", { bib: bib.value, bibliography });
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
	say(`Read ${files.map(file => file.name).join(", ")}`);
}

const taken = files => take(files).catch(() => say("That file could not be read"));
onDrop(taken);
$("#files").onchange = event => taken([...event.target.files]);
$("#save").onclick = () => save(text.value, name.replace(/docx$/i, "md"));
$("#check").onsubmit = event => (event.preventDefault(), check());
const before = JSON.parse(sessionStorage.getItem("check"));
if (before) {
	[text.value, bib.value, name] = [before.text, before.bib, before.file];
	$("#references").open = Boolean(bib.value);
	check();
}
