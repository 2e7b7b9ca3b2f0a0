/** The page: a photo or the webcam on one side, the characters that answer on the other. */

import "./style.css";
import {
  listCharacters,
  matchPhoto,
  ProblemError,
  rankFace,
  type CharacterEntry,
  type Photo,
  type Problem,
} from "./api";
import { Bars } from "./bars";
import { CharacterCard } from "./card";
import { Controls } from "./controls";
import { h, icon, ICONS } from "./dom";
import { PhotoPanel } from "./photo_panel";
import { Recorder } from "./recorder";
import { smallEnough } from "./shrink";
import { Stage } from "./stage";
import { themeButton } from "./theme";
import { Webcam, type LiveAnswer } from "./webcam";

const TITLES: Record<string, string> = {
  "no-face": "No face found",
  "no-picture": "Not a picture",
  "too-large": "Too large",
  busy: "Busy",
  gone: "No connection",
  "not-ready": "Not ready",
};

class Page {
  private readonly bars = new Bars();
  private readonly controls = new Controls({
    weights: () => this.reweigh(),
    live: (on) => void this.switchLive(on),
    freeze: (on) => (this.frozen = on),
    record: (on) => this.record(on),
  });
  private readonly panel = new PhotoPanel({
    photo: (file) => void this.open(file),
    face: (number) => void this.face(number),
  });
  private readonly webcam = new Webcam(this.panel.video, {
    opened: () => this.askLive(),
    answer: (answer) => this.followed(answer),
    problem: (problem) => this.liveProblem(problem),
    rate: (rate, delay) => this.controls.rate(rate, delay),
    ended: (reason) => this.liveEnded(reason),
  });
  private readonly recorder = new Recorder();
  private readonly grid = h("div", { class: "grid" });
  private readonly announcer = h("p", { class: "spoken", "aria-live": "polite" });
  private cards: CharacterCard[] = [];
  private photo: Photo | null = null;
  private chosen = 0;
  private frozen = false;
  private asked = new AbortController();

  async open(file: Blob): Promise<void> {
    this.stopLive();
    const signal = this.renew();
    this.photo = null;
    this.panel.loading(file);
    this.bars.show(null);
    for (const card of this.cards) card.asking();
    try {
      const photo = await matchPhoto(await smallEnough(file), this.controls.weights, signal);
      if (signal.aborted) return;
      this.photo = photo;
      this.chosen = photo.faces.findIndex((face) => face.matches !== null);
      this.show();
      const { expression, probabilities } = photo.faces[this.chosen];
      const sure = Math.round(probabilities[expression] * 100);
      this.announcer.textContent = `${expression}, ${sure} percent. ${this.cards.length} characters answer.`;
    } catch (error) {
      if (!signal.aborted) this.failed(error);
    }
  }

  async start(stage: Stage | null): Promise<void> {
    document.querySelector("#studio")!.replaceChildren(this.header(), this.body());
    this.panel.clear();
    this.bars.show(null);
    this.grid.replaceChildren(...Array.from({ length: 6 }, () => h("div", { class: "card skeleton" })));
    let characters: CharacterEntry[] = [];
    try {
      characters = await listCharacters();
    } catch (error) {
      this.grid.replaceChildren(this.trouble("The characters could not be listed", messageOf(error)));
      return;
    }
    if (!characters.length) {
      const detail = "No characters are installed. Install deepexpr again, or name a folder with --characters.";
      this.grid.replaceChildren(this.trouble("Nobody is here", detail));
      return;
    }
    this.cards = characters.map((entry) => new CharacterCard(entry, stage));
    this.grid.replaceChildren(...this.cards.map((card) => card.element));
    for (const card of this.cards) await card.load();
    document.body.dataset.ready = "true";
  }

  private header(): HTMLElement {
    return h(
      "header",
      { class: "top" },
      h("h1", {}, h("img", { src: "/mark.svg", alt: "", width: 28, height: 28 }), "DeepExpr ", h("span", {}, "studio")),
      this.controls.modes,
      themeButton(),
    );
  }

