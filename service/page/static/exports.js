// A document as a file, and on the clipboard.

import { rendered } from "./api.js";
import { $, $$, button, copy, h, save, saying } from "./dom.js";

/** Copy and Export; `of` gives the document as it is at that moment. */
export function exports(of) {
	const menu = $("#exports");
	const download = async (item) => {
		menu.hidePopover();
		const heading = (of().question ?? of().topic).toLowerCase().replace(/[^a-z0-9]+/g, "-");
		save(await rendered(of(), item.value), `${heading.slice(0, 60)}.${item.name}`);
	};
	for (const item of $$("button", menu)) item.onclick = () => saying(download(item));
	const copied = async () => copy(await (await rendered(of(), "markdown")).text(), "Copied with references");
	return [button("Copy", () => saying(copied())), h("button", { type: "button", popovertarget: "exports" }, "Export")];
}
