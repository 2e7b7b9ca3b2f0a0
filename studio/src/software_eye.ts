/** The painted eye, a pixel at a time; the formulas are those of the shaders. */

import { LAMP_DIRECTIONS } from "./light";
import type { Surface } from "./rig_parts";
import { encoded } from "./software_light";

const KEY = LAMP_DIRECTIONS[0];

const step = (low: number, high: number, value: number): number => {
  const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return share * share * (3 - 2 * share);
};

export interface EyePixel {
  /** Direction in the eye's own frame, iris around +z. */
  direction: [number, number, number];
  normal: [number, number, number];
  view: [number, number, number];
  /** Linear light on white. */
  light: [number, number, number];
}

/** The screen's levels of one pixel of an eye; `edge` is a pixel's width as an angle. */
export function eyeLevels(material: Surface["material"], pixel: EyePixel, edge: number): number[] {
  const [dx, dy, dz] = pixel.direction;
  const iris = material.iris_angle ?? 0;
  let colour: number[] = material.sclera_colour ?? [0.8, 0.8, 0.8];
  const angle = Math.acos(Math.min(Math.max(dz / Math.hypot(dx, dy, dz), -1), 1));
  const inside = iris > 0 ? 1 - step(iris - edge, iris + edge, angle) : 0;
  if (inside > 0) {
    const radius = angle / iris;
    const turn = Math.atan2(dy, dx);
    const fibres =
      0.5 * Math.sin(turn * 23 + 3 * Math.sin(turn * 5)) + 0.5 * Math.sin(turn * 41 + 1.3 + 2 * Math.sin(turn * 3));
    const pupil = material.pupil_ratio ?? 0.4;
    const outwards = step(pupil, 1, radius);
    const slant = (0.9 * (-dy * 0.9 + dx * 0.15)) / Math.sin(Math.max(iris, 0.05));
    let bright = (1 + 0.16 * fibres * (1 - outwards * 0.5)) * (0.55 + 0.75 * step(-0.6, 0.9, slant));
    bright *= 1 - 0.72 * step(0.78, 1, radius);
    const soft = edge / iris;
    const black = 1 - step(pupil - soft, pupil + soft + 0.03, radius);
    const [outer, inner] = [material.iris_colour, material.iris_inner_colour];
    colour = colour.map((white, axis) => {
      const painted = (inner[axis] + (outer[axis] - inner[axis]) * outwards) * bright * (1 - black) + 0.009 * black;
      return white + (painted - white) * inside;
    });
  }
  const shine = reflection(pixel, material.highlight_cosine ?? 0.98, inside, edge);
  return colour.map((level, axis) => encoded(level * pixel.light[axis] + shine));
}

function reflection({ normal, view }: EyePixel, cosine: number, iris: number, edge: number): number {
  const facing = normal[0] * view[0] + normal[1] * view[1] + normal[2] * view[2];
  const [mx, my, mz] = normal.map((value, axis) => 2 * facing * value - view[axis]);
  const soft = edge * 2.2 * Math.sqrt(Math.max(0, 1 - cosine * cosine)) + 0.004;
  const lamp = mx * KEY[0] + my * KEY[1] + mz * KEY[2];
  const opposite = -0.9 * mx * KEY[0] - 0.75 * my * KEY[1] + 0.9 * mz * KEY[2];
  const mirror = 0.03 + 0.45 * Math.max(1 - facing, 0) ** 5;
  return step(cosine - soft, cosine + soft, lamp) + step(0.955, 0.985, opposite) * 0.22 * iris + (0.5 + 0.5 * my) * 0.28 * mirror;
}
