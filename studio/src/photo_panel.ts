/** The person's side: the photo or webcam picture with landmarks, faces, doubts and errors. */

import type { Face } from "./api";
import { h, icon, ICONS } from "./dom";
import { around, drawFaces } from "./marks";

export interface PanelEvents {
  photo(file: Blob): void;
  face(number: number): void;
}

export class PhotoPanel {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly picture = h("img", { alt: "Your photo" });
  private readonly marks = h("canvas", { class: "marks", "aria-hidden": "true" });
  private readonly frame: HTMLElement;
  private readonly drop: HTMLElement;
  private readonly message = h("div", { class: "message", role: "alert", hidden: true });
  private readonly faces = h("div", { class: "faces", role: "radiogroup", "aria-label": "Faces in the photo" });
  private readonly notes = h("ul", { class: "notes", "aria-label": "Reasons for doubt" });
  private address = "";
  private view: [number, number, number, number] | null = null;
  private drawn: { faces: Face[]; chosen: number; width: number; height: number } | null = null;
  private frameSize: [number, number] = [0, 0];

  constructor(private readonly events: PanelEvents) {
    this.input = h("input", {
      type: "file",
      accept: "image/jpeg,image/png,image/webp",
      class: "hidden-input",
      id: "photo-input",
      "aria-label": "Choose a photo",
      onchange: () => this.chosen(),
    });
    this.drop = h(
      "label",
      { class: "drop", for: "photo-input" },
      icon(ICONS.photo),
      h("strong", {}, "Drop a photo of a face"),
      h("span", {}, "or choose a file, or paste one"),
      h("small", {}, "JPEG, PNG or WebP. It stays on this machine."),
    );
    this.frame = h("div", { class: "frame", hidden: true }, this.picture, this.marks);
    this.element = h(
      "section",
      { class: "panel photo", "aria-label": "Photo" },
      this.input,
      h("div", { class: "well" }, this.drop, this.frame, this.message),
      this.faces,
      this.notes,
    );
    this.picture.addEventListener("error", () => this.picture.classList.add("unreadable"));
    this.listen();
    new ResizeObserver(() => {
      this.frameSize = [this.frame.clientWidth, this.frame.clientHeight];
      this.redraw();
    }).observe(this.frame);
  }

  choose(): void {
    this.input.click();
  }

  /** Show the empty state. */
  clear(): void {
    this.state("empty");
    this.release();
    this.tell(null);
  }

  /** Show a photo while it is worked on. */
  loading(photo: Blob): void {
    this.release();
    this.address = URL.createObjectURL(photo);
    this.picture.src = this.address;
    this.picture.classList.remove("unreadable");
    this.state("loading");
    this.tell(null);
  }

  /** Show the webcam. */
  live(): void {
    this.release();
    this.state("live");
    this.tell(null);
  }

  /** Draw the faces that were found. */
  found(faces: Face[], chosen: number, width: number, height: number): void {
    if (this.element.dataset.state === "loading") this.state("found");
    this.drawn = { faces, chosen, width, height };
    if (this.element.dataset.state === "found") this.view = around(faces, width, height);
    this.redraw();
    this.faces.replaceChildren(...(faces.length > 1 ? faces.map((_, at) => this.chip(at, at === chosen)) : []));
    this.tellNotes(faces[chosen].notes);
  }

  /** Draw a frame of the webcam, with its face if it shows one. */
  follow(picture: HTMLCanvasElement, face: Face | null): void {
    const { width, height } = picture;
    this.drawn = { faces: face ? [face] : [], chosen: 0, width, height };
    this.redraw(picture);
    this.tellNotes(face ? face.notes : ["No face in sight."]);
  }

  /** Show an error; the photo stays visible if the browser can show it. */
  failed(title: string, detail: string): void {
    this.state("failed");
    this.drawn = null;
    this.redraw();
    this.tell(title, detail);
  }

  /** Say in passing what is wrong with a frame. */
  hint(text: string): void {
    this.tellNotes([text]);
  }

  private tellNotes(notes: string[]): void {
    const told = [...this.notes.children].map((note) => note.textContent);
    if (told.join() !== notes.join()) this.notes.replaceChildren(...notes.map((note) => h("li", {}, note)));
  }

  private state(name: string): void {
    this.element.dataset.state = name;
    this.drop.hidden = name !== "empty";
    this.frame.hidden = name === "empty";
    this.picture.hidden = name === "live";
    this.frame.setAttribute("aria-busy", String(name === "loading"));
  }

