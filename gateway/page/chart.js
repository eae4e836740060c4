// One small chart: lines with gaps, stacked bars or lines with bands, over the buckets of the window.
// It can be read without a mouse: left and right move a cursor, and its values are said beside the title.

const MARGIN = { right: 8, top: 10, bottom: 22 };
const HEIGHT = 168;

class Chart {
  constructor(title, kind, format) {
    Object.assign(this, { title, kind, format, series: [], cursor: null, width: 360, left: 46 });
    this.said = make("span", { "aria-live": "polite" });
    this.svg = draw("svg", { role: "img", tabindex: 0, on: {
      keydown: (event) => this.onKey(event), blur: () => this.point(null),
      pointermove: (event) => this.onPointer(event), pointerleave: () => this.point(null),
    } });
    this.element = make("figure", {}, make("figcaption", {}, make("h3", {}, title), this.said), this.svg);
    new ResizeObserver(([entry]) => {
      const width = Math.round(entry.contentRect.width);
      if (width && width !== this.width) { this.width = width; this.draw(); }
    }).observe(this.element);
  }

  // series: [{name, colour, dashed, values: [number|null], low, high}], one value for each bucket
  update(series, axis) {
    Object.assign(this, { series, axis });
    this.draw();
  }

  x(bucket) {
    return this.left + ((bucket + 0.5) / this.axis.buckets) * (this.width - this.left - MARGIN.right);
  }

  y(value) {
    return HEIGHT - MARGIN.bottom - (value / this.top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  }

  draw() {
    if (!this.axis) return;
    this.top = this.kind === "bands" ? 1 : niceTop(this.highest());
    this.left = 14 + 6.6 * Math.max(...[0, 0.5, 1].map((part) => this.format(this.top * part).length));
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    const empty = this.series.every((one) => one.values.every((value) => value === null || (this.kind === "bars" && value === 0)));
    const body = empty ? [this.nothing()] : this.kind === "bars" ? this.bars() : this.series.flatMap((one) => this.line(one));
    this.marker = draw("line", { class: "cursor", y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom, visibility: "hidden" });
    this.svg.replaceChildren(...this.frame(), ...body, this.marker);
    this.svg.setAttribute("aria-label", empty ? `${this.title}: nothing yet` : `${this.title}. ${this.summary()} Left and right arrows read it.`);
    this.point(this.cursor);
  }

  highest() {
    if (this.kind !== "bars") return Math.max(0, ...this.series.flatMap((one) => one.values.map((value) => value ?? 0)));
    return Math.max(0, ...this.buckets().map((place) => this.series.reduce((sum, one) => sum + (one.values[place] ?? 0), 0)));
  }

  buckets() {
    return Array.from({ length: this.axis.buckets }, (_, place) => place);
  }

  frame() {
    const lines = [0, 0.5, 1].flatMap((part) => {
      const y = this.y(this.top * part);
      return [
        draw("line", { class: part ? "grid" : "axis", x1: this.left, x2: this.width - MARGIN.right, y1: y, y2: y }),
        draw("text", { x: this.left - 6, y: y + 4, "text-anchor": "end" }, this.format(this.top * part)),
      ];
    });
    const times = [0, 0.5, 1].map((part) => draw("text", {
      x: this.left + part * (this.width - this.left - MARGIN.right), y: HEIGHT - 5,
      "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle",
    }, clock(this.axis.start + part * this.axis.window, this.axis.window)));
    return [...lines, ...times];
  }

  nothing() {
    return draw("text", { x: (this.left + this.width) / 2, y: HEIGHT / 2, "text-anchor": "middle" }, "nothing yet");
  }

  bars() {
    const wide = Math.max(1, (this.width - this.left - MARGIN.right) / this.axis.buckets - 1.5);
    return this.buckets().flatMap((place) => {
      let below = 0;
      return this.series.filter((one) => one.values[place] > 0).map((one) => {
        const from = this.y(below);
        below += one.values[place];
        return draw("rect", { x: this.x(place) - wide / 2, y: this.y(below), width: wide, height: Math.max(1, from - this.y(below)), fill: one.colour });
      });
    });
  }

  line(one) {
    const runs = [];
    let open = null;
    one.values.forEach((value, place) => {
      if (value === null) { if (!this.axis.joined) open = null; return; }
      if (!open) runs.push(open = []);
      open.push(place);
    });
    return runs.flatMap((run) => this.run(one, run));
  }

  run(one, run) {
    const at = (place, value) => `${this.x(place).toFixed(1)},${this.y(value).toFixed(1)}`;
    const parts = [];
    if (one.low && run.length > 1) {
      const ring = [...run.map((place) => at(place, one.high[place])), ...run.toReversed().map((place) => at(place, one.low[place]))];
      parts.push(draw("polygon", { class: "band", points: ring.join(" "), fill: one.colour }));
    }
    if (run.length === 1) {
      const [place] = run;
      if (one.low) parts.push(draw("line", { class: "whisker", x1: this.x(place), x2: this.x(place), y1: this.y(one.low[place]), y2: this.y(one.high[place]), stroke: one.colour, opacity: 0.4 }));
      parts.push(draw("circle", { cx: this.x(place), cy: this.y(one.values[place]), r: one.dashed ? 2 : 3, fill: one.colour }));
    } else {
      parts.push(draw("polyline", { class: one.dashed ? "line dashed" : "line", points: run.map((place) => at(place, one.values[place])).join(" "), stroke: one.colour }));
    }
    return parts;
  }

  summary() {
    return this.series.map((one) => {
      const last = one.values.findLast((value) => value !== null);
      return last === undefined ? `${one.name}: nothing.` : `${one.name}: latest ${this.format(last)}.`;
    }).join(" ");
  }

  onPointer(event) {
    const box = this.svg.getBoundingClientRect();
    const part = ((event.clientX - box.left) / box.width * this.width - this.left) / (this.width - this.left - MARGIN.right);
    this.point(Math.floor(part * this.axis.buckets));
  }

  onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.point((this.cursor ?? (step > 0 ? -1 : this.axis.buckets)) + step);
  }

  point(place) {
    this.cursor = place === null ? null : Math.max(0, Math.min(this.axis.buckets - 1, place));
    if (!this.marker) return;
    this.marker.setAttribute("visibility", this.cursor === null ? "hidden" : "visible");
    if (this.cursor === null) { this.said.textContent = ""; return; }
    this.marker.setAttribute("x1", this.x(this.cursor));
    this.marker.setAttribute("x2", this.x(this.cursor));
    const at = clock(this.axis.start + this.cursor * this.axis.seconds, this.axis.window);
    const values = this.series.map((one) => `${one.name} ${one.values[this.cursor] === null ? NONE : this.format(one.values[this.cursor])}`);
    this.said.textContent = [at, ...values].join(" · ");
  }
}

function niceTop(highest) {
  if (!(highest > 0)) return 1;
  const size = 10 ** Math.floor(Math.log10(highest));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * size).find((top) => top >= highest);
}
