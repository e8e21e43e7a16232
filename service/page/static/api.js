// The public /v1, and what it answered in this tab.

import { $, confirmed, paperPage, params } from "./dom.js";

const refusal = ({ message, next }, status) => Object.assign(new Error(next ? `${message} (${next})` : message), { status });
const lost = () => refusal({ message: "The service cannot be reached; is it running?" }, 0);
const own = () => sessionStorage.getItem("key");
let asking;

/** Ask for a key, once for all requests that wait for one; it is kept for the tab. */
async function keyGiven({ message }) {
	const field = $("#key input");
	$("#key p").textContent = message;
	field.value = "";
	const given = await confirmed($("#key"));
	if (given) sessionStorage.setItem("key", field.value.trim());
	[asking, field.value] = [null, ""];
	return given;
}

async function sent(method, path, body, headers = {}, signal) {
	if (body?.constructor === Object) {
		body = JSON.stringify(body);
		headers = { "Content-Type": "application/json", ...headers };
	}
	const token = own();
	if (token) headers = { ...headers, Authorization: `Bearer ${token}` };
	const reply = await fetch(path, { method, body, headers, signal }).catch((error) => {
		throw error.name === "AbortError" ? error : lost();
	});
	if (reply.ok) return reply;
	const { error } = await reply.json().catch(() => ({}));
	const refused = /^(Key|Scope)Needed$/.test(error?.type);
	if (refused && (token !== own() || (await (asking ??= keyGiven(error))))) return sent(method, path, body, headers, signal);
	throw refusal(error ?? { message: `The service answered ${reply.status}` }, reply.status);
}

export const get = async (path) => (await sent("GET", path)).json();
export const post = async (path, body) => (await sent("POST", path, body)).json();
export const patch = async (path, body) => (await sent("PATCH", path, body)).json();
export const fetched = async (path) => (await sent("GET", path)).blob();
export const remove = (path) => sent("DELETE", path);
export const rendered = async (document, format) => (await sent("POST", "/v1/render", { document, format })).blob();

const key = (path, body) => `${path} ${JSON.stringify(body)}`;
export const forgotten = (path, body) => sessionStorage.removeItem(key(path, body));

export function keep(path, body, document) {
	try {
		sessionStorage.setItem(key(path, body), JSON.stringify(document));
	} catch {
		// Full: all but the key can be asked for again.
		for (const name of Object.keys(sessionStorage)) if (name.startsWith("/v1")) sessionStorage.removeItem(name);
	}
}

/** What `path` answers, or answered in this tab before; `on` hears of each event. */
export async function answered(path, body, on, signal) {
	const kept = sessionStorage.getItem(key(path, body));
	if (kept) return JSON.parse(kept);
	const document = await streamed(path, body, on, signal);
	keep(path, body, document);
	return document;
}

/** A line that breaks is taken up after the last event. */
export async function streamed(path, body, on, signal) {
	const accept = { Accept: "text/event-stream" };
	let reply = await sent("POST", path, body, accept, signal);
	let last = "";
	for (let tries = 1; ; tries++) {
		try {
			for await (const { id, name, data } of events(reply.body)) {
				if (id) [last, tries] = [id, 1];
				if (name === "document") return data;
				if (name === "error") throw refusal(data.error, 200);
				on(name, data);
			}
		} catch (error) {
			if ("status" in error || signal?.aborted) throw error;
		}
		if (!last || tries > 3) throw lost();
		await new Promise((resume) => setTimeout(resume, 500 * tries));
		const job = encodeURIComponent(last.slice(0, last.lastIndexOf(":")));
		reply = await sent("GET", `/v1/jobs/${job}/events`, undefined, { ...accept, "Last-Event-ID": last }, signal);
	}
}

async function* events(stream) {
	let rest = "";
	for await (const text of stream.pipeThrough(new TextDecoderStream())) {
		const blocks = (rest + text).split("\n\n");
		rest = blocks.pop();
		for (const block of blocks) {
			const found = {};
			for (const [, field, value] of block.matchAll(/^(\w+): ?(.*)$/gm)) found[field] = value;
			if (found.data) yield { id: found.id, name: found.event, data: JSON.parse(found.data) };
		}
	}
}

/** {filters} of the address, or {} */
export function filters() {
	const found = {};
	for (const name of ["year_from", "year_to", "min_upvotes"]) if (params.get(name)) found[name] = Number(params.get(name));
	for (const [name, field] of [["id", "paper_ids"], ["tag", "tags"], ["reading_status", "reading_status"]]) if (params.get(name)) found[field] = params.getAll(name);
	return Object.keys(found)[0] ? { filters: found } : {};
}

const papers = new Map();
export const paperPath = (id) => `/v1${paperPage(id)}`;

/** A paper, asked for once, or `null`. */
export async function paper(id) {
	if (!papers.has(id)) papers.set(id, await get(paperPath(id)).catch((error) => (error.status === 404 ? null : Promise.reject(error))));
	return papers.get(id);
}

/** A drawing as an element. */
export function drawing(path) {
	const request = new XMLHttpRequest();
	request.open("GET", path);
	request.responseType = "document";
	if (own()) request.setRequestHeader("Authorization", `Bearer ${own()}`);
	request.send();
	return new Promise((resolve) => (request.onload = () => resolve(request.responseXML.documentElement)));
}
