/** What can be set while characters answer: the weights of the ranking, freeze and record. */

import type { Weights } from "./api";
import { h, icon, ICONS } from "./dom";
import type { Rates } from "./pace";

export interface ControlEvents {
  weights(weights: Weights): void;
  freeze(on: boolean): void;
  record(on: boolean): void;
}

export class Controls {
  readonly sliders: HTMLElement;
  readonly live: HTMLElement;
  private readonly alpha = slider("alpha", 1, 0.05, 1);
  private readonly beta = slider("beta", 0.5, 0.01, 0.04);
  private readonly meter = h("output", { class: "meter" });
  private readonly freezeButton: HTMLButtonElement;
  private readonly recordButton: HTMLButtonElement;
  private readonly told = h("p", { class: "told", role: "status" });
  private recording = false;
  private frame = 0;

  constructor(private readonly events: ControlEvents) {
    this.freezeButton = h(
      "button",
      { type: "button", class: "button", "aria-pressed": "false", title: "Hold the button or the F key" },
      icon(ICONS.freeze),
      "Hold to freeze",
    );
    this.recordButton = h(
      "button",
      { type: "button", class: "button record", "aria-pressed": "false", onclick: () => this.toggle() },
      icon(ICONS.record),
      h("span", {}, "Record"),
    );
    this.live = h(
      "section",
      { class: "panel live", "aria-label": "Webcam", hidden: true },
      h("div", { class: "row" }, this.freezeButton, this.recordButton, this.meter),
      this.told,
    );
    this.sliders = h(
      "section",
      { class: "panel", "aria-label": "Ranking" },
      h("h2", {}, "Ranking"),
      this.row("Perception", "α", "How much the perceived expression counts", this.alpha),
      this.row("Geometry", "β", "How much brows, lids, nose and lips count", this.beta),
    );
    this.listen();
    this.connected(false);
  }

  get weights(): Weights {
    const [alpha, beta] = [Number(this.alpha.value), Number(this.beta.value)];
    // With nothing to go by, perception decides.
    return alpha === 0 && beta === 0 ? { alpha: 1, beta: 0 } : { alpha, beta };
  }

  /** Show the webcam's buttons or hide them. */
  showLive(on: boolean): void {
    this.live.hidden = !on;
    if (!on) this.connected(false);
  }

  connected(on: boolean): void {
    this.freezeButton.disabled = this.recordButton.disabled = !on;
    this.meter.textContent = on ? "…" : "";
    for (const name of Object.keys(this.meter.dataset)) delete this.meter.dataset[name];
  }

  rates({ answered, drawn, delay }: Rates): void {
    const rate = Math.min(answered, drawn);
    this.meter.textContent = rate ? `${rate.toFixed(rate < 10 ? 1 : 0)} fps · ${delay.toFixed(0)} ms` : "…";
    this.meter.title = `${answered.toFixed(1)} answered, ${drawn.toFixed(1)} drawn a second`;
    Object.assign(this.meter.dataset, {
      rate: answered.toFixed(1),
      drawn: drawn.toFixed(1),
      delay: delay.toFixed(0),
    });
  }

  elapsed(seconds: number): void {
    if (this.recording) this.recordButton.lastElementChild!.textContent = `Stop · ${seconds.toFixed(1)} s`;
  }

  recorded(frames: number): void {
    this.recording = false;
    this.recordButton.setAttribute("aria-pressed", "false");
    this.recordButton.lastElementChild!.textContent = "Record";
    this.told.textContent = frames
      ? `A take of ${frames} frames is ready: save it under any character.`
      : "Nothing was recorded.";
  }

  private row(title: string, sign: string, meaning: string, input: HTMLInputElement): HTMLElement {
    const value = h("output", { for: input.id }, input.value);
    input.addEventListener("input", () => {
      value.textContent = Number(input.value).toFixed(2);
      // One question a frame is enough, however fast the slider moves.
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.events.weights(this.weights));
    });
    value.textContent = Number(input.value).toFixed(2);
    return h(
      "div",
      { class: "slider", title: meaning },
      h("label", { for: input.id }, title, h("abbr", { "aria-hidden": "true" }, sign)),
      input,
      value,
    );
  }

  private toggle(): void {
    this.recording = !this.recording;
    this.recordButton.setAttribute("aria-pressed", String(this.recording));
    if (this.recording) this.told.textContent = "";
    this.events.record(this.recording);
  }

  private listen(): void {
    const button = this.freezeButton;
    const freeze = (on: boolean) => {
      if (button.getAttribute("aria-pressed") === String(on)) return;
      button.setAttribute("aria-pressed", String(on));
      this.events.freeze(on);
    };
    button.addEventListener("pointerdown", () => freeze(true));
    window.addEventListener("pointerup", () => freeze(false));
    window.addEventListener("blur", () => freeze(false));
    const held = (event: KeyboardEvent) =>
      !this.live.hidden &&
      !event.ctrlKey &&
      !event.metaKey &&
      (event.key.toLowerCase() === "f" || (document.activeElement === button && event.key === " "));
    window.addEventListener("keydown", (event) => held(event) && !event.repeat && freeze(true));
    window.addEventListener("keyup", (event) => held(event) && freeze(false));
  }
}

function slider(name: string, most: number, step: number, value: number): HTMLInputElement {
  return h("input", { type: "range", id: `weight-${name}`, name, min: 0, max: most, step, value });
}
