/** How a pose reads: drawn from the front, put before the encoder; the newest pose wins. */

import { readPose, type Reading } from "./api";
import { entriesOf, type Pose } from "./pose";
import type { CharacterView } from "./view";

const SIDE = 256;
/** The backdrop of the package's own pictures. */
const CENTRE = "rgb(188 191 196)";
const EDGE = "rgb(149 153 162)";

/** A picture of a pose as the character's camera takes it, on a backdrop. */
export function pictureOf(view: CharacterView, pose: Pose, side = SIDE): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d")!;
  const glow = context.createRadialGradient(side / 2, side * 0.45, 0, side / 2, side * 0.45, side * 0.75);
  glow.addColorStop(0, CENTRE);
  glow.addColorStop(1, EDGE);
  context.fillStyle = glow;
  context.fillRect(0, 0, side, side);
  // Drawn twice as fine, so that edges are smooth.
  context.drawImage(view.portrait(pose, side * 2), 0, 0, side, side);
  return canvas;
}

export async function readingOf(
  character: string,
  pose: Pose,
  picture: HTMLCanvasElement,
  signal?: AbortSignal,
): Promise<Reading> {
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, "image/png"));
  const bytes = new Uint8Array(await blob!.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return readPose(character, entriesOf(pose), btoa(text), signal);
}

/** Reads a character's poses one after the other; while one is read, only the last waits. */
export class Reader {
  private waiting: Pose | null = null;
  private busy = false;

  constructor(
    private readonly character: string,
    private readonly view: CharacterView,
    private readonly told: (reading: Reading, pose: Pose) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  read(pose: Pose): void {
    this.waiting = pose;
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const pose = this.waiting;
      this.waiting = null;
      try {
        this.told(await readingOf(this.character, pose, pictureOf(this.view, pose)), pose);
      } catch (error) {
        this.failed(error);
      }
    }
    this.busy = false;
  }
}
