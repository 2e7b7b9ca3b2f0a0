/** A character's rig: from a pose to vertices and normals, as the package's own renderer does. */

import { GLB, type Json, type SparseOffsets } from "./glb";
import type { Pose } from "./pose";

export interface Surface {
  name: string;
  kind: string;
  material: Json;
  doubleSided: boolean;
  indices: Uint32Array;
  positions: Float32Array;
  normals: Float32Array;
  colours: Float32Array;
  aux: Float32Array;
  faceCoordinates: Float32Array;
  headWeights: Float32Array;
}

interface Part {
  surface: Surface;
  neutral: Float32Array;
  targets: Map<string, SparseOffsets>;
  moved: boolean;
}

interface Eye extends Part {
  directions: Float32Array;
  socket: number[];
  rest: number[];
}

interface Crease {
  drivers: [string, number][];
  row: number;
  column: number;
  rows: number;
  columns: number;
  relief: Float32Array;
}

export interface Relief {
  rows: number;
  columns: number;
  values: Float32Array;
}

const IRIS_TARGET = "irisSmall";
const DEEPEST = 1.25;
const FAINTEST = 0.03;

export class Rig {
  readonly surfaces: Surface[] = [];
  readonly controls: string[];
  relief: Relief | null = null;
  reliefChanged = false;
  private readonly parts: Part[] = [];
  private readonly eyes: Eye[] = [];
  private readonly correctives: { name: string; kind: string; of: string[] }[];
  private creases: Crease[] = [];
  private creaseStrength = 0;

  private constructor(private readonly glb: GLB) {
    const content = glb.content;
    const face = this.node("face");
    if (!face) throw new Error('the model has no mesh node "face"');
    const extras = content.meshes[face.mesh].extras ?? {};
    this.correctives = extras.deepexpr?.correctives ?? [];
    const mending = new Set(this.correctives.map((rule) => rule.name));
    const names: string[] = extras.targetNames ?? [];
    for (const node of content.nodes) {
      if (node.mesh === undefined || node.name === "eyeLeft" || node.name === "eyeRight") continue;
      for (const primitive of content.meshes[node.mesh].primitives)
        this.parts.push(this.part(primitive, node === face ? names : [], node.skin));
    }
    const eyeNames = new Set<string>();
    for (const name of ["eyeLeft", "eyeRight"]) {
      const node = this.node(name);
      if (!node) continue;
      const eye = this.eye(node);
      for (const target of eye.targets.keys()) eyeNames.add(target);
      this.eyes.push(eye);
    }
    const controls = [...names.filter((name) => !mending.has(name)), ...eyeNames];
    this.controls = [...new Set(controls)].filter((name) => name !== IRIS_TARGET);
    for (const part of [...this.parts, ...this.eyes]) this.surfaces.push(part.surface);
  }

