/** A rig drawn without a graphics card: lit a vertex, coloured a pixel. */

import { headRotation } from "./matrices";
import type { Shares } from "./occlusion";
import type { Pose } from "./pose";
import type { Rig } from "./rig";
import type { Surface } from "./rig_parts";
import { eyeLevels, type EyePixel } from "./software_eye";
import { SurfaceLight } from "./software_light";
import { drawTriangles, emptyRaster, type Raster } from "./software_raster";

type Vector = [number, number, number];

/** Where the camera is and what it shows; `matrix` is 4×4, columns first, to clip space. */
export interface Shot {
  matrix: number[];
  camera: Vector;
  target: Vector;
  /** The head's shift; its rotation is in the pose. */
  shift: Vector;
  /** A pixel's width as an angle on the eye. */
  eyeEdge: number;
}

interface Span {
  surface: Surface;
  shares: Shares;
  lamp: SurfaceLight;
  eye: boolean;
  creased: boolean;
  bothSides: boolean;
  /** First and last corner, and first vertex. */
  start: number;
  stop: number;
  vertex: number;
}

export class SoftwareBody {
  private readonly spans: Span[] = [];
  private readonly indices: Uint32Array;
  /** The span of each triangle. */
  private readonly owners: Uint8Array;
  private readonly points: Float32Array;
  private readonly light: Float32Array;
  private readonly normals: Float32Array;

  constructor(
    readonly rig: Rig,
    shares: Shares[] | null,
  ) {
    const corners = rig.surfaces.reduce((sum, { indices }) => sum + indices.length, 0);
    const vertices = rig.surfaces.reduce((sum, { positions }) => sum + positions.length / 3, 0);
    this.indices = new Uint32Array(corners);
    this.owners = new Uint8Array(corners / 3);
    [this.points, this.light, this.normals] = [0, 1, 2].map(() => new Float32Array(vertices * 3));
    let [start, vertex] = [0, 0];
    rig.surfaces.forEach((surface, number) => {
      surface.indices.forEach((index, place) => (this.indices[start + place] = index + vertex));
      const stop = start + surface.indices.length;
      this.owners.fill(number, start / 3, stop / 3);
      const lamp = new SurfaceLight(surface);
      const { kind } = surface;
      const kinds = { eye: kind === "eye", creased: kind === "skin", bothSides: surface.doubleSided && !surface.closed };
      const given = shares && (kinds.eye ? opened(shares[number]) : shares[number]);
      this.spans.push({ surface, lamp, ...kinds, shares: given ?? open(surface), start, stop, vertex });
      start = stop;
      vertex += surface.positions.length / 3;
    });
  }

  /** Draw a pose on nothing; the background stays clear. */
  paint(pose: Pose, shot: Shot, context: CanvasRenderingContext2D): void {
    const { width, height } = context.canvas;
    this.rig.pose(pose);
    const rotation = headRotation(pose.head);
    const view = unit(shot.camera.map((value, axis) => value - shot.target[axis]));
    const raster = emptyRaster(width, height);
    for (const span of this.spans) {
      this.place(span, rotation, shot, width, height);
      span.lamp.light(this.normals, span.vertex * 3, span.shares.sky, span.shares.key, view, this.light);
      drawTriangles(raster, this.points, this.indices, span.start, span.stop, span.bothSides);
    }
    const picture = context.createImageData(width, height);
    this.colour(raster, picture.data, view, shot.eyeEdge);
    context.putImageData(picture, 0, 0);
  }

  /** Turn a surface's vertices with the head and find their pixels. */
  private place({ surface, vertex }: Span, r: number[], { matrix: m, shift }: Shot, width: number, height: number): void {
    const { positions, normals, headWeights } = surface;
    for (let from = 0, to = vertex * 3, row = 0; from < positions.length; from += 3, to += 3, row++) {
      let [x, y, z] = [positions[from], positions[from + 1], positions[from + 2]];
      let [nx, ny, nz] = [normals[from], normals[from + 1], normals[from + 2]];
      const share = headWeights[row];
      if (share > 0) {
        const [tx, ty, tz] = [
          r[0] * x + r[3] * y + r[6] * z - x + shift[0],
          r[1] * x + r[4] * y + r[7] * z - y + shift[1],
          r[2] * x + r[5] * y + r[8] * z - z + shift[2],
        ];
        x += share * tx;
        y += share * ty;
        z += share * tz;
        const [ux, uy, uz] = [
          r[0] * nx + r[3] * ny + r[6] * nz - nx,
          r[1] * nx + r[4] * ny + r[7] * nz - ny,
          r[2] * nx + r[5] * ny + r[8] * nz - nz,
        ];
        nx += share * ux;
        ny += share * uy;
        nz += share * uz;
      }
      this.normals[to] = nx;
      this.normals[to + 1] = ny;
      this.normals[to + 2] = nz;
      const near = 1 / (m[3] * x + m[7] * y + m[11] * z + m[15]);
      this.points[to] = (0.5 + 0.5 * near * (m[0] * x + m[4] * y + m[8] * z + m[12])) * width;
      this.points[to + 1] = (0.5 - 0.5 * near * (m[1] * x + m[5] * y + m[9] * z + m[13])) * height;
      this.points[to + 2] = near;
    }
  }

