// Papers by aspects: every cell opens its evidence.

import { MARKS, chip } from "./evidence.js";
import { $, $$, h, line, paperLink, scrolled, sign, small, words } from "./dom.js";

/** `tools(row, column)` adds to a cell what can be done with it. */
export function table(matrix, refs, tools) {
	const cell = (row, column) => {
		const value = row.cells[column];
		const { glyph, word, meaning: title } = MARKS.get(row.empty[column] ?? "not_found");
		const shown = value ? [words(value.value), " ", value.citations.map((c) => chip(c, refs.get(c.paper_id), "exact", false))] : h("span.muted.small", { title }, sign(`${glyph} `), word);
		return h("td", { "data-key": value?.value }, shown, tools?.(row, column));
	};
	const rows = matrix.rows.map((row, order) => {
		const { title, label, year } = refs.get(row.paper_id) ?? {};
		const head = [paperLink({ ...row, title }), small([label && `[${label}]`, year].filter(Boolean).join(" "))];
		return Object.assign(line(head, ...matrix.columns.map((column) => cell(row, column))), { order });
	});
	const heads = ["Paper", ...matrix.columns].map((name, n) => h("button.quiet", { type: "button", click: () => sort(made, n) }, name, sign(" ")));
	const made = scrolled("Comparison table", heads, rows);
	return made;
}

/** Up, down, as it was; what is empty last, numbers by size. */
function sort(table, n) {
	const heads = $$("thead th", table);
	const state = { ascending: "descending", descending: "none" }[heads[n].ariaSort] ?? "ascending";
	heads.forEach((head, at) => {
		head.ariaSort = at === n ? state : "none";
		$("span", head).textContent = { ascending: " ↑", descending: " ↓", none: " " }[head.ariaSort];
	});
	const key = ({ cells }) => (n ? cells[n].dataset.key : cells[0].textContent) ?? "";
	const sense = state === "ascending" ? 1 : -1;
	const bySize = (a, b) => (key(a) && key(b) ? key(a).localeCompare(key(b), "en", { numeric: true }) * sense : !key(a) - !key(b));
	$("tbody", table).append(...$$("tbody tr", table).sort(state === "none" ? (a, b) => a.order - b.order : bySize));
}
