"use strict";
// Everything that comes from models, files or callers becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";

function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, then] of Object.entries(value)) element.addEventListener(event, then);
    else if (name === "style") Object.assign(element.style, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined).map(asNode));
  return element;
}

function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

function find(id) {
  return document.getElementById(id);
}

const NONE = "–";

function number(value, digits = 0) {
  return value === null || value === undefined ? NONE : value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: 0 });
}

function milliseconds(value) {
  if (value === null || value === undefined) return NONE;
  if (value >= 10_000) return `${number(value / 1000, 1)} s`;
  return value >= 100 ? `${number(value)} ms` : `${number(value, value >= 10 ? 1 : 2)} ms`;
}

function percent(value, digits = 1) {
  return value === null || value === undefined ? NONE : `${number(value * 100, digits)} %`;
}

function dollars(value) {
  if (value === null || value === undefined) return "unknown";
  if (value === 0) return "$0";
  if (value >= 100) return `$${number(value)}`;
  return value >= 0.01 ? `$${value.toFixed(2)}` : `$${Number(value.toPrecision(2)).toLocaleString("en", { maximumSignificantDigits: 2, maximumFractionDigits: 9 })}`;
}

function points(value) {
  return `${value >= 0 ? "+" : "−"}${number(Math.abs(value) * 100, 1)}`;
}

function clock(seconds, window) {
  const at = new Date(seconds * 1000);
  return window > 86_400
    ? at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })
    : at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function colour(place) {
  return `var(--c${Math.min(place, 5)})`;
}
