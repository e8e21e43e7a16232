import "./app.js";
import { fetched, get, post, remove } from "./api.js";
import { $, button, h, line, main, params, plural, save, saying, scrolled, showing, small } from "./dom.js";
import { renew } from "./evidence.js";

const PATH = "/v1/evaluations";
const SIDES = [["a", "first"], ["b", "second"]];
const called = measure => measure.replaceAll("_", " ");
const number = value => value?.toFixed(2) ?? "–";
const when = run => run.started.slice(0, 16).replace("T", " ");
const chosen = name => new FormData($("#runs")).get(name) ?? params.get(name);
const title = run => [run.suite, " ", small(when(run))];
const overall = run => run.scores?.find(one => one.suite === run.suite)?.overall ?? {};

function score(run, name) {
	const { mean, low, high } = overall(run)[name] ?? {};
	return [number(mean), " ", low != null && small(`${number(low)} to ${number(high)}`)];
}

function state(run) {
	const report = () => saying(fetched(run.report).then(content => save(content, `${run.id}.html`)));
	if (run.status !== "running") return [run.status, " ", run.error && h("p.bad.small", run.error), run.report && button("Report", report, { class: "small" })];
	const { asked, total } = run.progress ?? {};
	return [total ? `${asked} of ${total} asked ` : "importing ", button("Cancel", () => saying(remove(`${PATH}/${run.id}`).then(show)))];
}

function side(run, [name, said]) {
	const choice = { form: "runs", type: "radio", name, value: run.id, checked: chosen(name) === run.id, "aria-label": `${said}: ${run.suite} ${when(run)}` };
	return h("label.check", h("input", choice), said);
}

async function pair(runs) {
	const [before, after] = await Promise.all(runs.map(async ({ id }) => (await get(`${PATH}/${id}/cases`)).cases));
	const key = one => [one.suite, one.id, one.question].join();
	const others = new Map(after.map(one => [key(one), one]));
	const questions = before.filter(one => others.has(key(one))).flatMap(one => {
		const two = others.get(key(one));
		const moved = Object.keys({ ...one.scores, ...two.scores }).filter(name => one.scores[name] !== two.scores[name]);
		const why = name => [...new Set([one, two].flatMap(of => of.reasons[name] ?? []))].join("; ");
		const change = name => h("p.small", `${called(name)}: ${number(one.scores[name])} → ${number(two.scores[name])} `, small(why(name)));
		return moved.length ? [line([one.question, " ", small(one.kind)], moved.map(change))] : [];
	});
	return [h("h2", `${plural(questions.length, "question")} with other scores`), questions.length ? scrolled("Questions", ["Question", "Scores, and why"], questions) : ""];
}

async function show() {
	const { evaluations, suites } = await get(PATH);
	const runs = await Promise.all(evaluations.slice(0, 20).map(run => (run.status === "done" ? get(`${PATH}/${run.id}`) : run)));
	const running = runs.some(run => run.status === "running");
	const measures = main.dataset.measures.split(" ").filter(name => runs.some(run => overall(run)[name]));
	const rows = runs.map(run => line(title(run), state(run), run.scores && SIDES.map(one => side(run, one)), ...measures.map(name => score(run, name))));
	const two = SIDES.map(([name]) => runs.find(run => run.scores && run.id === params.get(name))).filter(Boolean);
	if ($("#start").hidden) $("#suite").append(...suites.map(suite => h("option", suite)));
	$("#start").hidden = false;
	$("#start button").disabled = running;
	$("#runs").hidden = !rows[0];
	renew(rows.length ? scrolled("Runs", ["Run", "State", "Side by side", ...measures.map(called)], rows) : h("p.muted", "Nothing has been evaluated yet."));
	if (two.length === 2) $("#pair").replaceChildren(...await pair(two));
	if (running) setTimeout(show, 3000);
}

$("#start").onsubmit = event => {
	event.preventDefault();
	saying(post(PATH, { suite: $("#suite").value }).then(show), "Started");
};
showing(show());
