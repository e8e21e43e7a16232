// Elements are made from text: no paper becomes markup.

export const $ = (selector, from = document) => from.querySelector(selector);
export const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
export const cloned = id => $(id).content.firstElementChild.cloneNode(true);
export const params = new URLSearchParams(location.search);
export const param = name => params.get(name)?.trim() || undefined;
export const count = name => Number(param(name)) || undefined;
export const main = $("#result");
export const ITEM = { "data-item": true, tabindex: "-1" };

/** h("p.lead", {id: "x", click: run}, "text", [nodes]) */
export function h(what, ...children) {
	const [tag, ...classes] = what.split(".");
	const element = document.createElement(tag);
	const props = children[0]?.constructor === Object ? children.shift() : {};
	if (classes.length) element.className = classes.join(" ");
	for (const [name, value] of Object.entries(props)) {
		if (typeof value === "function") element.addEventListener(name, value);
		else if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat(9).filter(child => child || child === 0));
	return element;
}

export const sign = text => h("span", { "aria-hidden": "true" }, text);
export const small = (...text) => h("span.muted.small", text);
export const button = (text, click, props) => h("button", { type: "button", click, ...props }, text);
export const plain = text => text.replace(/\\([%&$#_{}])/g, "$1");
export const words = (text, what = "span") => h(what, { dir: "auto" }, [text].flat().map(part => (part.nodeType ? part : plain(part))));
export const list = items => h("ul", items.map(item => h("li", item)));
export const folded = (summary, ...inside) => h("details.fold", h("summary", summary), inside);
export const paperPage = id => `/papers/${encodeURIComponent(id)}`;
export const paperLink = p => h("a", { href: paperPage(p.paper_id), dir: "auto" }, plain(p.title || p.paper_id));
export const pencil = (what, click) => button("✎", click, { class: "quiet small", "aria-label": `Edit ${what}` });
export const failed = error => h("p.notice.bad", { role: "alert" }, error.message);
export const showing = work => work.catch(error => place(failed(error)));
export const joined = (by, ...parts) => parts.filter(Boolean).join(by);
export const plural = (n, one) => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;
export const place = (...nodes) => main.replaceChildren(...nodes.flat(9).filter(Boolean));

export const scrolled = (label, heads, rows) =>
	h("div.scroll", { tabindex: "0", role: "region", "aria-label": label },
		h("table", h("thead", h("tr", heads.map(head => h("th", { scope: "col" }, head)))), h("tbody", rows)));

export const line = (head, ...cells) => h("tr", ITEM, h("th", { scope: "row" }, head), cells.map(cell => (cell?.tagName === "TD" ? cell : h("td", cell))));

/** Whether a dialog was left by a button that has a value. */
export function confirmed(dialog) {
	dialog.returnValue = "";
	dialog.showModal();
	return new Promise(resolve => (dialog.onclose = () => resolve(dialog.returnValue !== "")));
}

/** Tell a screen reader, and unless `quiet` the eye. */
export function say(text, quiet) {
	const said = $("#said");
	said.textContent = text;
	said.classList.toggle("shown", !quiet);
	clearTimeout(say.timer);
	say.timer = setTimeout(() => said.classList.remove("shown"), 2e3 + 60 * text.length);
}

export const saying = (work, done) => work.then(() => done && say(done), error => say(error.message));

/** "/compare?q=…&id=…"; empty values are left out. */
export function address(path, pairs) {
	const query = Object.entries(pairs).flatMap(([name, value]) => [value ?? ""].flat().map(one => [name, one]));
	return `${path}?${new URLSearchParams(query.filter(([, one]) => one !== ""))}`;
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

export const copies = (text, item, key = text) => Object.assign(item, { key, asCopied: () => copy(text) });

export function save(content, name) {
	h("a", { href: URL.createObjectURL(new Blob([content])), download: name }).click();
}

export function onDrop(take) {
	document.ondragover = event => event.preventDefault();
	document.ondrop = event => {
		event.preventDefault();
		if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
	};
}
