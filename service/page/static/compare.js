import "./app.js";
import { filters } from "./api.js";
import { count, h, param, pencil } from "./dom.js";
import { renew } from "./evidence.js";
import { again, edited, exports, run, written } from "./text.js";

const PATH = "/v1/comparisons";
const question = param("q");
const columns = (param("columns") ?? "").split(",").map(c => c.trim()).filter(Boolean);
const body = { question, columns, rows: count("rows"), sort: param("sort"), filters };
const cells = JSON.parse(localStorage.getItem(`cells ${question}`) ?? "{}");
const keep = () => localStorage.setItem(`cells ${question}`, JSON.stringify(cells));
const name = (row, column) => `${row.paper_id}\n${column}`;

function withOwn(doc) {
	const changed = structuredClone(doc);
	for (const row of changed.matrix.rows)
		for (const column of changed.matrix.columns) {
			const { value, citations, was } = cells[name(row, column)] ?? {};
			if (value) row.cells[column] = { citations, value: value === was ? value : `${value} (edited)` };
		}
	return changed;
}

function view(doc) {
	if (!doc.matrix) return written(doc);
	const change = async (row, column) => {
		const found = doc.matrix.rows.find(r => r.paper_id === row.paper_id).cells[column];
		const { value = "", citations = [], was = value, locked = false } = cells[name(row, column)] ?? found ?? {};
		const made = await edited(column, value, locked);
		if (!made) return;
		cells[name(row, column)] = made.locked || made.text !== was ? { value: made.text, citations, was, locked: made.locked } : undefined;
		keep();
		renew(view(doc));
	};
	const tools = (row, column) => [cells[name(row, column)]?.locked && h("span.tag", "locked"), pencil(column, () => change(row, column))];
	const release = () => {
		for (const cell in cells) if (!cells[cell].locked) delete cells[cell];
		keep();
	};
	return [h("div.row.bar", exports(() => withOwn(doc)), again(PATH, body, release)), written(withOwn(doc), { tools })];
}

if (question) run(PATH, body, view);
