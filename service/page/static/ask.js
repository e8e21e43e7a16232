import "./app.js";
import { filters, get } from "./api.js";
import { $, ITEM, address, h, param, params, place, plural, showing } from "./dom.js";
import { offers } from "./filling.js";
import { again, exports, run, written } from "./text.js";

const question = param("q");
const body = { question, before: params.getAll("before"), filters };

function answer(doc) {
	const id = doc.references.map(r => r.paper_id);
	if (!id[0]) return written(doc);
	$("#further").append(...id.map(value => h("input", { type: "hidden", name: "id", value })));
	$("#further [name=q]").placeholder = `Ask on, about ${id[1] ? `these ${id.length} papers` : "this paper"}`;
	$("#further").hidden = false;
	return [h("div.row.bar", exports(() => doc), again("/v1/ask", body), id[1] && h("a.button", { href: address("/compare", { q: doc.question, id }) }, "Compare")), written(doc)];
}

async function welcome() {
	const { papers, examples } = await get("/v1/overview");
	$("#size").textContent = papers ? `${plural(papers, "paper")} in your library` : "The library is empty.";
	$("#add").hidden = papers > 0;
	offers();
	place(examples.map(q => h("p.example", ITEM, h("a.button", { href: address("/", { q }) }, q))));
}

if (question) run("/v1/ask", body, answer);
else showing(welcome());
