// One paper: its abstract, what one keeps about it, and what stands near it.

import "./app.js";
import { paper, paperPath, post, remove } from "./api.js";
import { about, chip, inWords, webAddress } from "./evidence.js";
import { ITEM, address, button, copy, failed, h, main, paperLink, place, saying, words } from "./dom.js";
import { noted, statusOf } from "./shelf.js";

const id = decodeURIComponent(location.pathname.slice("/papers/".length));

function kept(p) {
	if (!("reading_status" in p)) return null;
	const tags = h("input", { value: p.tags.join(", "), placeholder: "adapters, to cite" });
	const notes = h("textarea", { rows: "3" }, p.notes.map((note) => note.text).join("\n\n"));
	const note = () => (notes.value.trim() ? [{ note_id: p.notes[0]?.note_id, text: notes.value.trim() }] : []);
	const save = () => noted(id, { tags: tags.value.split(",").map((tag) => tag.trim()).filter(Boolean), notes: note() });
	const erase = () => confirm("Delete this paper from the library?") && saying(remove(paperPath(id)).then(() => location.assign("/library")));
	return [h("h2", "Yours"), h("label.wide", "Tags", tags), h("label.wide", "Notes", notes), h("p.row", button("Save", save), statusOf(p), button("Delete", erase))];
}

async function near(p) {
	const { hits } = await post("/v1/search", { query: p.title.slice(0, 500), k: 6 });
	const others = hits.filter((hit) => hit.paper_id !== id);
	if (!others.length) return;
	const one = (o) => h("p", ITEM, paperLink(o), " ", chip(o, o, "near"));
	main.append(h("h2", "Near it"), ...others.map(one), h("a.button", { href: address("/compare", { q: p.title, id: [id, ...others.map((o) => o.paper_id)] }) }, "Compare them"));
}

async function show() {
	const p = await paper(id);
	if (!p) return place(h("h1", "Not here"), h("p", "The library has no paper of this id."));
	document.title = `${p.title} · litweave`;
	const web = webAddress(p);
	place(words(p.title, "h1"), h("p", about(p)),
		h("div.row", h("a.button", { href: address("/", { id }) }, "Ask about it"), button("Copy reference", () => copy(inWords(p), "Reference copied")), web && h("a.button", { href: web, rel: "noreferrer" }, "At its source")),
		h("h2", "Abstract"), words(p.abstract || "Its source gives none: it can be found, never quoted.", "p"), kept(p));
	return near(p);
}

show().catch((error) => place(failed(error)));
