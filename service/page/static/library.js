import "./app.js";
import { drawing, fetched, filters, get, post } from "./api.js";
import { about, chip, inWords, statusOf } from "./evidence.js";
import { offers } from "./filling.js";
import { $, $$, ITEM, address, button, copies, h, main, paperLink, params, place, plural, save, saying, showing, words } from "./dom.js";

const { q, ...query } = Object.fromEntries(params);
const picked = $("#picked");

function row(p) {
	const box = h("input", { type: "checkbox", form: "picked", name: "id", value: p.paper_id, "aria-label": `Choose ${p.title}`, change: choose });
	const tags = p.tags?.map(tag => h("a.tag", { href: address("/library", { tag }) }, tag));
	const quote = p.quote && h("p.small", words(`“${p.quote}” `), chip(p, p, "near"));
	return copies(inWords(p), h("div.line", ITEM, h("label.check", box), h("div", paperLink(p), h("br"), about(p), " ", tags, quote), p.notes && statusOf(p)));
}

function choose() {
	const id = new FormData(picked).getAll("id");
	picked.hidden = !id[0];
	$("span", picked).textContent = plural(id.length, "paper");
	for (const item of $$("[name]", picked)) item.onclick = () => saying(taken(item.value, item.name, id));
}

const taken = async (format, suffix, id) => save(await fetched(address("/v1/papers/export", { format, id })), `papers.${suffix}`);

async function papers(cursor) {
	const found = q ? await post("/v1/search", { query: q, k: 50, filters }) : await get(address("/v1/papers", { ...query, cursor, limit: 50 }));
	const all = found.hits ?? found.papers;
	if (!cursor) place(h("h2.unseen", "Papers"), !all[0] && h("p.muted", "No paper passes."));
	$("#more")?.remove();
	const rows = all.map(row);
	main.append(...rows, found.cursor ? button("More", () => papers(found.cursor), { id: "more" }) : "");
	if (cursor) rows[0]?.focus();
}

async function duplicates() {
	const { possible } = await get("/v1/papers/merges/possible");
	const one = ({ papers, against }) => {
		const decide = (path, more, said) => () => saying(post(path, { paper_ids: papers.map(p => p.paper_id), ...more }).then(() => item.remove()), said);
		const item = h("div.claim", ITEM, papers.map(p => h("p", paperLink(p), " ", about(p))), h("p.small.muted", against),
			button("Same paper: merge", decide("/v1/papers/merge", { force: true }, "Merged")), " ", button("Different papers", decide("/v1/papers/distinct", {}, "Kept apart")));
		return item;
	};
	if (possible[0]) $("#duplicates").replaceChildren(h("h2", "Perhaps the same paper"), ...possible.map(one));
}

async function show() {
	const { papers: count } = await get("/v1/overview");
	$("#size").textContent = count ? plural(count, "paper") : "The library is empty. Fill it from one of these:";
	$("#adding").open = $("form").hidden = !count;
	if (!count) return;
	duplicates();
	await papers();
	$("#years").append(await drawing("/v1/timeline.svg"));
	$("#years").scrollLeft = 9999;
}

offers();
showing(show());
