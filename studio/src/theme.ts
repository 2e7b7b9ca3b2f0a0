/** Dark or light: as the system says, until the visitor says otherwise. */

import { h, icon, ICONS } from "./dom";

const KEY = "deepexpr-theme";

export function themeButton(): HTMLElement {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const stored = localStorage.getItem(KEY);
  if (stored) root.dataset.theme = stored;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const button = h("button", { type: "button", class: "quiet", onclick: () => turn() }, icon(ICONS.theme));
  const name = () => button.setAttribute("aria-label", dark() ? "Use light colours" : "Use dark colours");
  const turn = () => {
    root.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem(KEY, root.dataset.theme);
    name();
  };
  name();
  return button;
}
