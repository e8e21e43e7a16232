// The dialog to change a text in.

import { $ } from "./dom.js";

/** Resolves to {text, locked}, or to `null` where it was left. `locked` undefined: no lock is offered. */
export function edited(title, text, locked) {
	const dialog = $("#editor");
	const [area, lock] = [$("textarea", dialog), $("input", dialog)];
	$("h2", dialog).textContent = title;
	[area.value, lock.checked, lock.parentNode.hidden, dialog.returnValue] = [text, locked, locked === undefined, ""];
	dialog.showModal();
	return new Promise((resolve) => {
		const made = () => ({ text: area.value.replace(/\s+/g, " ").trim(), locked: lock.checked });
		dialog.onclose = () => resolve(dialog.returnValue ? made() : null);
	});
}
