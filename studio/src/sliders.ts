/** Sliders of a rig's controls, by region of the face, with a search. */

import { h, icon, ICONS } from "./dom";
import { neutralPose, type Pose } from "./pose";

const REGIONS: [string, RegExp][] = [
  ["Brows", /^(x_)?brow/],
  ["Eyes and lids", /^(x_)?(eye|lid|pupil)/],
  ["Nose and cheeks", /^(x_)?(nose|nostril|cheek|smileCheek)/],
  ["Jaw and chin", /^(x_)?(jaw|chin)/],
  ["Tongue", /^(x_)?(tongue|bleh)/],
  ["Mouth", /mouth|lip|pout|corner|Mouth/],
  ["More", /./],
];

interface Row {
  name: string;
  element: HTMLElement;
  input: HTMLInputElement;
  value: HTMLOutputElement;
}

/** Head, eyes and pupils, which are no morph targets: name, range in degrees, and how to set them. */
const TURNS: [string, number, number, number, (pose: Pose) => number, (pose: Pose, value: number) => void][] = [
  ["Head turn", -30, 30, 0, (pose) => pose.head[0], (pose, value) => (pose.head[0] = value)],
  ["Head nod", -25, 25, 0, (pose) => pose.head[1], (pose, value) => (pose.head[1] = value)],
  ["Head tilt", -25, 25, 0, (pose) => pose.head[2], (pose, value) => (pose.head[2] = value)],
  ["Gaze sideways", -30, 30, 0, (pose) => pose.gaze[0], (pose, value) => (pose.gaze[0] = value)],
  ["Gaze down", -25, 25, 0, (pose) => pose.gaze[1], (pose, value) => (pose.gaze[1] = value)],
  ["Iris size", 0.5, 1.5, 1, (pose) => pose.iris, (pose, value) => (pose.iris = value)],
];

export class Sliders {
  readonly element: HTMLElement;
  private pose: Pose = neutralPose();
  private readonly rows: Row[] = [];
  private readonly regions: HTMLDetailsElement[] = [];
  private readonly list = h("div", { class: "regions" });
  private readonly nothing = h("p", { class: "told", hidden: true }, "No control of that name.");
  private readonly both = h("input", { type: "checkbox", id: "both-sides", checked: true });

  constructor(private readonly changed: (pose: Pose) => void) {
    const search = h("input", {
      type: "search",
      placeholder: "Find a control",
      "aria-label": "Find a control",
      oninput: () => this.find(search.value),
    });
    this.element = h(
      "section",
      { class: "panel sliders", "aria-label": "Controls" },
      h("header", {}, h("h2", {}, "Controls"), h("label", { class: "check", for: "both-sides" }, this.both, "Both sides")),
      h("div", { class: "search" }, icon(ICONS.search), search),
      this.list,
      this.nothing,
    );
  }

  /** Offer the controls of a rig. */
  offer(controls: string[]): void {
    this.rows.length = this.regions.length = 0;
    const left = new Set(controls.filter((name) => !name.startsWith("eyeLook")));
    for (const [title, pattern] of REGIONS) {
      const own = [...left].filter((name) => pattern.test(name)).sort((a, b) => spoken(a).localeCompare(spoken(b)));
      own.forEach((name) => left.delete(name));
      if (own.length) this.region(title, own.map((name) => this.control(name)));
    }
    this.region("Head and gaze", TURNS.map((turn) => this.turn(...turn)));
    this.list.replaceChildren(...this.regions);
    this.regions.slice(0, 1).forEach((region) => (region.open = true));
  }

  /** Show a pose. */
  show(pose: Pose): void {
    this.pose = copy(pose);
    for (const row of this.rows) {
      const turn = TURNS.find(([title]) => title === row.name);
      this.set(row, turn ? turn[4](pose) : (pose.weights.get(row.name) ?? 0));
    }
  }

  private region(title: string, rows: Row[]): void {
    this.rows.push(...rows);
    this.regions.push(h("details", {}, h("summary", {}, title), ...rows.map(({ element }) => element)));
  }

  private control(name: string): Row {
    return this.row(name, spoken(name), [0, 1, 0.01], (value) => {
      for (const own of this.both.checked ? [name, mirrored(name)] : [name]) {
        if (value) this.pose.weights.set(own, value);
        else this.pose.weights.delete(own);
        const row = this.rows.find((candidate) => candidate.name === own);
        if (row) this.set(row, value);
      }
    });
  }

  private turn(
    name: string,
    least: number,
    most: number,
    _rest: number,
    _get: (pose: Pose) => number,
    put: (pose: Pose, value: number) => void,
  ): Row {
    return this.row(name, name, [least, most, most > 2 ? 1 : 0.01], (value) => put(this.pose, value));
  }

  private row(name: string, title: string, [min, max, step]: number[], take: (value: number) => void): Row {
    const id = `control-${name.replaceAll(" ", "-")}`;
    const input = h("input", { type: "range", id, min, max, step, value: 0 });
    const value = h("output", { for: id });
    const element = h("div", { class: "slider", title: name }, h("label", { for: id }, title), input, value);
    const row = { name, element, input, value };
    input.addEventListener("input", () => {
      take(Number(input.value));
      this.set(row, Number(input.value));
      this.pose = copy(this.pose);
      this.changed(this.pose);
    });
    return row;
  }

  private set({ element, input, value }: Row, level: number): void {
    // Poses may go a little beyond where a slider ends.
    if (level > Number(input.max)) input.max = String(level);
    if (level < Number(input.min)) input.min = String(level);
    input.value = String(level);
    value.textContent = Number(input.step) < 1 ? level.toFixed(2) : `${level.toFixed(0)}°`;
    element.classList.toggle("used", level !== 0 && !(input.id === "control-Iris-size" && level === 1));
  }

  private find(text: string): void {
    const wanted = text.trim().toLowerCase();
    for (const { name, element } of this.rows)
      element.hidden = !`${name} ${name.replace(/([a-z])([A-Z])/g, "$1 $2")}`.toLowerCase().includes(wanted);
    for (const region of this.regions) {
      region.hidden = ![...region.children].some((child) => child.tagName !== "SUMMARY" && !(child as HTMLElement).hidden);
      if (wanted) region.open = true;
    }
    this.nothing.hidden = this.regions.some((region) => !region.hidden);
  }
}

const copy = (pose: Pose): Pose => ({
  weights: new Map(pose.weights),
  gaze: [...pose.gaze],
  head: [...pose.head],
  iris: pose.iris,
});

const mirrored = (name: string): string =>
  name.endsWith("Left") ? `${name.slice(0, -4)}Right` : name.endsWith("Right") ? `${name.slice(0, -5)}Left` : name;

/** A control's name for people: `browDownLeft` is "Brow down L". */
function spoken(name: string): string {
  const words = name.replace(/^x_/, "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  const text = words.replace(/ left$/, " L").replace(/ right$/, " R");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
