/** A character's rig: from a pose to vertices and normals, as the package's own renderer does. */

import { Creases } from "./creases";
import { GLB, type Json } from "./glb";
import { linear, look, placed, product3 } from "./matrices";
import { vertexNormals } from "./normals";
import { paint } from "./paint";
import { neutralPose, type Pose } from "./pose";
import { meshNode, readEyes, readParts, type Eye, type Part, type Surface } from "./rig_parts";

interface Corrective {
  name: string;
  kind: string;
  of: string[];
}

const IRIS_TARGET = "irisSmall";
/** Degrees that an eye turns at an eyeLook weight of 1. */
const [FULL_LOOK_YAW, FULL_LOOK_PITCH] = [30, 25];

export class Rig {
  /** In the order of the GLB's surfaces, eyes last. */
  readonly surfaces: Surface[];
  private readonly moved = new Set<Part>();

  private constructor(
    private readonly parts: Part[],
    private readonly eyes: Eye[],
    readonly controls: string[],
    private readonly correctives: Corrective[],
    readonly creases: Creases | null,
  ) {
    this.surfaces = [...parts, ...eyes].map((part) => part.surface);
    this.pose(neutralPose());
  }

  static async load(address: string): Promise<Rig> {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`the model could not be loaded (${answer.status})`);
    const glb = new GLB(await answer.arrayBuffer());
    const face = meshNode(glb, "face");
    if (!face) throw new Error('the model has no mesh node "face"');
    const extras: Json = glb.content.meshes[face.mesh].extras ?? {};
    const names: string[] = extras.targetNames ?? [];
    const correctives: Corrective[] = extras.deepexpr?.correctives ?? [];
    const eyes = readEyes(glb);
    const mending = new Set(correctives.map((rule) => rule.name));
    const all = [...names.filter((name) => !mending.has(name)), ...eyes.flatMap((eye) => [...eye.targets.keys()])];
    const controls = [...new Set(all)].filter((name) => name !== IRIS_TARGET);
    const parts = readParts(glb, names);
    await paint(
      glb,
      parts.map((part) => part.surface),
    );
    return new Rig(parts, eyes, controls, correctives, await Creases.read(glb, face));
  }

  /** Move every vertex to a pose; the head's turn is left to the graphics card. */
  pose(pose: Pose): void {
    const weights = this.targetWeights(pose);
    for (const part of this.parts) this.move(part, weights);
    for (const eye of this.eyes) turn(eye, pose, weights);
    this.creases?.press(pose.weights);
  }

  private targetWeights(pose: Pose): Map<string, number> {
    const known = new Set(this.controls);
    const weights = new Map([...pose.weights].filter(([name, weight]) => weight && known.has(name)));
    if (!this.eyes.length)
      for (const [name, weight] of lookWeights(pose.gaze))
        if (weight > 0 && known.has(name)) weights.set(name, (weights.get(name) ?? 0) + weight);
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

  /** Add the offsets of the targets that have a weight, and of no others. */
  private move(part: Part, weights: Map<string, number>): void {
    const active = [...weights].filter(([name]) => part.targets.get(name)?.rows.length);
    if (!active.length && !this.moved.has(part)) return;
    if (active.length) this.moved.add(part);
    else this.moved.delete(part);
    const { positions, normals, indices } = part.surface;
    positions.set(part.neutral);
    for (const [name, weight] of active) {
      const { rows, offsets } = part.targets.get(name)!;
      for (let place = 0, from = 0; place < rows.length; place++, from += 3) {
        const start = rows[place] * 3;
        positions[start] += weight * offsets[from];
        positions[start + 1] += weight * offsets[from + 1];
        positions[start + 2] += weight * offsets[from + 2];
      }
    }
    vertexNormals(positions, indices, normals);
  }
}

function turn(eye: Eye, pose: Pose, weights: Map<string, number>): void {
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
  placed(local, basis, [eye.socket[12], eye.socket[13], eye.socket[14]], surface.positions);
  vertexNormals(surface.positions, surface.indices, surface.normals);
  if (surface.kind === "eye") surface.aux.set(squeezed(directions, pose.iris));
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

/** The eyeLook weights of a gaze in degrees, for rigs without eyes that turn. */
function lookWeights([yaw, pitch]: number[]): [string, number][] {
  const [left, down] = [yaw / FULL_LOOK_YAW, pitch / FULL_LOOK_PITCH];
  return [
    ["eyeLookOutLeft", left],
    ["eyeLookInRight", left],
    ["eyeLookInLeft", -left],
    ["eyeLookOutRight", -left],
    ["eyeLookDownLeft", down],
    ["eyeLookDownRight", down],
    ["eyeLookUpLeft", -down],
    ["eyeLookUpRight", -down],
  ];
}
