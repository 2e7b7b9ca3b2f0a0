/** A character's key poses, by expression, each with its clarity. */

import { EXPRESSIONS, type Expression, type KeyPose } from "./api";
import { h, picture } from "./dom";

type Filter = Expression | "all";

export class KeyPoses {
  readonly element: HTMLElement;
  private readonly list = h("div", { class: "key-poses" });
  private readonly filters = new Map<Filter, HTMLButtonElement>();
  private filter: Filter = "all";
  private poses: KeyPose[] = [];
  private current = "";
  private readonly drawn = new Map<KeyPose, HTMLCanvasElement>();

  constructor(private readonly chosen: (pose: KeyPose) => void) {
    for (const name of ["all", ...EXPRESSIONS] as Filter[]) {
      const press = () => this.only(name);
      this.filters.set(
        name,
        h("button", { type: "button", class: "chip", "aria-pressed": "false", "data-expression": name, onclick: press }, name),
      );
    }
    this.element = h(
      "section",
      { class: "panel poses", "aria-label": "Key poses" },
      h("h2", {}, "Key poses"),
      h("div", { class: "filters", role: "group", "aria-label": "Expression" }, ...this.filters.values()),
      this.list,
    );
    this.only("all");
  }

  waiting(): void {
    this.list.replaceChildren(...Array.from({ length: 12 }, () => h("span", { class: "key-pose skeleton" })));
  }

  offer(poses: KeyPose[]): void {
    this.poses = poses;
    this.drawn.clear();
    this.fill();
  }

  /** Draw the poses that have no picture yet, a few milliseconds at a time. */
  async draw(drawing: (pose: KeyPose) => HTMLCanvasElement | null): Promise<void> {
    const offered = this.poses;
    for (const pose of offered.filter(({ picture }) => picture === null)) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const canvas = this.poses === offered ? drawing(pose) : null;
      if (!canvas) return;
      canvas.className = "picture";
      this.drawn.set(pose, canvas);
      this.list.querySelector(`[data-pose="${pose.pose}"] .picture`)?.replaceWith(canvas);
    }
  }

  show(pose: string): void {
    this.current = pose;
    for (const button of this.list.querySelectorAll<HTMLElement>("button"))
      button.setAttribute("aria-pressed", String(button.dataset.pose === pose));
  }

  private only(name: Filter): void {
    this.filter = name;
    for (const [own, button] of this.filters) button.setAttribute("aria-pressed", String(own === name));
    this.fill();
  }

  private fill(): void {
    const groups = EXPRESSIONS.filter((name) => this.filter === "all" || name === this.filter).map((name) => {
      const own = this.poses.filter((pose) => pose.label === name);
      own.sort((a, b) => (b.clarity ?? 0) - (a.clarity ?? 0));
      if (!own.length) return null;
      const heading = h("h3", { class: "tag", "data-expression": name }, name, h("small", {}, `${own.length}`));
      return h("div", { class: "group" }, heading, h("div", { class: "tiles" }, ...own.map((pose) => this.tile(pose))));
    });
    const filled = groups.filter((group) => group !== null);
    this.list.replaceChildren(...(filled.length ? filled : [h("p", { class: "told" }, "No key poses here.")]));
    this.show(this.current);
  }

  private tile(pose: KeyPose): HTMLElement {
    const clear = clarityOf(pose);
    const percent = clear === null ? "not read yet" : `${Math.round(clear * 100)} % clear`;
    const fill = h("i", { class: "fill" });
    fill.style.transform = `scaleX(${clear ?? 0})`;
    return h(
      "button",
      {
        type: "button",
        class: "key-pose",
        "data-pose": pose.pose,
        "data-expression": pose.label,
        "aria-pressed": "false",
        "aria-label": `${pose.pose}, ${percent}`,
        title: `${pose.pose}\n${percent}`,
        onclick: () => this.chosen(pose),
      },
      this.drawn.get(pose) ?? picture(pose.picture),
      h("span", { class: "track" }, fill),
    );
  }
}

/** The share of raters who named its label; where nobody rated it, the encoder's probability. */
export function clarityOf({ votes, label, clarity }: KeyPose): number | null {
  const total = votes?.reduce((sum, count) => sum + count, 0) ?? 0;
  return votes && total ? votes[EXPRESSIONS.indexOf(label)] / total : clarity;
}
