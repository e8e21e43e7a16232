// What one keeps about a paper.

import { paperPath, patch } from "./api.js";
import { h, saying } from "./dom.js";

export const noted = (id, fields) => saying(patch(paperPath(id), fields), "Saved");

/** A select of reading statuses that saves what is chosen. */
export function statusOf(p) {
	const options = ["", "to_read", "reading", "read"].map((value) => h("option", { value, selected: (p.reading_status ?? "") === value }, value.replace("_", " ") || "no status"));
	const select = h("select", { "aria-label": `Reading status of ${p.title}`, change: () => noted(p.paper_id, { reading_status: select.value || null }) }, options);
	return select;
}
