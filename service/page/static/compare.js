// Compare: papers by columns; cells can be edited, and locked so that running again leaves them.

import "./app.js";
import { edited } from "./editing.js";
import { exports } from "./exports.js";
import { filters } from "./filters.js";
import { button, h, params, place } from "./dom.js";
import { again, run } from "./run.js";
import { written } from "./text.js";

const PATH = "/v1/comparisons";
const question = params.get("q")?.trim();
const columns = (params.get("columns") ?? "").split(",").map((c) => c.trim()).filter(Boolean);
const body = { question, columns, rows: Number(params.get("rows") || 8), sort: params.get("sort") || "relevance", ...filters() };
const shelf = `cells ${question}`;
const cells = JSON.parse(localStorage.getItem(shelf) ?? "{}");
const keep = () => localStorage.setItem(shelf, JSON.stringify(cells));
const own = (row, column) => cells[`${row.paper_id}\n${column}`];

/** The document with the reader's own cells in place of what was found. */
function withOwn(doc) {
	const changed = structuredClone(doc);
	for (const row of changed.matrix.rows)
		for (const column of changed.matrix.columns) {
			const { value, citations, was } = own(row, column) ?? {};
			if (value) row.cells[column] = { citations, value: value === was ? value : `${value} (edited)` };
		}
	return changed;
}

function view(doc) {
	if (!doc.matrix) return written(doc);
	const change = async (row, column) => {
		const { value = "", citations = [], was = value, locked = false } = own(row, column) ?? doc.matrix.rows.find((r) => r.paper_id === row.paper_id).cells[column] ?? {};
		const made = await edited(column, value, locked);
		if (!made) return;
		cells[`${row.paper_id}\n${column}`] = made.locked || made.text !== was ? { value: made.text, citations, was, locked: made.locked } : undefined;
		keep();
		place(view(doc));
	};
	const tools = (row, column) => [own(row, column)?.locked && h("span.tag", "locked"), button("Edit", () => change(row, column), { class: "quiet small", "aria-label": `Edit ${column}` })];
	const release = () => {
		for (const name in cells) if (!cells[name].locked) delete cells[name];
		keep();
	};
	return [h("div.row.bar", exports(() => withOwn(doc)), again(PATH, body, release)), written(withOwn(doc), { tools })];
}

if (question) run(PATH, body, view);