  static async load(address: string): Promise<Rig> {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`the model could not be loaded (${answer.status})`);
    const rig = new Rig(new GLB(await answer.arrayBuffer()));
    await rig.loadCreases();
    return rig;
  }

  /** Move every vertex to a pose; the head's turn is left to the graphics card. */
  pose(pose: Pose): void {
    const weights = this.targetWeights(pose);
    for (const part of this.parts) this.move(part, weights);
    for (const eye of this.eyes) this.turn(eye, pose, weights);
    this.press(pose.weights);
  }

  private targetWeights(pose: Pose): Map<string, number> {
    const known = new Set(this.controls);
    const weights = new Map([...pose.weights].filter(([name, weight]) => weight && known.has(name)));
    const close = weights.get("mouthClose");
    // Lips can only close a jaw that is open.
    if (close !== undefined)
      weights.set("mouthClose", Math.min(close, Math.max(weights.get("jawOpen") ?? 0, 0)));
    for (const rule of this.correctives) {
      const given = rule.of.map((name) => Math.max(weights.get(name) ?? 0, 0));
      const weight =
        rule.kind === "inbetween"
          ? Math.max(4 * given[0] * (1 - given[0]), 0)
          : given.reduce((product, value) => product * value, 1);
      if (weight) weights.set(rule.name, weight);
    }
    return weights;
  }

  private move(part: Part, weights: Map<string, number>): void {
    const active = [...weights].filter(([name]) => part.targets.get(name)?.rows.length);
    if (!active.length && !part.moved) return;
    part.moved = active.length > 0;
    const { positions } = part.surface;
    positions.set(part.neutral);
    for (const [name, weight] of active) {
      const { rows, offsets } = part.targets.get(name)!;
      for (let place = 0; place < rows.length; place++) {
        const start = rows[place] * 3;
        positions[start] += weight * offsets[place * 3];
        positions[start + 1] += weight * offsets[place * 3 + 1];
        positions[start + 2] += weight * offsets[place * 3 + 2];
      }
    }
    vertexNormals(positions, part.surface.indices, part.surface.normals);
  }

  private turn(eye: Eye, pose: Pose, weights: Map<string, number>): void {
    const { surface, directions } = eye;
    const local = directions.slice();
    for (const [name, { rows, offsets }] of eye.targets) {
      const weight = weights.get(name) ?? 0;
      if (!weight) continue;
      rows.forEach((row, place) => {
        for (let axis = 0; axis < 3; axis++) local[row * 3 + axis] += weight * offsets[place * 3 + axis];
      });
    }
    const turned = product3(eye.rest, look(pose.gaze[0], pose.gaze[1]));
    const basis = product3(linear(eye.socket), turned);
    place(local, basis, [eye.socket[12], eye.socket[13], eye.socket[14]], surface.positions);
    vertexNormals(surface.positions, surface.indices, surface.normals);
    if (surface.kind === "eye") surface.aux.set(squeezed(directions, pose.iris));
  }

  private press(weights: Map<string, number>): void {
    if (!this.relief || this.creaseStrength <= 0) return;
    const pressed: [Crease, number][] = [];
    for (const crease of this.creases) {
      const total = crease.drivers.reduce(
        (sum, [name, gain]) => sum + gain * Math.max(weights.get(name) ?? 0, 0),
        0,
      );
      const amplitude = Math.min(Math.max(total, 0), DEEPEST);
      if (amplitude > FAINTEST) pressed.push([crease, amplitude * this.creaseStrength]);
    }
    const { values, columns } = this.relief;
    values.fill(0);
    for (const [crease, amplitude] of pressed)
      for (let row = 0; row < crease.rows; row++) {
        let from = row * crease.columns * 3;
        let to = ((crease.row + row) * columns + crease.column) * 4;
        for (let column = 0; column < crease.columns; column++, from += 3, to += 4) {
          values[to] += amplitude * crease.relief[from];
          values[to + 1] += amplitude * crease.relief[from + 1];
          values[to + 2] += amplitude * crease.relief[from + 2];
        }
      }
    this.reliefChanged = true;
  }

  private async loadCreases(): Promise<void> {
    const face = this.node("face")!;
    const table = this.glb.content.meshes[face.mesh].extras?.deepexpr?.creases;
    if (!table) return;
    const picture = await createImageBitmap(this.glb.image(table.image), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.drawImage(picture, 0, 0);
    const atlas = context.getImageData(0, 0, picture.width, picture.height).data;
    this.creaseStrength = table.strength;
    this.relief = {
      rows: table.rows,
      columns: table.columns,
      values: new Float32Array(table.rows * table.columns * 4),
    };
    this.creases = table.channels.map((entry: Json) => crease(entry, atlas, picture.width));
  }

  private node(name: string): Json {
    return this.glb.content.nodes.find((node: Json) => node.name === name && node.mesh !== undefined);
  }

  private part(primitive: Json, names: string[], skin: number | undefined): Part {
    const glb = this.glb;
    const attributes = primitive.attributes;
    const positions = glb.values(attributes.POSITION);
    const count = positions.length / 3;
    const indices =
      primitive.indices === undefined
        ? Uint32Array.from({ length: count }, (_, row) => row)
        : glb.indices(primitive.indices);
    const material = glb.content.materials?.[primitive.material] ?? {};
    const shading = material.extras?.deepexpr ?? {};
    const base: number[] = material.pbrMetallicRoughness?.baseColorFactor ?? [1, 1, 1, 1];
    const surface: Surface = {
      name: material.name ?? "",
      kind: shading.kind ?? "plain",
      material: { roughness: material.pbrMetallicRoughness?.roughnessFactor ?? 1, specular: 0.04, ...shading },
      doubleSided: Boolean(material.doubleSided),
      indices,
      positions,
      normals: new Float32Array(positions.length),
      colours: this.colours(attributes.COLOR_0, count, base),
      aux: attributes._AUX === undefined ? new Float32Array(count * 3) : glb.values(attributes._AUX),
      faceCoordinates:
        attributes.TEXCOORD_0 === undefined
          ? new Float32Array(count * 2).fill(-1)
          : glb.values(attributes.TEXCOORD_0),
      headWeights: this.headWeights(attributes, skin, count),
    };
    vertexNormals(positions, indices, surface.normals);
    const targets = new Map<string, SparseOffsets>();
    (primitive.targets ?? []).forEach((target: Json, number: number) => {
      const name = names[number];
      if (name !== undefined && target.POSITION !== undefined) targets.set(name, glb.sparse(target.POSITION));
    });
    return { surface, neutral: positions.slice(), targets, moved: false };
  }

  private eye(node: Json): Eye {
    const nodes: Json[] = this.glb.content.nodes;
    const number = nodes.indexOf(node);
    const mesh = this.glb.content.meshes[node.mesh];
    const part = this.part(mesh.primitives[0], mesh.extras?.targetNames ?? [], undefined);
    const chain: Json[] = [];
    for (let child = number; ; ) {
      const parent = nodes.findIndex((candidate) => candidate.children?.includes(child));
      if (parent < 0) break;
      chain.unshift(nodes[parent]);
      child = parent;
    }
    const socket = chain.map(local).reduce(product4, identity());
    const own = local(node);
    const [x, y, z] = [own[12], own[13], own[14]];
    for (let axis = 0; axis < 3; axis++)
      socket[12 + axis] += socket[axis] * x + socket[4 + axis] * y + socket[8 + axis] * z;
    const directions = part.neutral;
    part.surface.headWeights.fill(1);
    part.surface.aux = directions.slice();
    const eye: Eye = { ...part, directions, socket, rest: linear(own) };
    this.turn(eye, { weights: new Map(), gaze: [0, 0], head: [0, 0, 0], iris: 1 }, new Map());
    return eye;
  }

  private colours(accessor: number | undefined, count: number, base: number[]): Float32Array {
    const colours = new Float32Array(count * 3).fill(1);
    if (accessor !== undefined) {
      const values = this.glb.values(accessor);
      const width = values.length / count;
      for (let row = 0; row < count; row++)
        for (let axis = 0; axis < 3; axis++) colours[row * 3 + axis] = values[row * width + axis];
    }
    return colours.map((value, place) => value * base[place % 3]);
  }

  private headWeights(attributes: Json, skin: number | undefined, count: number): Float32Array {
    const shares = new Float32Array(count).fill(1);
    if (skin === undefined || attributes.JOINTS_0 === undefined) return shares;
    const joints: number[] = this.glb.content.skins[skin].joints;
    const head = joints.findIndex((joint) => this.glb.content.nodes[joint].name === "head");
    if (head < 0) return shares;
    const numbers = this.glb.values(attributes.JOINTS_0);
    const weights = this.glb.values(attributes.WEIGHTS_0);
    for (let row = 0; row < count; row++) {
      shares[row] = 0;
      for (let place = row * 4; place < row * 4 + 4; place++)
        if (numbers[place] === head) shares[row] += weights[place];
    }
    return shares;
  }
}

