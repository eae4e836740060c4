// What each variant does: shares and traffic, a table to compare them, and the same over time.

const CHARTS = [
  ["Requests", "bars", (value) => number(value, 1), (one) => [plain(one, "requests")]],
  ["Thumbs up so far, 95 % interval", "bands", (value) => percent(value, 0), (one, place) => [running(one, place)]],
  ["Latency: p50, and p95 dashed", "lines", milliseconds, (one) => [plain(one, "p50_ms"), { ...plain(one, "p95_ms"), name: "p95", dashed: true }]],
  ["Time to first token, p50", "lines", milliseconds, (one) => [plain(one, "first_token_ms")]],
  ["Tokens, in and out", "bars", (value) => number(value, 1), (one) => [plain(one, "tokens")]],
  ["Cost", "bars", dollars, (one) => [plain(one, "usd")]],
];
const COLUMNS = ["Variant", "Share", "Requests", "Quality (95 %)", "Errors", "Latency p50", "p95", "First token", "Tokens in / out", "Cost", "per 1,000"];
const READINGS = {
  better: "is better than", worse: "is worse than", no_difference_shown: "shows no difference yet from", no_feedback: "has too little feedback to compare with",
};
let axis = null;

class PromptCard {
  constructor(prompt) {
    this.bars = make("div", { class: "shares" });
    this.rows = make("tbody");
    this.readings = make("ul", { class: "readings" });
    this.charts = CHARTS.map(([title, kind, format, read]) => ({ chart: new Chart(title, kind, format), read }));
    this.plots = make("div", { class: "charts" }, this.charts.map(({ chart }) => chart.element));
    this.element = make("section", { class: "card prompt", "aria-label": `Prompt ${prompt.name}` },
      make("header", {}, make("h2", {}, prompt.name), make("p", { class: "quiet" }, prompt.description)),
      this.bars,
      make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, COLUMNS.map((name) => make("th", { scope: "col" }, name)))), this.rows)),
      this.readings,
      this.plots,
      trial(prompt),
      make("details", {}, make("summary", {}, "The texts"), prompt.variants.filter((one) => one.template !== null).map((one) => [make("h3", {}, `${one.name} · ${short(one.digest)}`), make("pre", { class: "template", tabindex: 0 }, one.template)])));
  }

  update(prompt) {
    const total = prompt.variants.reduce((sum, one) => sum + one.requests, 0);
    this.bars.replaceChildren(
      bar("wanted", prompt.variants.map((one) => one.share)),
      bar("got", prompt.variants.map((one) => (total ? one.requests / total : 0))));
    this.rows.replaceChildren(...prompt.variants.map((one, place) => variantRow(one, place, prompt.live)));
    this.readings.replaceChildren(...prompt.comparisons.map(reading));
    this.plots.hidden = !total;
    for (const { chart, read } of this.charts) {
      chart.update(prompt.variants.flatMap((one, place) => read(one, place).map((series) => ({ colour: colour(place), ...series }))), { ...axis, joined: true });
    }
  }
}

function bar(name, parts) {
  const said = parts.map((part) => percent(part)).join(", ");
  return make("div", { class: "bar", role: "img", "aria-label": `Shares ${name}: ${said}` }, make("span", { style: { color: "inherit", padding: "0", fontWeight: "400", fontSize: "inherit" } }, name),
    make("div", {}, parts.map((part, place) => (part > 0 ? make("span", { style: { flexGrow: String(part), flexBasis: "0", background: colour(place) } }, part >= 0.06 ? percent(part) : "") : null))));
}

function variantRow(one, place, live) {
  const badge = one.name === live ? make("span", { class: "badge" }, "live") : one.served ? null : make("span", { class: "badge off" }, "retired");
  return make("tr", {},
    make("th", { scope: "row" }, make("span", { class: "key", style: { background: colour(place) } }), one.name, badge),
    make("td", {}, percent(one.share)),
    make("td", {}, number(one.requests)),
    make("td", {}, one.quality ? percent(one.quality.value, 0) : NONE, whisker(one.quality, place), make("small", {}, one.quality ? `${percent(one.quality.low, 0)} to ${percent(one.quality.high, 0)}, n = ${one.quality.count}` : "no feedback")),
    make("td", { title: outcomes(one) }, one.error_rate ? percent(one.error_rate.value) : NONE, make("small", { class: "why" }, one.errors ? outcomes(one) : "")),
    make("td", {}, milliseconds(one.latency_ms?.p50)),
    make("td", {}, milliseconds(one.latency_ms?.p95)),
    make("td", {}, milliseconds(one.first_token_ms?.p50)),
    make("td", {}, `${number(one.input_tokens)} / ${number(one.output_tokens)}`),
    make("td", {}, one.requests ? dollars(one.usd) : NONE),
    make("td", {}, one.requests && one.usd !== null ? dollars(one.usd / one.requests * 1000) : NONE));
}

function outcomes(one) {
  return Object.entries(one.outcomes).filter(([name]) => name !== "ok").map(([name, times]) => `${name} ${times}`).slice(0, 3).join(", ");
}

function whisker(quality, place) {
  const svg = draw("svg", { class: "quality", viewBox: "0 0 96 16", "aria-hidden": "true" }, draw("line", { class: "axis", x1: 2, x2: 94, y1: 8, y2: 8 }));
  if (quality) {
    const x = (value) => 2 + value * 92;
    svg.append(
      draw("line", { class: "whisker", x1: x(quality.low), x2: x(quality.high), y1: 8, y2: 8, stroke: colour(place) }),
      draw("circle", { cx: x(quality.value), cy: 8, r: 4, fill: colour(place) }));
  }
  return svg;
}

function reading(one) {
  const shown = one.quality ? ` in quality: ${points(one.quality.value)} points, 95 % interval ${points(one.quality.low)} to ${points(one.quality.high)}` : "";
  return make("li", { class: one.reading }, make("strong", {}, one.variant), ` ${READINGS[one.reading]} `, make("strong", {}, one.against), `${shown}; ${number(one.requests)} against ${number(one.requests_against)} requests that the split assigned.`);
}

function plain(one, key) {
  const values = Array(axis.buckets).fill(null);
  for (const point of one.series) values[point.bucket] = point[key];
  return { name: one.name, values };
}

// The share of thumbs up so far in this window, with Wilson's interval.
function running(one) {
  const series = { name: one.name, values: Array(axis.buckets).fill(null), low: [], high: [] };
  let positive = 0, rated = 0;
  for (const point of one.series.filter((point) => point.rated)) {
    positive += point.positive;
    rated += point.rated;
    const share = positive / rated, z2 = 3.8415;
    const centre = (share + z2 / (2 * rated)) / (1 + z2 / rated);
    const half = Math.sqrt(z2) * Math.sqrt(share * (1 - share) / rated + z2 / (4 * rated ** 2)) / (1 + z2 / rated);
    series.values[point.bucket] = share;
    series.low[point.bucket] = Math.max(0, centre - half);
    series.high[point.bucket] = Math.min(1, centre + half);
  }
  return series;
}

function short(digest) {
  return digest ? digest.replace("sha256:", "").slice(0, 12) : "";
}
