// The page: asks /-/stats every few seconds while it is looked at, and tells what it says.

const WINDOWS = { 900: "15 min", 3600: "1 hour", 86400: "24 hours", 604800: "7 days" };
const REFRESH_MS = 5000;
const cards = new Map();
let windowSeconds = 3600;
let shape = "";
let asking = null;

async function refresh() {
  const asked = windowSeconds;
  asking ??= fetch(`/-/stats?window=${asked}`).finally(() => { asking = null; });
  try {
    const response = await asking;
    if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
    const stats = await response.clone().json();
    if (stats.window_seconds === windowSeconds) show(stats);
    else refresh();
  } catch (problem) {
    find("problem").hidden = false;
    find("problem").textContent = `The numbers below are old: ${problem.message}`;
  }
}

function show(stats) {
  axis = { start: stats.start, window: stats.window_seconds, buckets: stats.buckets, seconds: stats.bucket_seconds };
  find("stack").textContent = stats.stack;
  find("digest").textContent = `serving ${short(stats.digest)}`;
  find("problem").hidden = !stats.log.problem;
  find("problem").textContent = stats.log.problem ?? "";
  rebuild(stats);
  for (const prompt of stats.prompts) cards.get(prompt.name).update(prompt);
  showOverview(stats);
  showModels(stats.models);
  const lost = stats.log.dropped ? ` ${number(stats.log.dropped)} records could not be kept.` : "";
  const cut = stats.log.truncated ? ` Shown are the latest ${number(stats.log.sampled)} of this window.` : "";
  find("log").textContent = `Prediction log: ${number(stats.log.kept)} of at most ${number(stats.log.max_records)} records, ${stats.log.content ? "with" : "without"} contents.${cut}${lost}`;
  find("fresh").textContent = `As of ${new Date(stats.now * 1000).toLocaleTimeString("en-GB")}`;
}

// Cards are kept while the prompts and their variants stay, so that nobody loses what he typed.
function rebuild(stats) {
  const now = JSON.stringify(stats.prompts.map((prompt) => [prompt.name, prompt.inputs, prompt.defaults, prompt.variants.map((one) => [one.name, one.digest])]));
  if (now === shape) return;
  shape = now;
  cards.clear();
  for (const prompt of stats.prompts) cards.set(prompt.name, new PromptCard(prompt));
  find("prompts").replaceChildren(...[...cards.values()].map((card) => card.element));
}

function showOverview(stats) {
  const all = [...stats.prompts.flatMap((prompt) => prompt.variants), ...stats.models.map((model) => model.direct)];
  const sum = (read) => all.reduce((total, one) => total + read(one), 0);
  const requests = sum((one) => one.requests), errors = sum((one) => one.errors);
  const known = all.filter((one) => one.usd !== null);
  const rated = sum((one) => one.feedback.positive + one.feedback.negative);
  const worst = Math.max(0, ...all.map((one) => one.latency_ms?.p95 ?? 0));
  const tiles = [
    ["Requests", number(requests), `${number(stats.in_flight)} running now`],
    ["Errors", requests ? percent(errors / requests) : NONE, `${number(errors)} of ${number(requests)}`],
    ["Slowest p95", worst ? milliseconds(worst) : NONE, "of any variant or model"],
    ["Tokens", number(sum((one) => one.input_tokens + one.output_tokens)), `${number(sum((one) => one.output_tokens))} written`],
    ["Cost", known.length ? dollars(known.reduce((total, one) => total + one.usd, 0)) : "unknown", known.length ? "busy time or token price" : "no price is known"],
    ["Thumbs up", rated ? percent(sum((one) => one.feedback.positive) / rated, 0) : NONE, `${number(rated)} rated`],
  ];
  find("overview").replaceChildren(...tiles.map(([name, value, note]) => make("dl", { class: "tile" }, make("dt", {}, name), make("dd", {}, value, make("small", {}, note)))));
}

function showModels(models) {
  find("models").hidden = !models.length;
  const head = ["Model", "Task", "Licence", "Requests", "Errors", "Latency p50", "p95", "Tokens in / out", "Cost"];
  find("model-table").replaceChildren(
    make("thead", {}, make("tr", {}, head.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, models.map((model) => make("tr", {},
      make("th", { scope: "row" }, model.name), make("td", {}, model.task), make("td", {}, model.license || NONE),
      make("td", {}, number(model.direct.requests)), make("td", {}, model.direct.error_rate ? percent(model.direct.error_rate.value) : NONE),
      make("td", {}, milliseconds(model.direct.latency_ms?.p50)), make("td", {}, milliseconds(model.direct.latency_ms?.p95)),
      make("td", {}, `${number(model.direct.input_tokens)} / ${number(model.direct.output_tokens)}`),
      make("td", {}, model.direct.requests ? dollars(model.direct.usd) : NONE)))));
}

function begin() {
  find("windows").append(...Object.entries(WINDOWS).map(([seconds, name]) => make("label", {},
    make("input", { type: "radio", name: "window", value: seconds, checked: Number(seconds) === windowSeconds, on: { change: () => { windowSeconds = Number(seconds); refresh(); } } }), name)));
  find("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  setInterval(() => { if (!document.hidden) refresh(); }, REFRESH_MS);
  refresh();
}

begin();
