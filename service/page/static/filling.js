import { fetched, streamed } from "./api.js";
import { $, button, failed, folded, h, list, onDrop, plural, say } from "./dom.js";

const ID = /^(doi: ?|https?:\S+\/)?10\.\d{4,}\/\S+$|^(arxiv: ?)?\d{4}\.\d{4,5}(v\d+)?$/i;
const done = () => location.reload();

export function offers() {
	onDrop(add);
	$("#files").onchange = event => add([...event.target.files]);
	$("#sample").onclick = async () => add([new File([await fetched("/sample.jsonl")], "sample.jsonl")]);
	$("#paste").onclick = () => {
		const text = $("#pasted").value;
		const ids = text.split("\n").map(line => line.trim()).filter(Boolean);
		if (!ids[0]) say("Paste something first");
		else if (ids.every(id => ID.test(id))) told("/v1/fetches", { ids });
		else add([new File([text], "pasted.txt")]);
	};
}

function add(files) {
	const form = new FormData();
	for (const file of files) form.append("files", file);
	told("/v1/papers", form);
}

async function told(path, body) {
	const bar = h("progress", { "aria-label": "Import" });
	const count = h("p.muted", "Importing…");
	$("#became").replaceChildren(bar, count);
	try {
		const report = await streamed(path, body, (name, { done: value, total: max, unit }) => {
			if (name !== "progress") return;
			if (max) Object.assign(bar, { max, value });
			count.textContent = `${value.toLocaleString("en")} ${unit} read`;
		});
		$("#became").replaceChildren(...became(report));
		if (report.added && !report.rejected.length) setTimeout(done, 900);
	} catch (error) {
		$("#became").replaceChildren(failed(error));
	}
}

function became(report) {
	const rejected = [...report.rejected, ...(report.errors ?? []).map(e => ({ source: e.source, reason: e.message }))];
	const one = r => [h("b", r.source, r.line && `, line ${r.line}`), `: ${r.reason ?? r.text}`];
	const lines = (name, records, open) => Object.assign(folded(`${name} (${records.length})`, list(records.slice(0, 200).map(one))), { open, hidden: !records[0] });
	return [h("p.notice.good", `${plural(report.added, "paper")} added, ${plural(report.duplicates, "duplicate")}, ${rejected.length} rejected.`),
		lines("Rejected, with reasons", rejected, true), lines("Fields that could not be read", report.remarks), button("Go on", done)];
}
