import "./app.js";
import { filters, keep, post, rendered } from "./api.js";
import { VERDICTS, renew } from "./evidence.js";
import { $, button, count, h, param, pencil, plural, say, saying } from "./dom.js";
import { again, edited, exports, run, sentencesOf, written } from "./text.js";

const topic = param("topic");
const survey = param("kind") === "survey";
const path = survey ? "/v1/surveys" : "/v1/drafts";
const plan = $("#plan");

function view(doc, body) {
	const changed = sentencesOf(doc).filter(s => s.edited);
	const kept = () => (keep(path, body, doc), renew(view(doc, body)));
	const change = async s => {
		const made = await edited("Edit the sentence", s.text);
		if (!made || made.text === s.text) return;
		Object.assign(s, { text: made.text, edited: true, support: "undecided", verdict: undefined });
		kept();
	};
	const check = ({ target }) => {
		target.textContent = "Checking…";
		saying(recheck(doc, changed).finally(kept), "Checked");
	};
	return [
		h("div.row.bar", changed[0] && button(`Check ${plural(changed.length, "edited sentence")}`, check), exports(() => doc), again(path, body)),
		written(doc, { edit: s => pencil("the sentence", () => change(s)) }),
	];
}

/** Judge changed sentences in one request; its places count code points. */
async function recheck(doc, changed) {
	const bib = await (await rendered(doc, "bibtex")).text();
	const key = c => `@${doc.references.find(r => r.paper_id === c.paper_id).key}`;
	const line = s => (s.citations.length ? `${s.text.replace(/[.\s]+$/, "")} [${[...new Set(s.citations.map(key))].join("; ")}].` : s.text);
	const sent = changed.map(s => [s, s.text, `${line(s)}\n\n`]);
	const { claims } = await post("/v1/checks", { text: sent.map(([, , text]) => text).join(""), format: "markdown", bib, file: "draft" });
	let end = 0;
	for (const [s, was, text] of sent) {
		const start = end;
		end += Array.from(text).length;
		const found = claims.filter(claim => claim.start >= start && claim.start < end).map(claim => claim.verdict);
		if (s.text !== was) continue;
		s.verdict = VERDICTS[Object.keys(VERDICTS).find(worst => found.includes(worst)) ?? "undecided"];
		s.support = ["supported", "partial"].includes(s.verdict) ? s.verdict : "undecided";
		s.edited = false;
	}
}

async function makePlan() {
	const form = new FormData($("form"));
	const { text } = await post("/v1/plans", { topic: form.get("topic").trim(), words: Number(form.get("words")) || undefined, abstract: form.get("abstract")?.trim(), filters });
	plan.value = text;
	$("#planning").open = true;
	say(text ? "A plan to edit" : "The library holds nothing to plan from");
}

plan.value = sessionStorage.getItem("plan") ?? "";
$("#planning").open = Boolean(plan.value);
$("#make-plan").onclick = () => $("form").reportValidity() && saying(makePlan());
window.onpagehide = () => sessionStorage.setItem("plan", plan.value);
if (topic) {
	const body = { topic, words: count("words"), filters };
	if (!survey) Object.assign(body, { style: param("style"), abstract: param("abstract"), plan: plan.value.trim() || undefined });
	run(path, body, doc => view(doc, body));
}
