"use strict";
// The page says everything without this; it only narrows and sorts the tables of cases.
for (const bar of document.querySelectorAll(".filters")) {
  const table = document.getElementById(bar.dataset.table);
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const buttons = Array.from(bar.querySelectorAll("button"));
  const slice = bar.querySelector("[data-slice]");
  const search = bar.querySelector("[data-search]");
  const told = bar.querySelector("output");
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  let fates = [];

  const press = (button) => {
    fates = button.dataset.fate.split(" ").filter(Boolean);
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    narrow();
  };

  const narrow = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = (!fates.length || fates.includes(row.dataset.fate))
        && (!slice || !slice.value || row.dataset.slice === slice.value)
        && (!wanted || words.get(row).includes(wanted));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    told.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} shown`;
  };
  for (const button of buttons) button.addEventListener("click", () => press(button));
  if (slice) slice.addEventListener("change", narrow);
  search.addEventListener("input", narrow);
  bar.hidden = false;
  press(buttons.find((button) => button.getAttribute("aria-pressed") === "true"));

  for (const head of table.querySelectorAll("th[data-sort]")) {
    const column = head.cellIndex;
    const value = (row) => head.dataset.sort === "number"
      ? Number(row.cells[column].dataset.value)
      : row.cells[column].textContent.trim();
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = (one, two) => (one < two ? -1 : one > two ? 1 : 0) * (down ? -1 : 1);
      rows.sort((one, two) => order(value(one), value(two)));
      body.append(...rows);
    });
  }
}
