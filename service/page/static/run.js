// Asking, changing and taking away what was answered.

import { answered, forgotten, rendered } from "./api.js";
import { show, wide } from "./evidence.js";
import { $, $$, button, confirmed, copy, failed, h, main, place, save, say, saying } from "./dom.js";
import { progress } from "./text.js";

export async function run(path, body, view) {
	const leaving = new AbortController();
	const { element, on } = progress(() => leaving.abort());
	place(element);
	try {
		const doc = await answered(path, body, on, leaving.signal);
		place(view(doc));
		const first = $("button.cite", main);
		if (first && wide.matches) show(first);
		say(doc.status === "not_in_corpus" ? "Nothing in the library answers this" : "Done", true);
	} catch (error) {
		place(failed(error.name === "AbortError" ? { message: "Stopped." } : error), button("Try again", () => location.reload()));
	}
}

export const again = (path, body, first) => button("Run again", () => (first?.(), forgotten(path, body), location.reload()));

/** {text, locked}, or `null` where the dialog was left. `locked` undefined: no lock is offered. */
export async function edited(title, text, locked) {
	const dialog = $("#editor");
	const [area, lock] = [$("textarea", dialog), $("input", dialog)];
	$("h2", dialog).textContent = title;
	[area.value, lock.checked, lock.parentNode.hidden] = [text, locked, locked === undefined];
	return (await confirmed(dialog)) ? { text: area.value.replace(/\s+/g, " ").trim(), locked: lock.checked } : null;
}

/** Copy and Export; `of()` is the document by then. */
export function exports(of) {
	const menu = $("#exports");
	const download = async (item) => {
		menu.hidePopover();
		save(await rendered(of(), item.value), `${document.title.slice(0, 60)}.${item.name}`);
	};
	for (const item of $$("button", menu)) item.onclick = () => saying(download(item));
	const copied = async () => copy(await (await rendered(of(), "markdown")).text(), "Copied with references");
	return [button("Copy", () => saying(copied())), h("button", { type: "button", popovertarget: "exports" }, "Export")];
}
