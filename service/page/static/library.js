// Library: what is there, by year, by search and by tag; choosing papers to ask or to compare.

import "./app.js";
import { get, post } from "./api.js";
import { about, chip, inWords } from "./evidence.js";
import { offers } from "./filling.js";
import { filters } from "./filters.js";
import { $, ITEM, address, button, copies, failed, h, main, paperLink, params, place, plural, saying } from "./dom.js";
import { statusOf } from "./shelf.js";

const { q, ...query } = Object.fromEntries(params);
const picked = new Set();

function row(p) {
	const box = h("input", { type: "checkbox", "aria-label": `Choose ${p.title}`, change: () => choose(p.paper_id, box.checked) });
	const facts = [about(p), " ", p.tags?.map((tag) => h("a.tag", { href: address("/library", { tag }) }, tag))];
	return copies(inWords(p), h("div.line", ITEM, h("label.check", box), h("div", paperLink(p), h("br"), facts, p.quote && h("p.small", `“${p.quote}” `, chip(p, p, "near"))), "reading_status" in p && statusOf(p)));
}

function choose(paper, on) {
	picked[on ? "add" : "delete"](paper);
	const id = [...picked];
	const to = (name, path, pairs) => h("a.button", { href: address(path, { ...pairs, id }) }, name);
	$("#picked")?.remove();
	if (id.length) document.body.append(h("div.row", { id: "picked", role: "region", "aria-label": "Chosen papers" }, plural(id.length, "paper"), to("Ask", "/"), to("Compare", "/compare"), ["bibtex", "ris"].map((format) => to(format, "/v1/papers/export", { format }))));
}

async function papers(cursor) {
	const found = q ? await post("/v1/search", { query: q, k: 50, ...filters() }) : await get(address("/v1/papers", { ...query, cursor, limit: 50 }));
	const all = found.hits ?? found.papers;
	if (!cursor) place(h("h2.unseen", "Papers"));
	$("#more")?.remove();
	main.append(...all.map(row), found.cursor ? button("More", () => papers(found.cursor), { id: "more" }) : "");
	if (!all.length) main.append(h("p.muted", found.note ?? "No paper passes."));
}

/** Pairs that may be one paper, to be confirmed. */
async function duplicates() {
	const { possible } = await get("/v1/papers/merges/possible").catch(() => ({ possible: [] }));
	const one = ({ papers, against }) => {
		const merge = () => saying(post("/v1/papers/merge", { paper_ids: papers.map((p) => p.paper_id), force: true }).then(() => item.remove()), "Merged");
		const item = h("div.claim", ITEM, papers.map((p) => h("p", paperLink(p),  " ", about(p))), h("p.small.muted", against), button("Same paper: merge", merge));
		return item;
	};
	if (possible.length) $("#duplicates").replaceChildren(h("h2", "Perhaps the same paper"), ...possible.map(one));
}

async function show() {
	const { papers: count } = await get("/v1/overview");
	$("#size").textContent = count ? plural(count, "paper") : "The library is empty. Fill it from one of these:";
	$("#adding").open = !count;
	$("form").hidden = $("iframe").hidden = !count;
	if (!count) return;
	duplicates();
	await papers();
}

offers(() => location.reload());
show().catch((error) => place(failed(error)));
