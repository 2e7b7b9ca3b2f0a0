/** How much light reaches each vertex of the resting face, found with small depth maps. */

import { LAMP_DIRECTIONS, SKY_DIRECTIONS } from "./light";
import type { Surface } from "./rig_parts";

type Shape = Pick<Surface, "indices" | "positions" | "normals">;

const SIZE = 192;
const BIAS = 1.5;
const SHIFT = 1.8;

const pause = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Shares in [0, 1], one a vertex: of the sky, and of the key lamp. */
export interface Shares {
  sky: Float32Array;
  key: Float32Array;
}

/** The shares of every surface; works in slices, so the page stays awake. */
export async function lightShares(given: Surface[]): Promise<Shares[]> {
  // The rig may move on while this works.
  const surfaces = given.map(({ indices, positions, normals }) => ({
    indices,
    positions: positions.slice(),
    normals: normals.slice(),
  }));
  const counts = surfaces.map((surface) => surface.positions.length / 3);
  const seen = counts.map((count) => new Float32Array(count));
  const full = counts.map((count) => new Float32Array(count));
  const key = counts.map((count) => new Float32Array(count));
  const where = grid(surfaces);
  for (const direction of SKY_DIRECTIONS) await look(surfaces, direction, where, seen, full);
  await look(surfaces, LAMP_DIRECTIONS[0], where, key, counts.map((count) => new Float32Array(count)), false);
  return seen.map((shares, number) => ({
    sky: shares.map((share, at) => (full[number][at] > 0 ? share / full[number][at] : 1)),
    key: key[number],
  }));
}

/** Add what vertices see along a direction, and what they would see with nothing before them. */
async function look(
  surfaces: Shape[],
  direction: [number, number, number],
  { centre, texel }: { centre: number[]; texel: number },
  seen: Float32Array[],
  full: Float32Array[],
  slanting = true,
): Promise<void> {
  const frame = frameOf(direction);
  const depth = new Float32Array(SIZE * SIZE).fill(-1e9);
  const mapped = surfaces.map((surface) => onMap(surface.positions, frame, centre, texel));
  surfaces.forEach((surface, number) => draw(mapped[number], surface.indices, depth));
  await pause();
  surfaces.forEach(({ normals }, number) => {
    const [points, sums, most] = [mapped[number], seen[number], full[number]];
    for (let vertex = 0, at = 0; vertex < sums.length; vertex++, at += 3) {
      const [nx, ny, nz] = [normals[at], normals[at + 1], normals[at + 2]];
      const towards = frame[6] * nx + frame[7] * ny + frame[8] * nz;
      if (slanting && towards <= 0) continue;
      const weight = slanting ? towards : 1;
      most[vertex] += weight;
      const x = Math.round(points[at] + SHIFT * (frame[0] * nx + frame[1] * ny + frame[2] * nz) - 0.5);
      const y = Math.round(points[at + 1] + SHIFT * (frame[3] * nx + frame[4] * ny + frame[5] * nz) - 0.5);
      const z = points[at + 2] + SHIFT * texel * towards;
      if (x < 0 || y < 0 || x >= SIZE || y >= SIZE) continue;
      const hidden = (depth[y * SIZE + x] - z - BIAS * texel) / (BIAS * texel);
      sums[vertex] += weight * (1 - Math.min(Math.max(hidden, 0), 1));
    }
  });
  await pause();
}

function grid(surfaces: Shape[]): { centre: number[]; texel: number } {
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
