/**
 * Light on vertices, worked out without a graphics card; the formulas are those of the
 * shaders. For one material and one view light depends on the normal alone, so it is worked
 * out for some thousand normals and looked up.
 */

import { FULL_AMBIENT, LAMP_COLOURS, LAMP_DIRECTIONS, SKY_COLOURS, SKY_DIRECTIONS } from "./light";
import type { Surface } from "./rig_parts";

type Vector = [number, number, number];

const STEPS = 1024;
const BRIGHTEST = 3;
/** Normals along a side of the table, which is an unfolded octahedron. */
const SIDE = 49;
/** Of each normal: sky, key lamp, other lamps (three channels each), their gloss, rim. */
const WIDTH = 12;

/** Linear light in [0, 3], in 1024 steps, as the sRGB level of a screen in [0, 255]. */
const LEVELS = Float32Array.from({ length: STEPS + 1 }, (_, step) => {
  const light = (step / STEPS) * BRIGHTEST;
  const level = Math.min(light > 0.7 ? 0.7 + 0.3 * (1 - Math.exp((0.7 - light) / 0.3)) : light, 1);
  return 255 * (level <= 0.0031308 ? 12.92 * level : 1.055 * level ** (1 / 2.4) - 0.055);
});

export function encoded(light: number): number {
  const step = light * (STEPS / BRIGHTEST);
  return LEVELS[step <= 0 ? 0 : step >= STEPS ? STEPS : step | 0];
}

/** Lights the vertices of one surface. */
export class SurfaceLight {
  private readonly table = new Float32Array(SIDE * SIDE * WIDTH);
  private view: Vector | null = null;
  private readonly bleeding: number;

  constructor(private readonly surface: Surface) {
    const { kind, material } = surface;
    this.bleeding = kind === "skin" || kind === "felt" ? 0.35 * (material.subsurface ?? 0) : 0;
  }

  /**
   * Write the screen's levels of each vertex; of eyes, which are painted later, linear
   * light on white.
   *
   * `normals` are turned with the head and begin at `from`, as the result does; `view`
   * points to the camera.
   */
  light(normals: Float32Array, from: number, sky: Float32Array, key: Float32Array, view: Vector, result: Float32Array): void {
    this.fill(view);
    const { table, bleeding } = this;
    const { colours, kind, material } = this.surface;
    const floor: number = material.ambient_floor ?? 0;
    const eye = kind === "eye";
    for (let at = from, own = 0, vertex = 0; vertex < sky.length; at += 3, own += 3, vertex++) {
      const place = placeOf(normals[at], normals[at + 1], normals[at + 2]);
      const open = sky[vertex];
      const arriving = key[vertex];
      const openness = Math.min(open * table[place + 9], 1);
      const other = 0.35 + 0.65 * openness;
      const seeping = arriving + bleeding * arriving * (1 - arriving);
      const red = table[place] * open + table[place + 3] * seeping + table[place + 6] * other + floor;
      const green = table[place + 1] * open + table[place + 4] * arriving + table[place + 7] * other + floor;
      const blue = table[place + 2] * open + table[place + 5] * arriving + table[place + 8] * other + floor;
      if (eye) {
        result[at] = red;
        result[at + 1] = green;
        result[at + 2] = blue;
        continue;
      }
      const gloss = table[place + 10] * arriving;
      const glow = table[place + 11] * openness;
      result[at] = encoded(colours[own] * (red + 0.9 * glow) + gloss + 0.45 * glow);
      result[at + 1] = encoded(colours[own + 1] * (green + 0.95 * glow) + gloss + 0.47 * glow);
      result[at + 2] = encoded(colours[own + 2] * (blue + glow) + gloss + 0.5 * glow);
    }
  }

  private fill(view: Vector): void {
    if (this.view && this.view.every((value, axis) => Math.abs(value - view[axis]) < 1e-6)) return;
    this.view = view;
    for (let row = 0; row < SIDE; row++)
      for (let column = 0; column < SIDE; column++) {
        const normal = normalAt((column / (SIDE - 1)) * 2 - 1, (row / (SIDE - 1)) * 2 - 1);
        this.table.set(lit(this.surface, normal, view), (row * SIDE + column) * WIDTH);
      }
  }
}

/** The place in a table of a normal of any length. */
function placeOf(x: number, y: number, z: number): number {
  const scale = 1 / (Math.abs(x) + Math.abs(y) + Math.abs(z) + 1e-12);
  let u = x * scale;
  let v = y * scale;
  if (z < 0) {
    const folded = (1 - Math.abs(v)) * (u < 0 ? -1 : 1);
    v = (1 - Math.abs(u)) * (v < 0 ? -1 : 1);
    u = folded;
  }
  const column = ((u * 0.5 + 0.5) * (SIDE - 1) + 0.5) | 0;
  const row = ((v * 0.5 + 0.5) * (SIDE - 1) + 0.5) | 0;
  return (row * SIDE + column) * WIDTH;
}

function normalAt(u: number, v: number): Vector {
  const z = 1 - Math.abs(u) - Math.abs(v);
  const x = z < 0 ? (1 - Math.abs(v)) * (u < 0 ? -1 : 1) : u;
  const y = z < 0 ? (1 - Math.abs(u)) * (v < 0 ? -1 : 1) : v;
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** One row of a table. */
function lit({ kind, material }: Surface, given: Vector, view: Vector): number[] {
  const back = dot(given, view) < -0.2;
  const normal = given.map((value) => (back ? -value : value)) as Vector;
  const facing = dot(normal, view);
  const under = kind === "skin" || kind === "felt" ? (material.subsurface ?? 0) : 0;
  const soft = { eye: 0.25, hair: 0.3 }[kind] ?? 0;
  const wraps = [soft + 0.42 * under, soft + 0.16 * under, soft + 0.1 * under];
  const sharp = 2 / Math.max((material.roughness ?? 0.5) ** 4, 0.02);
  const shine = kind === "eye" ? 0 : ((material.specular ?? 0.04) * (sharp + 2)) / 8;
  const [sky, key, rest] = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  SKY_DIRECTIONS.forEach((direction, number) => {
    const share = Math.max(dot(normal, direction), 0);
    SKY_COLOURS[number].forEach((colour, axis) => (sky[axis] += share * colour));
  });
  let gloss = 0;
  LAMP_DIRECTIONS.forEach((lamp, number) => {
    const towards = dot(normal, lamp);
    wraps.forEach((wrap, axis) => {
      const share = Math.max((towards + wrap) / (1 + wrap), 0);
      (number ? rest : key)[axis] += LAMP_COLOURS[number][axis] * share;
    });
    const half = lamp.map((value, axis) => value + view[axis]) as Vector;
    const tilt = Math.max(dot(normal, half) / Math.hypot(...half), 0);
    if (towards > 0) gloss += LAMP_COLOURS[number][0] * towards * shine * tilt ** sharp;
  });
  const ambient = (sky[0] + sky[1] + sky[2]) / FULL_AMBIENT;
  const rim = (material.rim ?? 0) * Math.max(1 - Math.max(facing, 0), 0) ** 3 * (0.7 + 0.3 * normal[1]);
  return [...sky, ...key, ...rest, ambient, gloss, rim];
}
