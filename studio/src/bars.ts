/** How sure the encoder is of each expression, as bars. */

import { EXPRESSIONS, type Expression } from "./api";
import { h } from "./dom";

export class Bars {
  readonly element: HTMLElement;
  private readonly rows = new Map<Expression, { row: HTMLElement; fill: HTMLElement; value: HTMLElement }>();

  constructor(title = "Expression") {
    const list = h("ul", { class: "bars" });
    for (const name of EXPRESSIONS) {
      const fill = h("i", { class: "fill" });
      const value = h("span", { class: "value" }, "–");
      const row = h("li", { "data-expression": name }, h("span", { class: "name" }, name), h("span", { class: "track" }, fill), value);
      this.rows.set(name, { row, fill, value });
      list.append(row);
    }
    this.element = h("section", { class: "panel", "aria-label": title }, h("h2", {}, title), list);
  }

  show(probabilities: Record<Expression, number> | null): void {
    this.element.classList.toggle("empty", probabilities === null);
    const best = probabilities && Math.max(...Object.values(probabilities));
    for (const [name, { row, fill, value }] of this.rows) {
      const share = probabilities?.[name] ?? 0;
      const text = probabilities ? `${Math.round(share * 100)} %` : "–";
      // The webcam tells them many times a second; only what changed is drawn again.
      if (value.textContent !== text) {
        value.textContent = text;
        fill.style.transform = `scaleX(${share.toFixed(3)})`;
      }
      row.dataset.value = String(share);
      row.classList.toggle("best", best !== null && share === best);
    }
  }
}