function crease(entry: Json, atlas: Uint8ClampedArray, width: number): Crease {
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

/** Fill unit normals, each triangle counted by its area. */
export function vertexNormals(points: Float32Array, indices: Uint32Array, normals: Float32Array): void {
  normals.fill(0);
  for (let corner = 0; corner < indices.length; corner += 3) {
    const a = indices[corner] * 3;
    const b = indices[corner + 1] * 3;
    const c = indices[corner + 2] * 3;
    const ux = points[b] - points[a];
    const uy = points[b + 1] - points[a + 1];
    const uz = points[b + 2] - points[a + 2];
    const vx = points[c] - points[a];
    const vy = points[c + 1] - points[a + 1];
    const vz = points[c + 2] - points[a + 2];
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    normals[a] += nx;
    normals[a + 1] += ny;
    normals[a + 2] += nz;
    normals[b] += nx;
    normals[b + 1] += ny;
    normals[b + 2] += nz;
    normals[c] += nx;
    normals[c + 1] += ny;
    normals[c + 2] += nz;
  }
  for (let place = 0; place < normals.length; place += 3) {
    const length = Math.hypot(normals[place], normals[place + 1], normals[place + 2]);
    if (length < 1e-20) continue;
    normals[place] /= length;
    normals[place + 1] /= length;
    normals[place + 2] /= length;
  }
}

/** Directions to paint so that the iris appears resized. */
function squeezed(directions: Float32Array, iris: number): Float32Array {
  if (iris === 1) return directions;
  const result = new Float32Array(directions.length);
  for (let place = 0; place < directions.length; place += 3) {
    const angle = Math.acos(Math.min(Math.max(directions[place + 2], -1), 1));
    const painted = Math.min(angle / iris, 0.98 * Math.PI);
    const stretch = angle > 1e-6 ? Math.sin(painted) / Math.max(Math.sin(angle), 1e-6) : 1 / iris;
    result[place] = directions[place] * stretch;
    result[place + 1] = directions[place + 1] * stretch;
    result[place + 2] = Math.cos(painted);
  }
  return result;
}

function place(points: Float32Array, basis: number[], centre: number[], result: Float32Array): void {
  for (let at = 0; at < points.length; at += 3)
    for (let axis = 0; axis < 3; axis++)
      result[at + axis] =
        basis[axis] * points[at] +
        basis[3 + axis] * points[at + 1] +
        basis[6 + axis] * points[at + 2] +
        centre[axis];
}

/* Matrices hold their columns one after the other, as glTF's do. */

const identity = (): number[] => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

const linear = (matrix: number[]): number[] => [0, 1, 2, 4, 5, 6, 8, 9, 10].map((place) => matrix[place]);

/** The rotation that turns +z by yaw and pitch in degrees. */
export function look(yaw: number, pitch: number): number[] {
  const [ys, yc] = [Math.sin((yaw * Math.PI) / 180), Math.cos((yaw * Math.PI) / 180)];
  const [xs, xc] = [Math.sin((pitch * Math.PI) / 180), Math.cos((pitch * Math.PI) / 180)];
  return [yc, 0, -ys, ys * xs, xc, yc * xs, ys * xc, -xs, yc * xc];
}

export function product3(first: number[], second: number[]): number[] {
  return Array.from({ length: 9 }, (_, at) => {
    const [column, row] = [Math.floor(at / 3), at % 3];
    return [0, 1, 2].reduce((sum, k) => sum + first[k * 3 + row] * second[column * 3 + k], 0);
  });
}

function product4(first: number[], second: number[]): number[] {
  return Array.from({ length: 16 }, (_, at) => {
    const [column, row] = [Math.floor(at / 4), at % 4];
    return [0, 1, 2, 3].reduce((sum, k) => sum + first[k * 4 + row] * second[column * 4 + k], 0);
  });
}

function local(node: Json): number[] {
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
