/** The light of the package's own pictures: key, fill, two rims and a sky. Linear RGB. */

type Vector = [number, number, number];

const unit = ([x, y, z]: Vector): Vector => {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
};

export const LAMP_DIRECTIONS: Vector[] = [
  unit([-0.45, 0.62, 0.78]),
  unit([0.8, 0.15, 0.7]),
  unit([-0.9, 0.35, -0.6]),
  unit([0.9, 0.5, -0.55]),
];

export const LAMP_COLOURS: Vector[] = [
  [1.32, 0.965 * 1.32, 0.93 * 1.32],
  [0.75 * 0.32, 0.85 * 0.32, 0.32],
  [0.75, 0.97 * 0.75, 0.95 * 0.75],
  [0.6, 0.97 * 0.6, 0.95 * 0.6],
];

const SKY: Vector = [0.85, 0.92, 1];
const GROUND: Vector = [0.55, 0.45, 0.4];
const AMBIENT = 0.46;
const DIRECTIONS = 18;
const LOWEST_Z = -0.35;

export const SKY_DIRECTIONS: Vector[] = Array.from({ length: DIRECTIONS }, (_, number): Vector => {
  const down = Math.acos(1 - (2 * (number + 0.5)) / DIRECTIONS);
  const round = Math.PI * (1 + Math.sqrt(5)) * (number + 0.5);
  return [Math.cos(round) * Math.sin(down), Math.cos(down), Math.sin(round) * Math.sin(down)];
}).filter(([, , z]) => z > LOWEST_Z);

export const SKY_COLOURS: Vector[] = SKY_DIRECTIONS.map(([, y]) => {
  const height = y * 0.5 + 0.5;
  const scale = (AMBIENT * 2) / SKY_DIRECTIONS.length;
  return [0, 1, 2].map((axis) => (SKY[axis] * height + GROUND[axis] * (1 - height)) * scale) as Vector;
});

/** Sum of the channels of an unhidden sky. */
export const FULL_AMBIENT = SKY_COLOURS.flat().reduce((sum, value) => sum + value, 0) / 2;
