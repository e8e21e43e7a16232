// Ways to fill a library, and what became of every record.

import { LATER, get, post } from "./api.js";
import { $, failed, folded, h, list, onDrop, plural, say } from "./dom.js";

const ID = /^(doi: ?|https?:\S+\/)?10\.\d{4,}\/\S+$|^(arxiv: ?)?\d{4}\.\d{4,5}(v\d+)?$/i;
let done;

/** Make the offers of the page work; `added` is called once papers were. */
export function offers(added) {
	done = added;
	onDrop(add);
	$("#files").onchange = (event) => add([...event.target.files]);
	$("#sample").onclick = async () => add([new File([await (await fetch("/sample.jsonl")).blob()], "sample.jsonl")]);
	$("#paste").onclick = () => {
		const text = $("#pasted").value;
		const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
		if (!lines.length) say("Paste something first");
		else if (lines.every((line) => ID.test(line))) told(post("/v1/fetches", { ids: lines }, LATER));
		else add([new File([text], "pasted.txt")]);
	};
}

function add(files) {
	const form = new FormData();
	for (const file of files) form.append("files", file);
	told(post("/v1/papers", form, LATER));
}

async function told(sent) {
	const bar = h("progress", { "aria-label": "Import" });
	const place = $("#became");
	place.replaceChildren(bar, h("p.muted", "Importing…"));
	try {
		const report = await finished(await sent, bar);
		place.replaceChildren(...became(report));
		if (report.added && !report.rejected.length) setTimeout(done, 900, report);
	} catch (error) {
		place.replaceChildren(failed(error));
	}
}

/** A job's result, or the document itself where the server did the work at once. */
async function finished(reply, bar) {
	if (!reply.job) return reply;
	const path = `/v1/jobs/${encodeURIComponent(reply.job.id)}`;
	for (;;) {
		const { job } = await get(path);
		if (job.progress) {
			if (job.progress.total) Object.assign(bar, { max: job.progress.total, value: job.progress.done });
			bar.nextSibling.textContent = `${job.progress.done.toLocaleString("en")} ${job.progress.unit} read`;
		}
		if (job.state === "done") return get(`${path}/result`);
		if (!["queued", "running"].includes(job.state)) throw job.error ?? { message: `The import was ${job.state}.` };
		await new Promise((resume) => setTimeout(resume, 400));
	}
}

function became(report) {
	const rejected = [...report.rejected, ...(report.errors ?? []).map((e) => ({ source: e.source, reason: e.message }))];
	const lines = (name, records) => records.length > 0 && folded(`${name} (${records.length})`,
		list(records.slice(0, 200).map((r) => [h("b", r.source, r.line && `, line ${r.line}`), `: ${r.reason ?? r.text}`]), "ul"));
	const summary = `${plural(report.added, "paper")} added, ${plural(report.duplicates, "duplicate")}, ${rejected.length} rejected.`;
	const reasons = lines("Rejected, with reasons", rejected);
	if (reasons) reasons.open = true;
	return [h("p.notice.good", summary), reasons, lines("Fields that could not be read", report.remarks)].filter(Boolean);
}
