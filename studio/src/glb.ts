/** GLB files as plain arrays: accessors, sparse ones without filling them up. */

/* eslint-disable @typescript-eslint/no-explicit-any */
export type Json = any;

export interface SparseOffsets {
  rows: Uint32Array;
  offsets: Float32Array;
}

const WIDTHS: Record<string, number> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 };
const ARRAYS = {
  5120: Int8Array,
  5121: Uint8Array,
  5122: Int16Array,
  5123: Uint16Array,
  5125: Uint32Array,
  5126: Float32Array,
} as const;
const LARGEST: Record<number, number> = { 5120: 127, 5121: 255, 5122: 32767, 5123: 65535 };

export class GLB {
  readonly content: Json;
  private readonly binary: ArrayBuffer;

  constructor(file: ArrayBuffer) {
    const view = new DataView(file);
    if (view.getUint32(0, true) !== 0x46546c67) throw new Error("the model is no GLB file");
    const length = view.getUint32(12, true);
    this.content = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 20, length)));
    this.binary = file.slice(20 + length + 8);
  }

  /** Values of an accessor, normalised integers as fractions. */
  values(number: number): Float32Array {
    const accessor = this.content.accessors[number];
    const width = WIDTHS[accessor.type];
    const result = new Float32Array(accessor.count * width);
    if (accessor.bufferView !== undefined) {
      const view = this.content.bufferViews[accessor.bufferView];
      this.copy(accessor, view, accessor.byteOffset ?? 0, accessor.count, result);
    }
    if (accessor.sparse) {
      const { rows, offsets } = this.sparse(number);
      rows.forEach((row, place) => {
        for (let axis = 0; axis < width; axis++)
          result[row * width + axis] = offsets[place * width + axis];
      });
    }
    return result;
  }

  /** The rows that a sparse accessor names; all rows of a dense one. */
  sparse(number: number): SparseOffsets {
    const accessor = this.content.accessors[number];
    const width = WIDTHS[accessor.type];
    const sparse = accessor.sparse;
    if (!sparse) {
      if (accessor.bufferView === undefined)
        return { rows: new Uint32Array(0), offsets: new Float32Array(0) };
      const rows = Uint32Array.from({ length: accessor.count }, (_, row) => row);
      return { rows, offsets: this.values(number) };
    }
    const indices = { componentType: sparse.indices.componentType, type: "SCALAR" };
    const places = new Float32Array(sparse.count);
    const offsets = new Float32Array(sparse.count * width);
    const views = this.content.bufferViews;
    this.copy(indices, views[sparse.indices.bufferView], sparse.indices.byteOffset ?? 0, sparse.count, places);
    this.copy(accessor, views[sparse.values.bufferView], sparse.values.byteOffset ?? 0, sparse.count, offsets);
    return { rows: Uint32Array.from(places), offsets };
  }

  indices(number: number): Uint32Array {
    return Uint32Array.from(this.values(number));
  }

  image(number: number): Blob {
    const image = this.content.images[number];
    const view = this.content.bufferViews[image.bufferView];
    const start = view.byteOffset ?? 0;
    return new Blob([this.binary.slice(start, start + view.byteLength)], { type: image.mimeType });
  }

  private copy(accessor: Json, view: Json, offset: number, count: number, target: Float32Array): void {
    const kind = ARRAYS[accessor.componentType as keyof typeof ARRAYS];
    const width = WIDTHS[accessor.type];
    const size = kind.BYTES_PER_ELEMENT;
    const stride = view.byteStride ?? size * width;
    const start = (view.byteOffset ?? 0) + offset;
    const scale = accessor.normalized ? 1 / LARGEST[accessor.componentType] : 1;
    const least = accessor.normalized ? -1 : -Infinity;
    if (stride === size * width && start % size === 0) {
      const values = new kind(this.binary, start, count * width);
      for (let place = 0; place < values.length; place++)
        target[place] = Math.max(values[place] * scale, least);
      return;
    }
    for (let row = 0; row < count; row++) {
      // A row need not begin at a multiple of its number's size in every file.
      const place = start + row * stride;
      const values =
        place % size === 0
          ? new kind(this.binary, place, width)
          : new kind(this.binary.slice(place, place + width * size));
      for (let axis = 0; axis < width; axis++)
        target[row * width + axis] = Math.max(values[axis] * scale, least);
    }
  }
}
