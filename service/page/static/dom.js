// Elements are made from text: nothing that a paper says becomes markup.

export const $ = (selector, from = document) => from.querySelector(selector);
export const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
export const params = new URLSearchParams(location.search);
export const main = $("#result");
/** What j and k walk through. */
export const ITEM = { "data-item": true, tabindex: "-1" };

/** h("p.lead", {id: "x", click: run}, "text", [nodes]): functions are listeners. */
export function h(what, props, ...children) {
	if (!props || typeof props !== "object" || props.nodeType || Array.isArray(props)) {
		children.unshift(props);
		props = {};
	}
	const [tag, ...classes] = what.split(".");
	const element = document.createElement(tag);
	if (classes.length) element.className = classes.join(" ");
	for (const [name, value] of Object.entries(props)) {
		if (typeof value === "function") element.addEventListener(name, value);
		else if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat(9).filter((child) => child || child === 0));
	return element;
}

/** A sign for the eye only; the words beside it say the same. */
export const sign = (text) => h("span", { "aria-hidden": "true" }, text);
export const small = (...text) => h("span.muted.small", text);
export const button = (text, click, props) => h("button", { type: "button", click, ...props }, text);
export const words = (text, what = "span") => h(what, { dir: "auto" }, text);
export const list = (items, what = "ul.plain") => h(what, items.map((item) => h("li", item)));
export const folded = (summary, ...inside) => h("details.fold", h("summary", summary), inside);
export const paperPage = (id) => `/papers/${encodeURIComponent(id)}`;
export const paperLink = (p) => h("a", { href: paperPage(p.paper_id), dir: "auto" }, p.title || p.paper_id);
export const failed = (error) => h("p.notice.bad", { role: "alert" }, error.message);
export const plural = (n, one) => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;
export const place = (...nodes) => main.replaceChildren(...nodes.flat(9).filter(Boolean));

/** A table that scrolls by itself; `heads` and the cells of `rows` are nodes or texts. */
export const scrolled = (label, heads, rows) =>
	h("div.scroll", { tabindex: "0", role: "region", "aria-label": label },
		h("table", h("thead", h("tr", heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", rows)));

/** Tell a screen reader, and unless `quiet` everybody for a moment. */
export function say(text, quiet) {
	const said = $("#said");
	said.textContent = text;
	said.classList.toggle("shown", !quiet);
	clearTimeout(say.timer);
	say.timer = setTimeout(() => said.classList.remove("shown"), 2500);
}

/** Say how work ended. */
export const saying = (work, done) => work.then(() => done && say(done), (error) => say(error.message));

/** "/compare?q=…&id=…"; empty values are left out. */
export function address(path, pairs) {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(pairs)) for (const one of [value].flat()) if (one != null && one !== "") query.append(name, one);
	return `${path}?${query}`;
}

export async function copy(text, done = "Copied") {
	try {
		await navigator.clipboard.writeText(text);
	} catch {
		const area = h("textarea.unseen", text);
		document.body.append(area);
		area.select();
		document.execCommand("copy");
		area.remove();
	}
	say(done);
}

/** What the key c copies of an item. */
export const copies = (text, item) => Object.assign(item, { asCopied: () => copy(text) });

export function save(content, name) {
	h("a", { href: URL.createObjectURL(new Blob([content])), download: name }).click();
}

/** Files that are dropped anywhere. */
export function onDrop(take) {
	document.ondragover = (event) => event.preventDefault();
	document.ondrop = (event) => {
		event.preventDefault();
		if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
	};
}
