// Theme, keys, and forms that send only what was filled in.

import { close } from "./evidence.js";
import { $, $$ } from "./dom.js";

document.addEventListener("formdata", ({ formData }) => {
	for (const [name, value] of [...formData]) if (!value.trim()) formData.delete(name);
});

const root = document.documentElement;
const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches && "dark")) === "dark";
const theme = $("#theme");
const pressed = () => theme.setAttribute("aria-pressed", dark());
pressed();
theme.onclick = () => {
	root.dataset.theme = dark() ? "light" : "dark";
	document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=strict`;
	pressed();
};

const keys = $("#keys");
const help = () => $("#help").showModal();
$("#keys-help").onclick = help;
keys.checked = localStorage.getItem("keys") !== "off";
keys.onchange = () => localStorage.setItem("keys", keys.checked ? "on" : "off");

const current = () => document.activeElement.closest("[data-item]") ?? $(".current");

function step(by) {
	const all = $$("[data-item]").filter(item => item.checkVisibility());
	const next = all[Math.max(all.indexOf(current()) + by, 0)];
	if (!next) return;
	$(".current")?.classList.remove("current");
	next.classList.add("current");
	next.focus();
	next.scrollIntoView({ block: "nearest" });
}

const actions = {
	"/": () => ($("[data-search]")?.focus(), $("[data-search]")?.select()),
	j: () => step(1),
	k: () => step(-1),
	o: () => (current() ?? step(1), $("button.cite, a, button", current())?.click()),
	c: () => current()?.asCopied?.(),
	"?": help,
};

document.onkeydown = event => {
	const at = event.target;
	if (event.key === "Enter" && !event.shiftKey && !event.isComposing && at.matches("[data-enter]")) {
		event.preventDefault();
		at.form.requestSubmit();
	}
	if (event.key === "Escape") close();
	if (event.ctrlKey || event.metaKey || event.altKey || !keys.checked || !actions[event.key] || $("dialog[open]") || at.matches("input, textarea, select")) return;
	event.preventDefault();
	actions[event.key]();
};
