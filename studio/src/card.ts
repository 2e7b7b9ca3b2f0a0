/** One character: its 3D view, the best match, the next ones, and the way out for its pose. */

import type { CharacterEntry, Match } from "./api";
import { h, icon, ICONS, picture } from "./dom";
import { entriesOf, neutralPose, poseOf } from "./pose";
import { saveMenu, type Recording } from "./save_menu";
import type { Stage } from "./stage";
import { CharacterView } from "./view";
import type { LivePose } from "./webcam";

/** Captions that change faster cannot be read. */
const CAPTION_MS = 250;
const TOLD_MS = 4000;

export class CharacterCard {
  readonly element: HTMLElement;
  readonly view: CharacterView | null;
  recording: Recording | null = null;
  private readonly caption = h("p", { class: "caption" });
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly strip = h("div", { class: "strip", role: "group" });
  private readonly still = h("img", { class: "still", alt: "", hidden: true });
  private readonly stand: HTMLElement;
  private readonly enlarger: HTMLButtonElement;
  private captioned = 0;
  private taken: Match | null = null;
  private matches: Match[] = [];
  private wanted = 0;

  constructor(
    readonly entry: CharacterEntry,
    stage: Stage,
    enlarge: () => void,
  ) {
    const canvas = h("canvas", {
      class: "view",
      tabindex: "0",
      role: "img",
      "aria-label": `${entry.title} in 3D. Drag or use the arrow keys to walk round, Home to come back.`,
    });
    this.enlarger = h(
      "button",
      { type: "button", class: "quiet small solo", "aria-pressed": "false", onclick: enlarge },
      icon(ICONS.enlarge),
    );
    this.strip.setAttribute("aria-label", `Next poses of ${entry.title}`);
    const drawn = entry.model !== null;
    this.stand = h("div", { class: "stand" }, drawn ? canvas : null, this.still, h("span", { class: "veil" }));
    this.element = h(
      "article",
      { class: "card", "data-character": entry.name, "aria-label": entry.title },
      this.stand,
      h(
        "header",
        {},
        h("div", {}, h("h3", { title: entry.description }, entry.title), this.caption),
        this.enlarger,
        this.menu(),
      ),
      this.strip,
      this.status,
    );
    this.enlarged = false;
    this.view = drawn ? new CharacterView(stage, canvas, entry) : null;
    if (this.view) stage.add(this.view);
    else if (entry.portrait) this.show(entry.portrait);
    this.idle();
  }

  /** Whether it is seen, or will be after little scrolling. */
  get inSight(): boolean {
    return this.element.offsetParent !== null && (this.view?.shown ?? true);
  }

  get onScreen(): boolean {
    const { top, bottom } = this.element.getBoundingClientRect();
    return bottom > 0 && top < window.innerHeight;
  }

  /** Whether it alone is shown, large. */
  set enlarged(on: boolean) {
    this.element.classList.toggle("large", on);
    this.enlarger.setAttribute("aria-pressed", String(on));
    this.enlarger.setAttribute("aria-label", on ? "Show everybody" : `Show ${this.entry.title} alone`);
    this.enlarger.title = on ? "Show everybody" : "Show alone";
  }

  /** Load the model, if that has not been done. */
  async load(): Promise<void> {
    if (!this.view || this.element.dataset.state) return;
    this.element.dataset.state = "building";
    try {
      await this.view.load();
      this.element.dataset.state = "ready";
    } catch (error) {
      this.element.dataset.state = "broken";
      this.status.textContent = error instanceof Error ? error.message : "The model could not be shown.";
      if (this.entry.portrait) this.show(this.entry.portrait);
    }
  }

  /** Nothing to answer: neutral, waiting. */
  idle(): void {
    this.taken = null;
    this.matches = [];
    this.element.classList.remove("asking");
    this.caption.textContent = this.entry.answers ? `${this.entry.poses.toLocaleString("en")} poses` : "has no gallery yet";
    this.strip.replaceChildren();
    this.view?.take(neutralPose());
    delete this.element.dataset.pose;
  }

  asking(): void {
    this.element.classList.toggle("asking", this.entry.answers);
  }

  /** Take the best match and offer the next ones. */
  answer(matches: Match[]): void {
    this.element.classList.remove("asking");
    this.status.textContent = "";
    const same =
      matches.length === this.matches.length &&
      matches.every(({ pose, distance }, at) => pose === this.matches[at].pose && distance === this.matches[at].distance);
    if (same) return;
    this.matches = matches;
    const best = matches[0];
    if (!best) return;
    this.strip.replaceChildren(...matches.map((match) => this.thumbnail(match)));
    this.take(best);
  }

  /** Follow the webcam. */
  follow(pose: LivePose): void {
    this.element.classList.remove("asking");
    this.view?.follow(poseOf(pose));
    const now = performance.now();
    if (this.element.dataset.pose === pose.pose || now - this.captioned < CAPTION_MS) return;
    this.captioned = now;
    this.caption.replaceChildren(this.label(pose.label), h("span", { class: "near-pose", title: pose.pose }, `near ${pose.pose}`));
    this.element.dataset.pose = pose.pose;
    if (!this.view) this.show(pose.picture);
  }

  private take(match: Match): void {
    this.taken = match;
    this.element.dataset.pose = match.pose;
    this.caption.replaceChildren(this.label(match.label), `distance ${match.distance.toFixed(3)}`);
    for (const button of this.strip.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.pose === match.pose));
    if (this.view) this.view.take(poseOf(match));
    else this.show(match.picture);
  }

  private thumbnail(match: Match): HTMLElement {
    const spoken = `${match.label}, rank ${match.rank}, distance ${match.distance.toFixed(3)}`;
    return h(
      "button",
      {
        type: "button",
        class: "thumb",
        "data-pose": match.pose,
        "data-expression": match.label,
        "aria-pressed": "false",
        "aria-label": spoken,
        title: `${match.pose}\n${spoken}`,
        onclick: () => this.take(match),
      },
      picture(match.picture),
      h("span", { class: "distance" }, match.distance.toFixed(3)),
    );
  }

  private label(expression: string): HTMLElement {
    return h("span", { class: "tag", "data-expression": expression }, expression);
  }

  private show(address: string): void {
    this.still.hidden = false;
    this.still.src = address;
    this.still.alt = this.entry.title;
    this.still.onerror = () => (this.still.hidden = true);
  }

  private menu(): HTMLElement | null {
    if (!this.entry.model) return null;
    const given = () => {
      if (this.recording) return { name: "take", ...this.recording };
      const pose = this.taken?.pose ?? "pose";
      return { name: pose, frames: [{ pose, ...entriesOf(this.view?.pose ?? neutralPose()) }], frameRate: 30 };
    };
    return saveMenu(this.entry.name, this.entry.title, given, (text) => this.tell(text));
  }

  private tell(text: string): void {
    const wanted = ++this.wanted;
    this.status.textContent = text;
    setTimeout(() => wanted === this.wanted && (this.status.textContent = ""), TOLD_MS);
  }
}
