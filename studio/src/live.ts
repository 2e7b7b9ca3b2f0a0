/** The webcam drives the characters: frames out, poses in, freeze and record. */

import type { Problem } from "./api";
import type { Bars } from "./bars";
import type { CharacterCard } from "./card";
import type { Controls } from "./controls";
import { messageOf } from "./messages";
import { Pace } from "./pace";
import type { PhotoPanel } from "./photo_panel";
import { Recorder } from "./recorder";
import { Webcam, type LiveAnswer, type SentFrame } from "./webcam";

const METER_MS = 400;

export interface LiveParts {
  panel: PhotoPanel;
  bars: Bars;
  controls: Controls;
  cards(): CharacterCard[];
  /** The webcam ended by itself, or could not be used. */
  ended(title: string, detail: string): void;
}

export class Live {
  private readonly pace = new Pace();
  private readonly recorder = new Recorder();
  private readonly taken = new Map<string, number>();
  private frozen = false;
  private metered = 0;
  private readonly webcam: Webcam;

  constructor(private readonly parts: LiveParts) {
    this.webcam = new Webcam({
      opened: () => this.ask(),
      answer: (answer, sent) => this.followed(answer, sent),
      problem: (problem, sent) => this.problem(problem, sent),
      ended: (reason) => parts.ended("The webcam stopped", reason),
    });
  }

  get running(): boolean {
    return this.webcam.running;
  }

  async start(): Promise<void> {
    this.pace.clear();
    this.frozen = false;
    for (const card of this.parts.cards())
      if (card.view) card.view.drawn = () => this.pace.drawn(card.entry.name, this.taken.get(card.entry.name)!);
    try {
      await this.webcam.start();
      this.parts.controls.connected(true);
    } catch (error) {
      this.webcam.stop();
      this.parts.ended("No webcam", refusal(error));
    }
  }

  stop(): void {
    if (this.recorder.running) this.record(false);
    this.webcam.stop();
    for (const card of this.parts.cards()) if (card.view) card.view.drawn = null;
  }

  /** Only characters in sight are asked, unless a take is recorded. */
  ask(): void {
    const answering = this.parts.cards().filter((card) => card.entry.answers);
    const seen = answering.filter((card) => this.recorder.running || card.inSight);
    const names = (seen.length ? seen : answering.slice(0, 1)).map(({ entry }) => entry.name);
    this.webcam.ask(this.parts.controls.weights, names);
  }

  freeze(on: boolean): void {
    this.frozen = on;
    if (on) for (const card of this.parts.cards()) card.view?.rest();
  }

  record(on: boolean): void {
    const cards = this.parts.cards();
    if (on) {
      for (const card of cards) card.recording = null;
      this.recorder.start();
      return;
    }
    const takes = this.recorder.stop();
    let frames = 0;
    for (const card of cards) {
      card.recording = takes.get(card.entry.name) ?? null;
      frames = Math.max(frames, card.recording?.frames.length ?? 0);
    }
    this.parts.controls.recorded(frames);
  }

  private followed(answer: LiveAnswer, sent: SentFrame): void {
    this.measure();
    if (this.frozen) return;
    const { panel, bars, controls } = this.parts;
    const face = { ...answer.face, expression: "neutral" as const, features: [], geometry: null, matches: null };
    panel.follow(sent.picture, face);
    bars.show(face.probabilities);
    for (const card of this.parts.cards()) {
      const pose = answer.poses[card.entry.name];
      if (!pose) continue;
      this.taken.set(card.entry.name, sent.time);
      card.follow(pose);
    }
    this.recorder.add(answer.poses);
    controls.elapsed(this.recorder.seconds);
    this.ask();
  }

  private problem(problem: Problem, sent: SentFrame): void {
    this.measure();
    if (this.frozen) return;
    this.parts.panel.follow(sent.picture, null);
    if (problem.kind !== "no-face") this.parts.panel.hint(problem.detail);
    this.parts.bars.show(null);
  }

  private measure(): void {
    this.pace.answered();
    const now = performance.now();
    if (now - this.metered < METER_MS) return;
    this.metered = now;
    const rates = this.pace.rates();
    if (rates) this.parts.controls.rates(rates);
  }
}

function refusal(error: unknown): string {
  if (!(error instanceof DOMException)) return messageOf(error);
  if (error.name === "NotFoundError") return "This machine has no webcam.";
  if (error.name !== "NotAllowedError") return messageOf(error);
  return "The browser was not allowed to use the webcam. Allow it in the address bar and try again.";
}
