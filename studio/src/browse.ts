/** Browsing one character: key poses, sliders, how the pose reads, and who is nearest. */

import { keyPosesOf, neighboursOf, type CharacterEntry, type KeyPose, type Match, type Reading } from "./api";
import { Bars } from "./bars";
import { h, icon, ICONS, picture } from "./dom";
import { KeyPoses } from "./key_poses";
import { messageOf, trouble } from "./messages";
import { People } from "./people";
import { entriesOf, neutralPose, poseOf, type Pose } from "./pose";
import { pictureOf, Reader } from "./reading";
import { saveMenu } from "./save_menu";
import { Sliders } from "./sliders";
import type { Stage } from "./stage";
import { CharacterView } from "./view";

const SETTLED_MS = 350;
const TILE_SIDE = 96;

export class Browse {
  readonly element: HTMLElement;
  private readonly people = new People((name) => void this.open(name));
  private readonly keyPoses = new KeyPoses((pose) => this.take(pose));
  private readonly sliders = new Sliders((pose) => this.edit(pose));
  private readonly meter = new Bars("Reads as");
  private readonly stand = h("div", { class: "stand" });
  private readonly caption = h("p", { class: "caption" });
  private readonly tools = h("span", { class: "tools" });
  private readonly status = h("p", { class: "status", role: "status" });
  private readonly nearest = h("div", { class: "nearest" });
  private characters: CharacterEntry[] = [];
  private entry: CharacterEntry | null = null;
  private view: CharacterView | null = null;
  private reader: Reader | null = null;
  private pose: Pose = neutralPose();
  private named = "";
  private settle = 0;
  private asked = new AbortController();

  constructor(private readonly stage: Stage) {
    const heading = h("header", {}, h("div", {}, this.caption), this.tools);
    const near = h("section", { class: "panel near", "aria-label": "Nearest poses" }, h("h2", {}, "Nearest in the others"), this.nearest);
    this.element = h(
      "main",
      { class: "browse", hidden: true },
      this.people.element,
      this.keyPoses.element,
      h("div", { class: "middle" }, h("article", { class: "card" }, this.stand, heading, this.status), this.meter.element, near),
      this.sliders.element,
    );
    this.meter.show(null);
  }

  welcome(characters: CharacterEntry[]): void {
    this.characters = characters;
    this.people.offer(characters);
  }

  /** Come to the front; the first time with somebody. */
  enter(): void {
    if (!this.entry && this.characters.length) void this.open(this.characters[0].name);
  }

  private async open(name: string, wanted?: string): Promise<void> {
    const entry = this.characters.find((character) => character.name === name)!;
    this.leave();
    this.entry = entry;
    this.people.show(name);
    this.keyPoses.waiting();
    this.sliders.element.hidden = entry.model === null;
    try {
      const [poses] = await Promise.all([keyPosesOf(name), entry.model ? this.build(entry) : null]);
      if (this.entry !== entry) return;
      this.keyPoses.offer(poses);
      const first = poses.find(({ pose }) => pose === wanted) ?? (entry.model ? null : poses[0]);
      if (first) this.take(first);
      else if (!wanted) this.rest();
      this.element.dataset.character = name;
      const view = this.view;
      if (view) void this.keyPoses.draw((pose) => (this.view === view ? pictureOf(view, poseOf(pose), TILE_SIDE) : null));
    } catch (error) {
      if (this.entry === entry) this.stand.replaceChildren(trouble("That did not work", messageOf(error)));
    }
  }

