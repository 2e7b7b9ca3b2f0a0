/** How much of the sky each vertex of the resting face sees, found with small depth maps. */

import { SKY_DIRECTIONS } from "./light";
import type { Surface } from "./rig";

const SIZE = 192;
const BIAS = 1.5;
const SHIFT = 1.8;

const pause = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Shares in [0, 1] for every surface's vertices; works in slices, so the page stays awake. */
export async function skyShares(surfaces: Surface[]): Promise<Float32Array[]> {
  const seen = surfaces.map((surface) => new Float32Array(surface.positions.length / 3));
  const full = surfaces.map((surface) => new Float32Array(surface.positions.length / 3));
  const { centre, texel } = grid(surfaces);
  for (const direction of SKY_DIRECTIONS) {
    const frame = frameOf(direction);
    const depth = new Float32Array(SIZE * SIZE).fill(-1e9);
    const mapped = surfaces.map((surface) => onMap(surface.positions, frame, centre, texel));
    surfaces.forEach((surface, number) => draw(mapped[number], surface.indices, depth));
    await pause();
    surfaces.forEach((surface, number) => {
      const normals = surface.normals;
      for (let vertex = 0; vertex < seen[number].length; vertex++) {
        const at = vertex * 3;
        const along = [0, 3, 6].map(
          (row) => frame[row] * normals[at] + frame[row + 1] * normals[at + 1] + frame[row + 2] * normals[at + 2],
        );
        if (along[2] <= 0) continue;
        full[number][vertex] += along[2];
        const x = Math.round(mapped[number][at] + SHIFT * along[0] - 0.5);
        const y = Math.round(mapped[number][at + 1] + SHIFT * along[1] - 0.5);
        const z = mapped[number][at + 2] + SHIFT * texel * along[2];
        if (x < 0 || y < 0 || x >= SIZE || y >= SIZE) continue;
        const hidden = (depth[y * SIZE + x] - z - BIAS * texel) / (BIAS * texel);
        seen[number][vertex] += along[2] * (1 - Math.min(Math.max(hidden, 0), 1));
      }
    });
    await pause();
  }
  return seen.map((shares, number) => shares.map((share, at) => (full[number][at] > 0 ? share / full[number][at] : 1)));
}

function grid(surfaces: Surface[]): { centre: number[]; texel: number } {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { positions } of surfaces)
    for (let place = 0; place < positions.length; place++) {
      low[place % 3] = Math.min(low[place % 3], positions[place]);
      high[place % 3] = Math.max(high[place % 3], positions[place]);
    }
  const centre = low.map((value, axis) => (value + high[axis]) / 2);
  const extent = Math.hypot(...low.map((value, axis) => high[axis] - value));
  return { centre, texel: (extent * 1.06) / SIZE };
}

function frameOf([x, y, z]: [number, number, number]): number[] {
  const up = Math.abs(y) < 0.9 ? [0, 1, 0] : [1, 0, 0];
  const across = [up[1] * z - up[2] * y, up[2] * x - up[0] * z, up[0] * y - up[1] * x];
  const length = Math.hypot(...across);
  const [a, b, c] = across.map((value) => value / length);
  return [a, b, c, y * c - z * b, z * a - x * c, x * b - y * a, x, y, z];
}

function onMap(points: Float32Array, frame: number[], centre: number[], texel: number): Float32Array {
  const result = new Float32Array(points.length);
  for (let at = 0; at < points.length; at += 3) {
    const [x, y, z] = [points[at] - centre[0], points[at + 1] - centre[1], points[at + 2] - centre[2]];
    result[at] = (x * frame[0] + y * frame[1] + z * frame[2]) / texel + SIZE / 2;
    result[at + 1] = (x * frame[3] + y * frame[4] + z * frame[5]) / texel + SIZE / 2;
    result[at + 2] = x * frame[6] + y * frame[7] + z * frame[8];
  }
  return result;
}

function draw(points: Float32Array, indices: Uint32Array, depth: Float32Array): void {
  for (let corner = 0; corner < indices.length; corner += 3) {
    const a = indices[corner] * 3;
    const b = indices[corner + 1] * 3;
    const c = indices[corner + 2] * 3;
    const [ax, ay, bx, by, cx, cy] = [points[a], points[a + 1], points[b], points[b + 1], points[c], points[c + 1]];
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (Math.abs(area) < 1e-9) continue;
    const left = Math.max(Math.ceil(Math.min(ax, bx, cx) - 0.5), 0);
    const right = Math.min(Math.floor(Math.max(ax, bx, cx) - 0.5), SIZE - 1);
    const low = Math.max(Math.ceil(Math.min(ay, by, cy) - 0.5), 0);
    const high = Math.min(Math.floor(Math.max(ay, by, cy) - 0.5), SIZE - 1);
    for (let y = low; y <= high; y++)
      for (let x = left; x <= right; x++) {
        const [px, py] = [x + 0.5, y + 0.5];
        const second = ((px - ax) * (cy - ay) - (py - ay) * (cx - ax)) / area;
        const third = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) / area;
        if (second < 0 || third < 0 || second + third > 1) continue;
        const z = points[a + 2] + second * (points[b + 2] - points[a + 2]) + third * (points[c + 2] - points[a + 2]);
        const at = y * SIZE + x;
        if (z > depth[at]) depth[at] = z;
      }
  }
}