  private body(): HTMLElement {
    return h(
      "main",
      {},
      h("div", { class: "side" }, this.panel.element, this.controls.live, this.bars.element, this.controls.sliders),
      h("section", { class: "cast", "aria-label": "Characters" }, this.grid),
      this.announcer,
    );
  }

  private trouble(title: string, detail: string): HTMLElement {
    return h("div", { class: "trouble", role: "alert" }, icon(ICONS.warn), h("strong", {}, title), h("p", {}, detail));
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

  private async face(number: number): Promise<void> {
    if (!this.photo || number === this.chosen) return;
    this.chosen = number;
    this.show();
    await this.rank();
  }

  private reweigh(): void {
    if (this.webcam.running) this.askLive();
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
    const kind = error instanceof ProblemError ? error.problem.kind : "fault";
    this.photo = null;
    this.panel.failed(TITLES[kind] ?? "That did not work", messageOf(error));
    this.bars.show(null);
    for (const card of this.cards) card.idle();
  }

  private renew(): AbortSignal {
    this.asked.abort();
    this.asked = new AbortController();
    return this.asked.signal;
  }

  private async switchLive(on: boolean): Promise<void> {
    if (!on) {
      this.stopLive();
      return;
    }
    this.renew();
    this.photo = null;
    this.bars.show(null);
    this.panel.live();
    for (const card of this.cards) card.idle();
    try {
      await this.webcam.start();
      this.controls.connected(true);
    } catch (error) {
      this.webcam.stop();
      this.controls.mode("photo");
      const refused = error instanceof DOMException && error.name === "NotAllowedError";
      const missing = error instanceof DOMException && error.name === "NotFoundError";
      const detail = refused
        ? "The browser was not allowed to use the webcam. Allow it in the address bar and try again."
        : missing
          ? "This machine has no webcam."
          : messageOf(error);
      this.panel.failed("No webcam", detail);
    }
  }

  private stopLive(): void {
    if (!this.webcam.running) return;
    if (this.recorder.running) this.record(false);
    this.webcam.stop();
    this.controls.mode("photo");
    this.panel.clear();
    this.bars.show(null);
  }

  private liveEnded(reason: string): void {
    this.controls.mode("photo");
    this.panel.failed("The webcam stopped", reason);
  }

  /** Only characters in sight are asked, unless a take is recorded. */
  private askLive(): void {
    const answering = this.cards.filter((card) => card.entry.answers);
    const seen = answering.filter((card) => this.recorder.running || card.inSight);
    this.webcam.ask(this.controls.weights, (seen.length ? seen : answering.slice(0, 1)).map(({ entry }) => entry.name));
  }

  private followed(answer: LiveAnswer): void {
    if (this.frozen) return;
    const face = answer.face;
    this.panel.hint("");
    this.panel.found(
      [{ ...face, expression: "neutral", features: [], geometry: null, matches: null }],
      0,
      answer.width,
      answer.height,
    );
    this.bars.show(face.probabilities);
    for (const card of this.cards) {
      const pose = answer.poses[card.entry.name];
      if (pose) card.follow(pose);
    }
    this.recorder.add(answer.poses);
    this.controls.elapsed(this.recorder.seconds);
    this.askLive();
  }

  private liveProblem(problem: Problem): void {
    if (this.frozen) return;
    this.panel.hint(problem.kind === "no-face" ? "No face in sight." : problem.detail);
    this.bars.show(null);
  }

  private record(on: boolean): void {
    if (on) {
      for (const card of this.cards) card.recording = null;
      this.recorder.start();
      return;
    }
    const takes = this.recorder.stop();
    let frames = 0;
    for (const card of this.cards) {
      card.recording = takes.get(card.entry.name) ?? null;
      frames = Math.max(frames, card.recording?.frames.length ?? 0);
    }
    this.controls.recorded(frames);
  }
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

function makeStage(): Stage | null {
  try {
    return new Stage();
  } catch {
    return null;
  }
}

void new Page().start(makeStage());
