// Draft: a plan to edit, the text that follows it, sentences to change and to check again.

import "./app.js";
import { keep, post, rendered } from "./api.js";
import { edited } from "./editing.js";
import { VERDICTS } from "./evidence.js";
import { exports } from "./exports.js";
import { filters } from "./filters.js";
import { $, button, h, params, place, plural, say, saying } from "./dom.js";
import { again, run } from "./run.js";
import { written } from "./text.js";

const topic = params.get("topic")?.trim();
const survey = params.get("kind") === "survey";
const path = survey ? "/v1/surveys" : "/v1/drafts";
const abstract = params.get("abstract")?.trim();
const plan = $("#plan");

function view(doc, body) {
	const changed = [...(doc.paragraphs ?? []), ...(doc.sections ?? []).flatMap((s) => s.paragraphs)].flat().filter((s) => s.edited);
	const show = () => (keep(path, body, doc), place(view(doc, body)));
	const change = async (s) => {
		const made = await edited("Edit the sentence", s.text);
		if (!made || made.text === s.text) return;
		Object.assign(s, { text: made.text, edited: true, support: "undecided", verdict: undefined });
		show();
	};
	const edit = (s) => button("✎", () => change(s), { class: "quiet small", "aria-label": "Edit the sentence" });
	const check = () => saying(recheck(doc, changed).then(show), "Checked");
	return [
		h("div.row.bar", changed.length > 0 && button(`Check ${plural(changed.length, "edited sentence")}`, check), exports(() => doc), again(path, body)),
		written(doc, { edit }),
	];
}

/** Judge changed sentences against what they cite: one a line, so that a verdict finds its sentence. */
async function recheck(doc, changed) {
	const bib = await (await rendered(doc, "bibtex")).text();
	const keys = [...bib.matchAll(/^@\w+\{([^,\s]+),/gm)].map((found) => `@${found[1]}`);
	const key = (c) => keys[doc.references.findIndex((r) => r.paper_id === c.paper_id)];
	const line = (s) => (s.citations.length ? `${s.text.replace(/[.\s]+$/, "")} [${[...new Set(s.citations.map(key))].join("; ")}].` : s.text);
	const { claims } = await post("/v1/checks", { text: changed.map(line).join("\n\n"), format: "markdown", bib, file: "draft" });
	changed.forEach((s, n) => {
		const found = claims.filter((claim) => claim.line === 2 * n + 1).map((claim) => claim.verdict);
		s.verdict = VERDICTS[Object.keys(VERDICTS).find((verdict) => found.includes(verdict)) ?? "undecided"];
		s.support = ["supported", "partial"].includes(s.verdict) ? s.verdict : "undecided";
		s.edited = false;
	});
}

async function makePlan() {
	const form = new FormData($("form"));
	const own = form.get("abstract")?.trim();
	const asked = { topic: form.get("topic").trim(), words: Number(form.get("words") || 300), ...filters() };
	const { text } = await post("/v1/plans", own ? { ...asked, abstract: own } : asked);
	plan.value = text;
	$("#planning").open = true;
	say(text ? "A plan to edit" : "The library holds nothing to plan from");
}

plan.value = sessionStorage.getItem("plan") ?? "";
$("#planning").open = Boolean(plan.value);
$("#make-plan").onclick = () => $("form").reportValidity() && saying(makePlan());
window.onpagehide = () => sessionStorage.setItem("plan", plan.value);
if (topic) {
	const body = { topic, words: Number(params.get("words") || (survey ? 1500 : 300)), ...filters() };
	if (!survey) Object.assign(body, { style: params.get("style") || "numeric" }, abstract && { abstract }, plan.value.trim() && { plan: plan.value });
	run(path, body, (doc) => view(doc, body));
}
