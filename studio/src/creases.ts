/** Wrinkles that a pose presses into the skin: relief pictures, driven by the controls. */

import type { GLB, Json } from "./glb";

interface Crease {
  drivers: [string, number][];
  row: number;
  column: number;
  rows: number;
  columns: number;
  relief: Float32Array;
}

const DEEPEST = 1.25;
const FAINTEST = 0.03;

export class Creases {
  /** (rows, columns, 4): slopes along x and y, depth, and nothing. */
  readonly values: Float32Array;

  private constructor(
    readonly rows: number,
    readonly columns: number,
    private readonly strength: number,
    private readonly creases: Crease[],
  ) {
    this.values = new Float32Array(rows * columns * 4);
  }

  /** Read the creases of a face; null if it has none. */
  static async read(glb: GLB, face: Json): Promise<Creases | null> {
    const table = glb.content.meshes[face.mesh].extras?.deepexpr?.creases;
    if (!table) return null;
    const picture = await createImageBitmap(glb.image(table.image), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(picture, 0, 0);
    const atlas = context.getImageData(0, 0, picture.width, picture.height).data;
    const creases = table.channels.map((entry: Json) => readCrease(entry, atlas, picture.width));
    return new Creases(table.rows, table.columns, table.strength, creases);
  }

  /** Press the creases of a pose. */
  press(weights: Map<string, number>): void {
    if (this.strength <= 0) return;
    this.values.fill(0);
    for (const crease of this.creases) {
      const driven = crease.drivers.reduce(
        (sum, [name, gain]) => sum + gain * Math.max(weights.get(name) ?? 0, 0),
        0,
      );
      const amplitude = Math.min(Math.max(driven, 0), DEEPEST);
      if (amplitude > FAINTEST) this.add(crease, amplitude * this.strength);
    }
  }

  private add(crease: Crease, amplitude: number): void {
    for (let row = 0; row < crease.rows; row++) {
      let from = row * crease.columns * 3;
      let to = ((crease.row + row) * this.columns + crease.column) * 4;
      for (let column = 0; column < crease.columns; column++, from += 3, to += 4) {
        this.values[to] += amplitude * crease.relief[from];
        this.values[to + 1] += amplitude * crease.relief[from + 1];
        this.values[to + 2] += amplitude * crease.relief[from + 2];
      }
    }
  }
}

function readCrease(entry: Json, atlas: Uint8ClampedArray, width: number): Crease {
  const [left, top, columns, rows] = entry.rectangle;
  const relief = new Float32Array(rows * columns * 3);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let axis = 0; axis < 3; axis++)
        relief[(row * columns + column) * 3 + axis] =
          atlas[((top + row) * width + left + column) * 4 + axis] * entry.scale[axis] + entry.offset[axis];
  const drivers = Object.entries(entry.drivers) as [string, number][];
  return { drivers, row: entry.position[1], column: entry.position[0], rows, columns, relief };
}
