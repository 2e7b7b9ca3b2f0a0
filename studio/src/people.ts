/** A row of characters, one of them chosen. */

import type { CharacterEntry } from "./api";
import { h, picture } from "./dom";

export class People {
  readonly element = h("div", { class: "people", role: "group", "aria-label": "Character" });
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(private readonly chosen: (name: string) => void) {}

  offer(characters: CharacterEntry[]): void {
    for (const { name, title, portrait } of characters) {
      const face = portrait ? picture(portrait, 40) : h("span", { class: "picture initial", "aria-hidden": "true" }, title.charAt(0));
      const press = () => this.chosen(name);
      const button = h("button", { type: "button", "aria-pressed": "false", class: "person", onclick: press }, face, title);
      this.buttons.set(name, button);
    }
    this.element.replaceChildren(...this.buttons.values());
  }

  show(name: string): void {
    for (const [own, button] of this.buttons) button.setAttribute("aria-pressed", String(own === name));
  }
}
