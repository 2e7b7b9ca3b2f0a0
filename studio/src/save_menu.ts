/** The way out for poses and takes: a menu of formats. */

import { EXPORT_FORMATS, exportTake, ProblemError, type TakeFrame } from "./api";
import { h, icon, ICONS } from "./dom";

export interface Recording {
  frames: TakeFrame[];
  frameRate: number;
}

/** What is saved under which name. */
export interface Saved extends Recording {
  name: string;
}

/** A menu that saves what `given` says when a format is chosen, and tells how that went. */
export function saveMenu(
  character: string,
  title: string,
  given: () => Saved,
  tell: (text: string) => void,
): HTMLElement {
  const save = async () => {
    const format = select.value;
    select.value = "";
    if (!format) return;
    const { name, frames, frameRate } = given();
    try {
      await exportTake(character, name, frames, frameRate, format);
      tell(`Saved ${frames.length === 1 ? "the pose" : `a take of ${frames.length} frames`}.`);
    } catch (error) {
      tell(error instanceof ProblemError ? error.message : "It could not be saved.");
    }
  };
  const select = h(
    "select",
    { "aria-label": `Save the pose of ${title}`, title: "Save", onchange: () => void save() },
    h("option", { value: "" }, "Save…"),
    ...EXPORT_FORMATS.map(([format, name]) => h("option", { value: format }, name)),
  );
  return h("span", { class: "save" }, icon(ICONS.save), select);
}