  private async build(entry: CharacterEntry): Promise<void> {
    const canvas = h("canvas", {
      class: "view",
      tabindex: "0",
      role: "img",
      "aria-label": `${entry.title} in 3D. Drag or use the arrow keys to walk round, Home to come back.`,
    });
    this.stand.replaceChildren(canvas, h("span", { class: "veil" }));
    this.element.dataset.state = "building";
    const view = new CharacterView(this.stage, canvas, entry);
    this.view = view;
    this.stage.add(view);
    await view.load();
    if (this.view !== view) return;
    delete this.element.dataset.state;
    this.reader = new Reader(entry.name, view, (reading, pose) => this.read(reading, pose), (error) => this.unread(error));
    this.sliders.offer(view.controls);
    const given = () => ({ name: this.named || "pose", frames: [{ pose: this.named || "pose", ...entriesOf(this.pose) }], frameRate: 30 });
    const rest = h("button", { type: "button", class: "quiet small", title: "Back to rest", "aria-label": "Back to rest", onclick: () => this.rest() }, icon(ICONS.reset));
    this.tools.replaceChildren(rest, saveMenu(entry.name, entry.title, given, (text) => (this.status.textContent = text)));
  }

  private leave(): void {
    this.renew();
    this.view?.dispose();
    this.view = this.reader = null;
    this.stand.replaceChildren();
    this.tools.replaceChildren();
    this.nearest.replaceChildren();
    this.status.textContent = "";
    this.meter.show(null);
  }

  private rest(): void {
    this.named = "";
    this.keyPoses.show("");
    this.show(neutralPose(), true);
  }

  private take(pose: KeyPose): void {
    this.named = pose.pose;
    this.keyPoses.show(pose.pose);
    this.show(poseOf(pose), true);
    if (this.entry?.model) return;
    this.stand.replaceChildren(h("span", { class: "still" }, picture(pose.picture, 192)));
    void this.neighbours(pose.pose);
  }

  private edit(pose: Pose): void {
    if (this.named && !this.named.endsWith(" edited")) this.named += " edited";
    this.show(pose, false);
  }

  private show(pose: Pose, eased: boolean): void {
    this.pose = pose;
    this.status.textContent = "";
    this.caption.replaceChildren(h("strong", {}, this.entry!.title), this.named || "at rest");
    if (eased) {
      this.sliders.show(pose);
      this.view?.take(pose);
    } else this.view?.follow(pose);
    this.reader?.read(pose);
  }

  private read(reading: Reading, pose: Pose): void {
    this.meter.show(reading.probabilities);
    clearTimeout(this.settle);
    if (pose !== this.pose) return;
    this.settle = window.setTimeout(() => {
      this.view?.rest();
      void this.neighbours(reading);
    }, SETTLED_MS);
  }

  private unread(error: unknown): void {
    this.meter.show(null);
    this.status.textContent = messageOf(error);
  }

  private async neighbours(asked: Reading | string): Promise<void> {
    const signal = this.renew();
    const own = this.entry!;
    try {
      const matches = await neighboursOf(own.name, asked, 1, signal);
      if (signal.aborted) return;
      const others = this.characters.filter(({ name }) => name !== own.name && matches[name]?.length);
      this.nearest.replaceChildren(...others.map((entry) => this.neighbour(entry, matches[entry.name][0])));
    } catch (error) {
      if (!signal.aborted) this.nearest.replaceChildren(h("p", { class: "told" }, messageOf(error)));
    }
  }

  private neighbour(entry: CharacterEntry, match: Match): HTMLElement {
    const spoken = `${entry.title}: ${match.pose}, distance ${match.distance.toFixed(3)}`;
    const take = async () => {
      await this.open(entry.name, match.pose);
      if (this.named !== match.pose && entry.model) {
        this.named = match.pose;
        this.show(poseOf(match), true);
      }
    };
    return h(
      "button",
      { type: "button", class: "thumb", "data-expression": match.label, "data-character": entry.name, "aria-label": spoken, title: spoken, onclick: () => void take() },
      picture(match.picture),
      h("span", { class: "name" }, entry.title),
      h("span", { class: "distance" }, match.distance.toFixed(3)),
    );
  }

  private renew(): AbortSignal {
    clearTimeout(this.settle);
    this.asked.abort();
    this.asked = new AbortController();
    return this.asked.signal;
  }
}
