/** Ours beside the systems that came before: one face, one character, eight poses. */

import { compareSystems, type CharacterEntry, type SystemPose } from "./api";
import { h, ICONS } from "./dom";
import { emptiness, messageOf, titleOf, trouble } from "./messages";
import { People } from "./people";
import { poseOf } from "./pose";
import { pictureOf, readingOf } from "./reading";
import type { Stage } from "./stage";
import { CharacterView } from "./view";

const SIDE = 320;

const MEANINGS: Record<string, string> = {
  DeepExpr: "The nearest pose by perceived expression, then geometry.",
  "Geometry only": "The nearest pose by nine distances of the face.",
  "Character Animator-like": "Mouth, lids and brows choose layers.",
  "Blendshapes copied": "52 measured coefficients put onto the rig.",
  "MPEG-4": "The recognised expression as facial animation parameters.",
  HapFACS: "The recognised expression as action units of one intensity.",
  FACSGen: "The recognised expression as action units, A to E.",
  "Deng & Ma": "The clearest key pose by region, from PCA and SVM.",
};

/** The photo that is compared for, and which of its faces. */
export interface Subject {
  file: Blob;
  face: number;
}

export class Compare {
  readonly element: HTMLElement;
  private readonly people = new People((name) => void this.open(name));
  private readonly grid = h("div", { class: "grid" });
  private readonly told = h("p", { class: "lead", role: "status" });
  private characters: CharacterEntry[] = [];
  private character = "";
  private shown: { subject: Subject; character: string } | null = null;
  private readonly views = new Map<string, Promise<CharacterView>>();
  private asked = new AbortController();

  constructor(
    private readonly stage: Stage,
    private readonly subject: () => Subject | null,
    private readonly choosePhoto: () => void,
  ) {
    this.element = h("main", { class: "compare", hidden: true }, this.people.element, this.told, this.grid);
  }

  /** Only characters with a rig and a gallery can be posed by all systems. */
  welcome(characters: CharacterEntry[]): void {
    this.characters = characters.filter(({ model, answers }) => model && answers);
    this.people.offer(this.characters);
    this.character = this.characters[0]?.name ?? "";
  }

  enter(): void {
    void this.open(this.character);
  }

  private async open(name: string): Promise<void> {
    const subject = this.subject();
    this.character = name;
    this.people.show(name);
    if (!subject || !name) {
      this.empty(name !== "");
      return;
    }
    const before = this.shown;
    if (before?.character === name && before.subject.file === subject.file && before.subject.face === subject.face) return;
    this.asked.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    this.shown = { subject, character: name };
    this.told.textContent = "";
    this.grid.replaceChildren(...Array.from({ length: 8 }, () => h("div", { class: "card skeleton" })));
    try {
      const [{ systems, expression }, view] = await Promise.all([
        compareSystems(subject.file, subject.face, name, signal),
        this.viewOf(name),
      ]);
      if (signal.aborted) return;
      this.told.replaceChildren("The photo reads as ", tag(expression), ". Below each pose: how the same network reads it.");
      const cards = systems.map((system) => new SystemCard(name, system));
      this.grid.replaceChildren(...cards.map((card) => card.element));
      for (const card of cards) await card.draw(view, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.shown = null;
      this.grid.replaceChildren(trouble(titleOf(error), messageOf(error)));
    }
  }

  private empty(posable: boolean): void {
    this.shown = null;
    this.told.textContent = "";
    const detail = posable
      ? "Take a photo under Photo; here ours and seven other systems pose a character for it."
      : "No character here has both a rig and a gallery.";
    const title = posable ? "Nothing to compare yet" : "Nobody can be posed";
    const block = emptiness(ICONS.compare, title, detail);
    if (posable) block.append(h("button", { type: "button", class: "button", onclick: this.choosePhoto }, "Choose a photo"));
    this.grid.replaceChildren(block);
  }

  private viewOf(name: string): Promise<CharacterView> {
    const entry = this.characters.find((character) => character.name === name)!;
    const load = async () => {
      const view = new CharacterView(this.stage, document.createElement("canvas"), entry);
      await view.load();
      return view;
    };
    const known = this.views.get(name) ?? load();
    this.views.set(name, known);
    return known;
  }
}

class SystemCard {
  readonly element: HTMLElement;
  private readonly stand = h("div", { class: "stand" }, h("span", { class: "veil" }));
  private readonly caption = h("p", { class: "caption" }, "…");

  constructor(
    private readonly character: string,
    private readonly system: SystemPose,
  ) {
    const { name } = system;
    this.element = h(
      "article",
      { class: name === "DeepExpr" ? "card ours asking" : "card asking", "data-system": name },
      this.stand,
      h("header", {}, h("div", {}, h("h3", {}, name), this.caption)),
      h("p", { class: "meaning" }, MEANINGS[name] ?? ""),
    );
  }

  /** Draw the pose and say how it reads. */
  async draw(view: CharacterView, signal: AbortSignal): Promise<void> {
    const pose = poseOf(this.system);
    const canvas = pictureOf(view, pose, SIDE);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `The pose of ${this.system.name}`);
    this.stand.replaceChildren(canvas);
    this.element.classList.remove("asking");
    const { expression, probabilities } = await readingOf(this.character, pose, canvas, signal);
    this.caption.replaceChildren(tag(expression), `${Math.round(probabilities[expression] * 100)} %`);
  }
}

const tag = (expression: string) => h("span", { class: "tag", "data-expression": expression }, expression);