  /** Colour every pixel that shows something. */
  private colour(raster: Raster, data: Uint8ClampedArray, view: Vector, edge: number): void {
    const { points, light, indices, owners } = this;
    const { width, triangles } = raster;
    const creases = this.rig.creases;
    for (let at = 0, to = 0; at < triangles.length; at++, to += 4) {
      const corner = triangles[at];
      if (corner < 0) continue;
      const span = this.spans[owners[corner / 3]];
      const a = indices[corner] * 3;
      const b = indices[corner + 1] * 3;
      const c = indices[corner + 2] * 3;
      const px = (at % width) + 0.5 - points[a];
      const py = ((at / width) | 0) + 0.5 - points[a + 1];
      const bx = points[b] - points[a];
      const by = points[b + 1] - points[a + 1];
      const cx = points[c] - points[a];
      const cy = points[c + 1] - points[a + 1];
      const inverse = 1 / (bx * cy - by * cx);
      const second = (px * cy - py * cx) * inverse;
      const third = (bx * py - by * px) * inverse;
      const first = 1 - second - third;
      data[to + 3] = 255;
      if (span.eye) {
        this.paintEye(span, [a, b, c], [first, second, third], view, edge, data, to);
        continue;
      }
      let red = first * light[a] + second * light[b] + third * light[c];
      let green = first * light[a + 1] + second * light[b + 1] + third * light[c + 1];
      let blue = first * light[a + 2] + second * light[b + 2] + third * light[c + 2];
      if (creases !== null && span.creased) {
        const uv = span.surface.faceCoordinates;
        const i = (a / 3 - span.vertex) * 2;
        const j = (b / 3 - span.vertex) * 2;
        const k = (c / 3 - span.vertex) * 2;
        const u = first * uv[i] + second * uv[j] + third * uv[k];
        const v = first * uv[i + 1] + second * uv[j + 1] + third * uv[k + 1];
        if (u >= 0 && u <= 1 && v >= 0 && v <= 1) {
          const row = (v * (creases.rows - 1) + 0.5) | 0;
          const place = (row * creases.columns + ((u * (creases.columns - 1) + 0.5) | 0)) * 4;
          const tilt = 1 + 0.4 * creases.values[place] - 0.55 * creases.values[place + 1];
          const deep = Math.min(creases.values[place + 2], 1.2);
          red *= tilt * (1 - 0.14 * deep);
          green *= tilt * (1 - 0.22 * deep);
          blue *= tilt * (1 - 0.24 * deep);
        }
      }
      data[to] = red;
      data[to + 1] = green;
      data[to + 2] = blue;
    }
  }

  private paintEye(
    { surface, vertex }: Span,
    corners: number[],
    shares: number[],
    view: Vector,
    edge: number,
    data: Uint8ClampedArray,
    to: number,
  ): void {
    const mixed = (values: Float32Array, shift = 0) =>
      [0, 1, 2].map((axis) =>
        corners.reduce((sum, place, corner) => sum + shares[corner] * values[place - shift + axis], 0),
      ) as Vector;
    const pixel: EyePixel = {
      direction: mixed(surface.aux, vertex * 3),
      normal: unit(mixed(this.normals)),
      view,
      light: mixed(this.light),
    };
    data.set(eyeLevels(surface.material, pixel, edge), to);
  }
}

/** All light reaches every vertex, until it is known how much does. */
function open({ headWeights }: Surface): Shares {
  return { sky: new Float32Array(headWeights.length).fill(0.8), key: new Float32Array(headWeights.length).fill(1) };
}

/** Lids that are nearly shut at rest must not darken eyes that are wide open. */
function opened({ sky, key }: Shares): Shares {
  const lifted = (values: Float32Array) => values.map((value) => Math.max(value, 0.75));
  return { sky: lifted(sky), key: lifted(key) };
}

function unit(vector: number[]): Vector {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length) as Vector;
}
