// A request from its first event to its document, as every section shows it.

import { answered, forgotten } from "./api.js";
import { show, wide } from "./evidence.js";
import { $, button, failed, main, place, say } from "./dom.js";
import { progress } from "./text.js";

/** Ask `path` and show what `view(document)` makes of it. */
export async function run(path, body, view) {
	const leaving = new AbortController();
	const { element, on } = progress(() => leaving.abort());
	const waiting = setTimeout(place, 80, element);
	try {
		const doc = await answered(path, body, on, leaving.signal);
		clearTimeout(waiting);
		place(view(doc));
		const first = $("button.cite", main);
		if (first && wide.matches) show(first);
		say(doc.status === "not_in_corpus" ? "Nothing in the library answers this" : "Done", true);
	} catch (error) {
		clearTimeout(waiting);
		place(failed(error.name === "AbortError" ? { message: "Stopped." } : error), button("Try again", () => location.reload()));
	}
}

/** A button that asks anew what is remembered. */
export const again = (path, body, first) => button("Run again", () => (first?.(), forgotten(path, body), location.reload()));
