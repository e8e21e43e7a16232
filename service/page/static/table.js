// Papers by aspects: sortable, the papers' column stays, every cell opens its evidence.

import { chip } from "./evidence.js";
import { $, $$, ITEM, h, paperLink, scrolled, sign, small, words } from "./dom.js";

const EMPTY = {
	not_reported: ["∅", "not reported", "The abstract does not report it"],
	not_found: ["–", "not found", "It could not be told whether the abstract reports it"],
};

/** The table of a matrix. `tools(row, column)` adds to a cell what can be done with it. */
export function table(matrix, refs, tools) {
	const rows = matrix.rows.map((row, order) => {
		const { title, label, year } = refs.get(row.paper_id) ?? {};
		const head = h("th", { scope: "row" }, paperLink({ ...row, title }), small([label && `[${label}]`, year].filter(Boolean).join(" ")));
		return Object.assign(h("tr", ITEM, head, matrix.columns.map((c) => cell(row, c, refs, tools))), { order });
	});
	const heads = ["Paper", ...matrix.columns].map((name, n) => h("button.quiet", { type: "button", click: () => sort(made, n) }, name, sign(" ")));
	const made = scrolled("Comparison table", heads, rows);
	return made;
}

function cell(row, column, refs, tools) {
	const value = row.cells[column];
	const [glyph, word, title] = EMPTY[row.empty[column]] ?? EMPTY.not_found;
	const shown = value
		? [words(value.value), " ", value.citations.map((c) => chip(c, refs.get(c.paper_id), "exact", false))]
		: h("span.gap", { title }, sign(`${glyph} `), word);
	return h("td", { "data-key": value?.value }, shown, tools?.(row, column));
}

/** Up, down, and as it was; what is empty comes last, numbers by their size. */
function sort(table, n) {
	const heads = $$("thead th", table);
	const states = { ascending: "descending", descending: "none", none: "ascending" };
	const state = states[heads[n].ariaSort ?? "none"];
	heads.forEach((head, at) => {
		head.ariaSort = at === n ? state : "none";
		$("span", head).textContent = { ascending: " ↑", descending: " ↓", none: " " }[head.ariaSort];
	});
	const key = (line) => (n ? line.cells[n].dataset.key : line.cells[0].textContent) ?? "";
	const up = (a, b) => (key(a) && key(b) ? key(a).localeCompare(key(b), "en", { numeric: true }) * (state === "ascending" ? 1 : -1) : !key(a) - !key(b));
	$("tbody", table).append(...$$("tbody tr", table).sort(state === "none" ? (a, b) => a.order - b.order : up));
}
