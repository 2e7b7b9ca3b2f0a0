/** Errors in words for people. */

import { ProblemError } from "./api";
import { h, icon, ICONS } from "./dom";

const TITLES: Record<string, string> = {
  "no-face": "No face found",
  "no-picture": "Not a picture",
  "too-large": "Too large",
  busy: "Busy",
  gone: "No connection",
  "not-ready": "Not ready",
};

/** A heading for an error. */
export function titleOf(error: unknown): string {
  const kind = error instanceof ProblemError ? error.problem.kind : "fault";
  return TITLES[kind] ?? "That did not work";
}

/** What an error says, as a sentence. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

/** A block that stands where nothing could be shown. */
export function trouble(title: string, detail: string): HTMLElement {
  const block = emptiness(ICONS.warn, title, detail);
  block.setAttribute("role", "alert");
  return block;
}

/** A block that says what could stand here, and how. */
export function emptiness(sign: string, title: string, detail: string): HTMLElement {
  return h("div", { class: "trouble" }, icon(sign), h("strong", {}, title), h("p", {}, detail));
}