  private release(): void {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = "";
    this.picture.removeAttribute("src");
    this.drawn = this.view = null;
    this.faces.replaceChildren();
    this.notes.replaceChildren();
    this.redraw();
  }

  private tell(title: string | null, detail = ""): void {
    this.message.hidden = title === null;
    if (title === null) return;
    this.message.replaceChildren(
      icon(ICONS.warn),
      h("strong", {}, title),
      h("p", {}, detail),
      h("button", { class: "button", type: "button", onclick: () => this.choose() }, "Choose another photo"),
    );
  }

  private chip(number: number, chosen: boolean): HTMLElement {
    return h(
      "button",
      {
        type: "button",
        role: "radio",
        "aria-checked": String(chosen),
        class: "chip",
        onclick: () => this.events.face(number),
      },
      `Face ${number + 1}`,
    );
  }

  private redraw(picture?: HTMLCanvasElement): void {
    const canvas = this.marks;
    const scale = window.devicePixelRatio || 1;
    const [width, height] = this.frameSize.map((side) => Math.round(side * scale));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d")!;
    context.globalAlpha = 1;
    context.clearRect(0, 0, width, height);
    this.placePicture();
    if (!this.drawn || !width) return;
    const { faces, chosen } = this.drawn;
    const { zoom, left, top } = this.fit(scale);
    if (picture) context.drawImage(picture, left, top, picture.width * zoom, picture.height * zoom);
    const place = ([x, y]: [number, number]): [number, number] => [left + x * zoom, top + y * zoom];
    drawFaces(context, faces, chosen, place, scale);
  }

  /** Where the photo lies in its frame: pixels of the frame a pixel of the photo, and its corner. */
  private fit(scale: number): { zoom: number; left: number; top: number } {
    const { width, height } = this.drawn!;
    const [x, y, across, down] = this.view ?? [0, 0, width, height];
    const [frameWidth, frameHeight] = this.frameSize.map((side) => side * scale);
    const zoom = Math.min(frameWidth / across, frameHeight / down);
    const left = (frameWidth - across * zoom) / 2 - x * zoom;
    const top = (frameHeight - down * zoom) / 2 - y * zoom;
    return { zoom, left, top };
  }

  private placePicture(): void {
    const style = this.picture.style;
    if (!this.drawn || !this.view) {
      style.cssText = "";
      return;
    }
    const { zoom, left, top } = this.fit(1);
    style.transformOrigin = "0 0";
    style.inset = "0 auto auto 0";
    style.width = `${this.drawn.width}px`;
    style.height = `${this.drawn.height}px`;
    style.maxWidth = "none";
    style.transform = `translate(${left}px, ${top}px) scale(${zoom})`;
  }

  private chosen(): void {
    const file = this.input.files?.[0];
    this.input.value = "";
    if (file) this.events.photo(file);
  }

  private listen(): void {
    let depth = 0;
    const over = (inside: boolean) => document.body.classList.toggle("dropping", inside);
    window.addEventListener("dragenter", (event) => {
      event.preventDefault();
      depth += 1;
      over(true);
    });
    window.addEventListener("dragleave", () => {
      depth = Math.max(depth - 1, 0);
      over(depth > 0);
    });
    window.addEventListener("dragover", (event) => event.preventDefault());
    window.addEventListener("drop", (event) => {
      event.preventDefault();
      depth = 0;
      over(false);
      const file = event.dataTransfer?.files[0];
      if (file) this.events.photo(file);
    });
    window.addEventListener("paste", (event) => {
      const file = [...(event.clipboardData?.files ?? [])].find((entry) => entry.type.startsWith("image/"));
      if (file) this.events.photo(file);
    });
    this.frame.addEventListener("click", (event) => this.pick(event));
  }

  private pick(event: MouseEvent): void {
    if (!this.drawn || this.drawn.faces.length < 2) return;
    const { faces } = this.drawn;
    const rectangle = this.frame.getBoundingClientRect();
    const { zoom, left, top } = this.fit(1);
    const x = (event.clientX - rectangle.left - left) / zoom;
    const y = (event.clientY - rectangle.top - top) / zoom;
    const number = faces.findIndex(
      ({ box }) => x >= box[0] && y >= box[1] && x <= box[0] + box[2] && y <= box[1] + box[3],
    );
    if (number >= 0) this.events.face(number);
  }
}
