// The public /v1, and what it answered in this tab.

import { paperPage } from "./dom.js";

export class Refused extends Error {
	constructor(error, status) {
		super(error.next ? `${error.message} (${error.next})` : error.message);
		this.status = status;
	}
}

const lost = { message: "The service cannot be reached; is it running?" };

async function sent(method, path, body, headers = {}, signal) {
	if (body?.constructor === Object) {
		body = JSON.stringify(body);
		headers = { "Content-Type": "application/json", ...headers };
	}
	let token = sessionStorage.getItem("key");
	if (token) headers = { ...headers, Authorization: `Bearer ${token}` };
	const reply = await fetch(path, { method, body, headers, signal }).catch((error) => {
		throw error.name === "AbortError" ? error : new Refused(lost, 0);
	});
	if (reply.ok) return reply;
	if (reply.status === 401 && (token = prompt("API key"))) {
		sessionStorage.setItem("key", token);
		return sent(method, path, body, headers, signal);
	}
	const { error } = await reply.json().catch(() => ({}));
	const told = /^(Not Found|Method Not Allowed)$/.test(error?.message) ? { message: "This server does not offer that." } : error;
	throw new Refused(told ?? { message: `The service answered ${reply.status}` }, reply.status);
}

export const get = async (path) => (await sent("GET", path)).json();
export const post = async (path, body, headers) => (await sent("POST", path, body, headers)).json();
export const patch = async (path, body) => (await sent("PATCH", path, body)).json();
export const remove = (path) => sent("DELETE", path);
export const rendered = async (document, format) => (await sent("POST", "/v1/render", { document, format })).blob();
/** Do not wait: answer with a job. */
export const LATER = { Prefer: "respond-async" };

const key = (path, body) => `${path} ${JSON.stringify(body)}`;
export const forgotten = (path, body) => sessionStorage.removeItem(key(path, body));

export function keep(path, body, document) {
	try {
		sessionStorage.setItem(key(path, body), JSON.stringify(document));
	} catch {
		sessionStorage.clear(); // full: all of it can be asked again
	}
}

/** What `path` answers, from this tab's memory if it was asked before. `on` hears of each event of a stream. */
export async function answered(path, body, on, signal) {
	const kept = sessionStorage.getItem(key(path, body));
	if (kept) return JSON.parse(kept);
	const document = await streamed(path, body, on, signal);
	keep(path, body, document);
	return document;
}

async function streamed(path, body, on, signal) {
	const accept = { Accept: "text/event-stream, application/json;q=0.5" };
	let reply = await sent("POST", path, body, accept, signal);
	if (!reply.headers.get("content-type").startsWith("text/event-stream")) return reply.json();
	let last = "";
	for (let tries = 1; ; tries++) {
		try {
			for await (const { id, name, data } of events(reply.body)) {
				if (id) [last, tries] = [id, 1];
				if (name === "document") return data;
				if (name === "error") throw new Refused(data.error, 200);
				on?.(name, data);
			}
		} catch (error) {
			if (error instanceof Refused || signal?.aborted) throw error;
		}
		if (!last || tries > 3) throw new Refused(lost, 0);
		await new Promise((resume) => setTimeout(resume, 500 * tries));
		const job = encodeURIComponent(last.slice(0, last.lastIndexOf(":")));
		reply = await sent("GET", `/v1/jobs/${job}/events`, undefined, { ...accept, "Last-Event-ID": last }, signal);
	}
}

/** The events of a stream, as {id, name, data}. */
async function* events(stream) {
	let rest = "";
	for await (const text of stream.pipeThrough(new TextDecoderStream())) {
		const blocks = (rest + text.replaceAll("\r", "")).split("\n\n");
		rest = blocks.pop();
		for (const block of blocks) {
			const found = {};
			for (const [, field, value] of block.matchAll(/^(\w+): ?(.*)$/gm)) found[field] = value;
			if (found.data) yield { id: found.id, name: found.event, data: JSON.parse(found.data) };
		}
	}
}

const papers = new Map();
export const paperPath = (id) => `/v1${paperPage(id)}`;

/** A paper with its abstract; `null` where the library has none of this id. Asked for once. */
export function paper(id) {
	if (!papers.has(id)) papers.set(id, found(id).catch((error) => (papers.delete(id), Promise.reject(error))));
	return papers.get(id);
}

async function found(id) {
	const document = await get(paperPath(id)).catch((error) => {
		if (error.status !== 404) throw error;
	});
	return document?.paper ?? document ?? null;
}
