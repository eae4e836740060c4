// Try a prompt: a form made from its input schema, the answer as text, thumbs up or down.

const THUMB = "M1 7h3v8H1zM5 7l3-6c1.4 0 2 1 2 2.2L9.600 6H14c1 0 1.600.9 1.400 1.800l-1.300 5.600c-.2.900-1 1.600-2 1.600H5z";

function trial(prompt) {
  const inputs = Object.entries(prompt.inputs.properties ?? {}).map(([name, schema]) => field(name, schema, prompt));
  const variant = make("select", {}, make("option", { value: "" }, "by share"), prompt.variants.filter((one) => one.served).map((one) => make("option", { value: one.name }, one.name)));
  const user = make("input", { type: "text", maxlength: 512, autocomplete: "off", placeholder: "none: by chance" });
  const send = make("button", { class: "main", type: "submit" }, "Run");
  const result = make("div", { class: "result", role: "status" }, make("p", { class: "quiet" }, "The answer, its version, time and tokens appear here."));
  const form = make("form", { "aria-label": `Try ${prompt.name}` },
    make("h3", {}, "Try it"), inputs.map((one) => one.element),
    make("div", { class: "pair" }, make("label", {}, "Variant", variant), make("label", {}, "User key", user)),
    make("div", {}, send));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      const body = { inputs: gathered(inputs), ...(variant.value && { variant: variant.value }), ...(user.value && { user: user.value }) };
      showAnswer(result, await ask(`/v1/prompts/${encodeURIComponent(prompt.name)}`, body));
    } catch (problem) {
      result.replaceChildren(make("p", { class: "problem" }, problem.message));
    } finally {
      send.disabled = false;
      refresh();
    }
  });
  return make("div", { class: "try" }, form, result);
}

function field(name, schema, prompt) {
  const types = [schema.type ?? "string"].flat().filter((type) => type !== "null");
  const required = (prompt.inputs.required ?? []).includes(name) && !(name in prompt.defaults);
  const preset = prompt.defaults[name];
  const control = controlFor(types[0], schema, preset, required);
  const note = [schema.description, required ? null : "optional"].filter(Boolean).join(" · ");
  const label = make("label", { class: control.type === "checkbox" ? "check" : null }, control.type === "checkbox" ? [control, name] : [make("span", {}, name, " ", make("small", {}, note)), control]);
  return { name, element: label, read: () => readControl(control, types[0]) };
}

function controlFor(type, schema, preset, required) {
  if (schema.enum) {
    const options = [...(required ? [] : [""]), ...schema.enum.filter((one) => one !== null)];
    const select = make("select", { required }, options.map((one) => make("option", { value: one }, one)));
    if (preset !== undefined) select.value = String(preset);
    return select;
  }
  if (type === "boolean") return make("input", { type: "checkbox", checked: preset === true });
  if (type === "number" || type === "integer") return make("input", { type: "number", step: type === "integer" ? 1 : "any", required, value: preset });
  const text = make("textarea", { required, rows: 4, placeholder: type === "string" ? null : "JSON" });
  if (preset !== undefined) text.value = typeof preset === "string" ? preset : JSON.stringify(preset);
  return text;
}

function readControl(control, type) {
  if (control.type === "checkbox") return control.checked;
  if (control.value === "") return undefined;
  if (type === "number" || type === "integer") return Number(control.value);
  if (type === "array" || type === "object") return JSON.parse(control.value);
  return control.value;
}

function gathered(inputs) {
  const entries = inputs.map((one) => {
    try { return [one.name, one.read()]; } catch { throw new Error(`'${one.name}' is not JSON.`); }
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

async function ask(path, body) {
  const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(told.error?.message ?? `The gateway answered ${response.status}.`);
  return told;
}

function showAnswer(result, answer) {
  const facts = {
    Variant: answer.variant, Model: answer.model, Latency: milliseconds(answer.latency_ms),
    "First token": milliseconds(answer.time_to_first_token_ms),
    Tokens: `${number(answer.usage.input_tokens)} in, ${number(answer.usage.output_tokens)} out`,
  };
  result.replaceChildren(
    make("pre", { class: "output", tabindex: 0 }, answer.output === "" ? "(an empty answer)" : answer.output),
    make("dl", { class: "facts" }, Object.entries(facts).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)))),
    thumbs(answer.prediction_id));
}

function thumbs(prediction) {
  const said = make("span", { role: "status", class: "quiet" });
  const comment = make("input", { type: "text", maxlength: 2000, placeholder: "why? (optional)", "aria-label": "Comment on this answer" });
  const buttons = [["Good", 1, "up"], ["Bad", -1, "down"]].map(([name, score, way]) => make("button", { type: "button", class: way, "aria-pressed": "false", on: { click: async ({ currentTarget: pressed }) => {
    try {
      await ask(`/v1/predictions/${prediction}/feedback`, { score, ...(comment.value && { comment: comment.value }) });
      for (const button of buttons) button.setAttribute("aria-pressed", String(button === pressed));
      said.textContent = "Thank you; it is kept.";
      refresh();
    } catch (problem) { said.textContent = problem.message; }
  } } }, draw("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, draw("path", { d: THUMB })), name));
  return make("div", { class: "thumbs" }, buttons, comment, said);
}
