/** Small matrices: columns one after the other, as glTF's are; angles in degrees. */

import type { Json } from "./glb";

export const identity = (): number[] => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** The 3×3 part of a 4×4 matrix. */
export const linear = (matrix: number[]): number[] => [0, 1, 2, 4, 5, 6, 8, 9, 10].map((place) => matrix[place]);

/** The rotation that turns +z by yaw and pitch. */
export function look(yaw: number, pitch: number): number[] {
  const [ys, yc] = [Math.sin((yaw * Math.PI) / 180), Math.cos((yaw * Math.PI) / 180)];
  const [xs, xc] = [Math.sin((pitch * Math.PI) / 180), Math.cos((pitch * Math.PI) / 180)];
  return [yc, 0, -ys, ys * xs, xc, yc * xs, ys * xc, -xs, yc * xc];
}

/** The rotation of a head: a look, then a roll. */
export function headRotation([yaw, pitch, roll]: [number, number, number]): number[] {
  const angle = (roll * Math.PI) / 180;
  const tilt = [Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0, 0, 0, 1];
  return product3(tilt, look(yaw, pitch));
}

export const product3 = (first: number[], second: number[]): number[] => product(first, second, 3);

export const product4 = (first: number[], second: number[]): number[] => product(first, second, 4);

function product(first: number[], second: number[], size: number): number[] {
  return Array.from({ length: size * size }, (_, at) => {
    const [column, row] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let k = 0; k < size; k++) sum += first[k * size + row] * second[column * size + k];
    return sum;
  });
}

/** The transform of a glTF node within its parent. */
export function localMatrix(node: Json): number[] {
  if (node.matrix) return [...node.matrix];
  const [tx, ty, tz] = node.translation ?? [0, 0, 0];
  const [x, y, z, w] = node.rotation ?? [0, 0, 0, 1];
  const [sx, sy, sz] = node.scale ?? [1, 1, 1];
  return [
    (1 - 2 * (y * y + z * z)) * sx, 2 * (x * y + z * w) * sx, 2 * (x * z - y * w) * sx, 0,
    2 * (x * y - z * w) * sy, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z + x * w) * sy, 0,
    2 * (x * z + y * w) * sz, 2 * (y * z - x * w) * sz, (1 - 2 * (x * x + y * y)) * sz, 0,
    tx, ty, tz, 1,
  ];
}

/** Move points: basis · point + centre. */
export function placed(points: Float32Array, basis: number[], centre: number[], result: Float32Array): void {
  for (let at = 0; at < points.length; at += 3)
    for (let axis = 0; axis < 3; axis++)
      result[at + axis] =
        basis[axis] * points[at] +
        basis[3 + axis] * points[at + 1] +
        basis[6 + axis] * points[at + 2] +
        centre[axis];
}
