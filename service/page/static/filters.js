// Which papers a request is about: bounds of the form, and papers that were chosen one by one.

import { params } from "./dom.js";

/** {filters: {…}} of the address; {} where nothing is restricted. */
export function filters() {
	const found = {};
	for (const name of ["year_from", "year_to", "min_upvotes"]) if (params.get(name)) found[name] = Number(params.get(name));
	if (params.has("id")) found.paper_ids = params.getAll("id");
	for (const [name, field] of [["tag", "tags"], ["reading_status", "reading_status"]]) if (params.get(name)) found[field] = params.getAll(name);
	return Object.keys(found).length ? { filters: found } : {};
}
