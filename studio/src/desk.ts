/** A photo or the webcam on one side, the characters that answer on the other. */

import { matchPhoto, rankFace, type CharacterEntry, type Face, type Photo } from "./api";
import { Bars } from "./bars";
import { CharacterCard } from "./card";
import type { Subject } from "./compare";
import { Controls } from "./controls";
import { h } from "./dom";
import { Live } from "./live";
import { messageOf, titleOf, trouble } from "./messages";
import { PhotoPanel } from "./photo_panel";
import { smallEnough } from "./shrink";
import type { Stage } from "./stage";

const SKELETONS = 6;

export class Desk {
  readonly element: HTMLElement;
  private readonly bars = new Bars();
  private readonly controls = new Controls({
    weights: () => this.reweigh(),
    freeze: (on) => this.live.freeze(on),
    record: (on) => this.live.record(on),
  });
  private readonly panel = new PhotoPanel({
    photo: (file) => this.given(file),
    face: (number) => void this.choose(number),
  });
  private readonly live = new Live({
    panel: this.panel,
    bars: this.bars,
    controls: this.controls,
    cards: () => this.cards,
    ended: (title, detail) => {
      this.switched("photo");
      this.controls.showLive(false);
      this.panel.failed(title, detail);
    },
  });
  private readonly grid = h("div", { class: "grid" });
  private readonly announcer = h("p", { class: "spoken", "aria-live": "polite" });
  private cards: CharacterCard[] = [];
  private file: Blob | null = null;
  private photo: Photo | null = null;
  private chosen = 0;
  private asked = new AbortController();

  /** `switched` is told when the desk leaves the webcam, or takes a photo, by itself. */
  constructor(private readonly switched: (mode: "photo") => void) {
    this.element = h(
      "main",
      { class: "desk" },
      h("div", { class: "side" }, this.panel.element, this.controls.live, this.bars.element, this.controls.sliders),
      h("section", { class: "cast", "aria-label": "Characters" }, this.grid),
      this.announcer,
    );
    this.panel.clear();
    this.bars.show(null);
    this.grid.replaceChildren(...Array.from({ length: SKELETONS }, () => h("div", { class: "card skeleton" })));
  }

  /** The photo whose faces are known, and the number of the one chosen, from 1. */
  get subject(): Subject | null {
    return this.file && { file: this.file, face: this.chosen + 1 };
  }

  unusable(title: string, detail: string): void {
    this.grid.replaceChildren(trouble(title, detail));
  }

  /** Let the characters in; those in sight are loaded first. */
  async welcome(characters: CharacterEntry[], stage: Stage): Promise<void> {
    this.cards = characters.map((entry): CharacterCard => new CharacterCard(entry, stage, () => this.enlarge(entry.name)));
    this.grid.replaceChildren(...this.cards.map((card) => card.element));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const [near, far] = [this.cards.filter((card) => card.onScreen), this.cards.filter((card) => !card.onScreen)];
    for (const card of near) await card.load();
    this.loadLater(far);
  }

  startLive(): void {
    this.renew();
    this.forget();
    this.panel.live();
    this.controls.showLive(true);
    void this.live.start();
  }

  stopLive(): void {
    if (!this.live.running) return;
    this.live.stop();
    this.controls.showLive(false);
    this.panel.clear();
    this.bars.show(null);
    for (const card of this.cards) card.idle();
  }

  private given(file: Blob): void {
    this.stopLive();
    this.switched("photo");
    void this.open(file);
  }

  private async open(file: Blob): Promise<void> {
    const signal = this.renew();
    this.forget();
    this.panel.loading(file);
    for (const card of this.cards) card.asking();
    try {
      const small = await smallEnough(file);
      const photo = await matchPhoto(small, this.controls.weights, signal);
      if (signal.aborted) return;
      this.photo = photo;
      this.file = small;
      this.chosen = photo.faces.findIndex((face) => face.matches !== null);
      this.show();
      this.announce(photo.faces[this.chosen]);
    } catch (error) {
      if (!signal.aborted) this.failed(error);
    }
  }

  private show(): void {
    const { faces, width, height } = this.photo!;
    const face = faces[this.chosen];
    this.panel.found(faces, this.chosen, width, height);
    this.bars.show(face.probabilities);
    for (const card of this.cards) {
      const matches = face.matches?.[card.entry.name];
      if (matches) card.answer(matches);
      else card.idle();
    }
  }

  private announce({ expression, probabilities }: Face): void {
    const sure = Math.round(probabilities[expression] * 100);
    this.announcer.textContent = `${expression}, ${sure} percent. ${this.cards.length} characters answer.`;
  }

  private async choose(number: number): Promise<void> {
    if (!this.photo || number === this.chosen) return;
    this.chosen = number;
    this.show();
    await this.rank();
  }

  private reweigh(): void {
    if (this.live.running) this.live.ask();
    else if (this.photo) void this.rank();
  }

  private async rank(): Promise<void> {
    const face = this.photo?.faces[this.chosen];
    if (!face?.geometry) return;
    const signal = this.renew();
    try {
      face.matches = await rankFace(face, this.controls.weights, signal);
      if (!signal.aborted) this.show();
    } catch (error) {
      if (!signal.aborted) this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.forget();
    this.panel.failed(titleOf(error), messageOf(error));
    for (const card of this.cards) card.idle();
  }

  private forget(): void {
    this.photo = this.file = null;
    this.chosen = 0;
    this.bars.show(null);
  }

  private renew(): AbortSignal {
    this.asked.abort();
    this.asked = new AbortController();
    return this.asked.signal;
  }

  private enlarge(name: string): void {
    const alone = this.grid.dataset.alone === name ? "" : name;
    this.grid.dataset.alone = alone;
    for (const card of this.cards) {
      card.enlarged = card.entry.name === alone;
      card.element.hidden = alone !== "" && card.entry.name !== alone;
    }
    if (this.live.running) this.live.ask();
  }

  /** The other models come one after the other when they come into sight. */
  private loadLater(cards: CharacterCard[]): void {
    let queue = Promise.resolve();
    const seen = new IntersectionObserver(
      (changes) => {
        for (const { target, isIntersecting } of changes) {
          const card = cards.find(({ element }) => element === target);
          if (!isIntersecting || !card) continue;
          seen.unobserve(target);
          queue = queue.then(() => card.load());
        }
      },
      { rootMargin: "400px" },
    );
    for (const card of cards) seen.observe(card.element);
  }
}
