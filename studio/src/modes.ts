/** What the page is used for: a photo, the webcam, browsing, comparing. */

import { h, icon, ICONS } from "./dom";

export type Mode = "photo" | "live" | "browse" | "compare";

const TABS: [Mode, string, string][] = [
  ["photo", ICONS.photo, "Photo"],
  ["live", ICONS.camera, "Webcam"],
  ["browse", ICONS.browse, "Browse"],
  ["compare", ICONS.compare, "Compare"],
];

export class Modes {
  readonly element: HTMLElement;
  private readonly tabs = new Map<Mode, HTMLButtonElement>();

  constructor(chosen: (mode: Mode) => void) {
    for (const [mode, path, title] of TABS) {
      const press = () => {
        if (this.current === mode) return;
        this.show(mode);
        chosen(mode);
      };
      this.tabs.set(mode, h("button", { type: "button", onclick: press }, icon(path), h("span", {}, title)));
    }
    this.element = h("nav", { class: "modes", "aria-label": "Mode" }, ...this.tabs.values());
    this.show("photo");
  }

  get current(): Mode {
    return (document.body.dataset.mode as Mode) ?? "photo";
  }

  show(mode: Mode): void {
    document.body.dataset.mode = mode;
    for (const [name, tab] of this.tabs) tab.setAttribute("aria-pressed", String(name === mode));
  }
}
