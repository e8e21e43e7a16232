import "./app.js";
import { paper, paperPath, patch, post, remove } from "./api.js";
import { about, chip, inWords, statusOf, webAddress } from "./evidence.js";
import { $, ITEM, address, button, copy, h, paperLink, place, plain, saying, showing, words } from "./dom.js";

const id = decodeURIComponent(location.pathname.slice("/papers/".length));

function kept(p) {
	const notes = [...p.notes, {}].map(({ note_id, text = "" }) => [note_id, h("textarea", { rows: "2", "aria-label": note_id ? "Note" : "New note", placeholder: "A new note" }, text)]);
	$("#tags").value = p.tags.join(", ");
	$("#notes").replaceChildren(...notes.map(([, area]) => area));
	$("#status").replaceChildren(statusOf(p));
	$("#save").onclick = () => {
		const texts = notes.map(([note_id, area]) => ({ note_id, text: area.value.trim() }));
		const tags = $("#tags").value.split(",").map(tag => tag.trim());
		saying(patch(paperPath(id), { tags: tags.filter(Boolean), notes: texts.filter(({ text }) => text) }).then(kept), "Saved");
	};
}

async function near(p) {
	const { hits } = await post("/v1/search", { query: p.title.slice(0, 500), k: 6 });
	const others = hits.filter(hit => hit.paper_id !== id);
	if (!others[0]) return;
	const all = [id, ...others.map(o => o.paper_id)];
	$("#near").append(h("h2", "Near it"), ...others.map(o => h("p", ITEM, paperLink(o), " ", chip(o, o, "near"))), h("a.button", { href: address("/compare", { q: p.title, id: all }) }, "Compare them"));
}

async function show() {
	const p = await paper(id);
	if (!p) return place(h("h1", "Not here"), h("p", h("a", { href: "/library" }, "The library"), " has no paper of this id."));
	document.title = `${plain(p.title)} · litweave`;
	const web = webAddress(p);
	place(words(p.title, "h1"), h("p", about(p)),
		h("div.row", h("a.button", { href: address("/", { id }) }, "Ask about it"), button("Copy reference", () => copy(inWords(p), "Reference copied")), web && h("a.button", { href: web, rel: "noreferrer" }, "At its source")),
		h("h2", "Abstract"), words(p.abstract || "Its source gives none: it can be found, never quoted.", "p"));
	kept(p);
	$("#own").hidden = false;
	$("#erase").onclick = () => confirm("Delete this paper from the library?") && saying(remove(paperPath(id)).then(() => location.assign("/library")));
	return near(p);
}

showing(show());
