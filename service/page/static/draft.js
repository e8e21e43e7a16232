// Draft: a plan, its text, sentences to change and check.

import "./app.js";
import { filters, keep, post, rendered } from "./api.js";
import { VERDICTS } from "./evidence.js";
import { $, button, h, params, place, plural, say, saying } from "./dom.js";
import { again, edited, exports, run } from "./run.js";
import { sentencesOf, written } from "./text.js";

const topic = params.get("topic")?.trim();
const survey = params.get("kind") === "survey";
const path = survey ? "/v1/surveys" : "/v1/drafts";
const abstract = params.get("abstract")?.trim();
const plan = $("#plan");

function view(doc, body) {
	const changed = sentencesOf(doc).filter((s) => s.edited);
	const show = () => place(view(doc, body));
	const kept = () => (keep(path, body, doc), show());
	const change = async (s) => {
		const made = await edited("Edit the sentence", s.text);
		if (!made || made.text === s.text) return;
		Object.assign(s, { text: made.text, edited: true, support: "undecided", verdict: undefined });
		kept();
		$(`#s${sentencesOf(doc).indexOf(s)} + button`).focus();
	};
	const edit = (s) => button("✎", () => change(s), { class: "quiet small", "aria-label": "Edit the sentence" });
	const check = () => saying(recheck(doc, changed, show, kept), "Checked");
	return [
		h("div.row.bar", changed.length > 0 && button(`Check ${plural(changed.length, "edited sentence")}`, check, { disabled: changed.some((s) => s.checking) }), exports(() => doc), again(path, body)),
		written(doc, { edit }),
	];
}

/** Judge changed sentences one after another. */
async function recheck(doc, changed, show, kept) {
	const bib = await (await rendered(doc, "bibtex")).text();
	const key = (c) => `@${doc.references.find((r) => r.paper_id === c.paper_id).key}`;
	const line = (s) => (s.citations.length ? `${s.text.replace(/[.\s]+$/, "")} [${[...new Set(s.citations.map(key))].join("; ")}].` : s.text);
	for (const s of changed) {
		s.checking = true;
		show();
		try {
			const { claims } = await post("/v1/checks", { text: line(s), format: "markdown", bib, file: "draft" });
			s.verdict = VERDICTS[Object.keys(VERDICTS).find((worst) => claims.some(({ verdict }) => verdict === worst)) ?? "undecided"];
			s.support = ["supported", "partial"].includes(s.verdict) ? s.verdict : "undecided";
			s.edited = false;
		} finally {
			delete s.checking;
			kept();
		}
	}
}

async function makePlan() {
	const form = new FormData($("form"));
	const own = form.get("abstract")?.trim();
	const { text } = await post("/v1/plans", { topic: form.get("topic").trim(), words: Number(form.get("words") || 300), ...(own && { abstract: own }), ...filters() });
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
