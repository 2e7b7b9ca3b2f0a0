/** The surfaces of a rig, read from its GLB: vertices, morph targets, eyes in their sockets. */

import { type GLB, type Json, type SparseOffsets } from "./glb";
import { identity, linear, localMatrix, placed, product4 } from "./matrices";
import { vertexNormals } from "./normals";

export interface Surface {
  name: string;
  kind: string;
  material: Json;
  doubleSided: boolean;
  /** Whether it has an inside that is never seen, as the surfaces that we build have. */
  closed: boolean;
  indices: Uint32Array;
  positions: Float32Array;
  normals: Float32Array;
  colours: Float32Array;
  aux: Float32Array;
  faceCoordinates: Float32Array;
  headWeights: Float32Array;
  /** Number of the image that colours it, if there is one, and where its vertices lie on it. */
  picture: number | null;
  pictureCoordinates: Float32Array;
}

export interface Part {
  surface: Surface;
  neutral: Float32Array;
  targets: Map<string, SparseOffsets>;
}

export interface Eye extends Part {
  directions: Float32Array;
  socket: number[];
  rest: number[];
}

/** Where a mesh lies in the scene, head and joints at rest. */
interface Placement {
  matrix: number[];
  /** Share of the head's turn that the mesh follows, where no skin says it. */
  share: number;
  skin?: number;
}

export const EYE_NODES = ["eyeLeft", "eyeRight"];

/** The node of a name that has a mesh. */
export function meshNode(glb: GLB, name: string): Json {
  return glb.content.nodes.find((node: Json) => node.name === name && node.mesh !== undefined);
}

/** Every surface but the eyes; morph targets move those of the mesh node "face". */
export function readParts(glb: GLB, names: string[]): Part[] {
  const { nodes, meshes } = glb.content;
  const face = meshNode(glb, "face");
  return nodes
    .filter((node: Json) => node.mesh !== undefined && !EYE_NODES.includes(node.name))
    .flatMap((node: Json) =>
      meshes[node.mesh].primitives.map((primitive: Json) =>
        readPart(glb, primitive, node === face ? names : [], placement(glb, node, node === face)),
      ),
    );
}

export function readEyes(glb: GLB): Eye[] {
  return EYE_NODES.map((name) => meshNode(glb, name))
    .filter(Boolean)
    .map((node) => readEye(glb, node));
}

function placement(glb: GLB, node: Json, face: boolean): Placement {
  const { nodes, skins } = glb.content;
  if (node.skin === undefined) {
    const chain = withAncestors(nodes, nodes.indexOf(node));
    const headless = nodes.every((each: Json) => each.name !== "head");
    const follows = face || headless || chain.some((each) => each.name === "head");
    return { matrix: chain.map(localMatrix).reduce(product4, identity()), share: follows ? 1 : 0 };
  }
  const { joints, inverseBindMatrices } = skins[node.skin];
  const joint = withAncestors(nodes, joints[0]).map(localMatrix).reduce(product4, identity());
  const bind = inverseBindMatrices === undefined ? identity() : [...glb.values(inverseBindMatrices).slice(0, 16)];
  return { matrix: product4(joint, bind), share: 1, skin: node.skin };
}

/** A node with all above it, the topmost first. */
function withAncestors(nodes: Json[], number: number): Json[] {
  const chain: Json[] = [];
  for (let child = number; child >= 0; ) {
    chain.unshift(nodes[child]);
    child = nodes.findIndex((candidate) => candidate.children?.includes(child));
  }
  return chain;
}

function readPart(glb: GLB, primitive: Json, names: string[], place: Placement): Part {
  const attributes = primitive.attributes;
  const [basis, origin] = [linear(place.matrix), place.matrix.slice(12, 15)];
  const positions = glb.values(attributes.POSITION);
  placed(positions.slice(), basis, origin, positions);
  const count = positions.length / 3;
  const indices =
    primitive.indices === undefined
      ? Uint32Array.from({ length: count }, (_, row) => row)
      : glb.indices(primitive.indices);
  const material = glb.content.materials?.[primitive.material] ?? {};
  const shading = material.extras?.deepexpr ?? {};
  const base: number[] = material.pbrMetallicRoughness?.baseColorFactor ?? [1, 1, 1, 1];
  const places = attributes.TEXCOORD_0 === undefined ? null : glb.values(attributes.TEXCOORD_0);
  const texture = material.pbrMetallicRoughness?.baseColorTexture;
  const picture: number | null = texture && places ? (glb.content.textures[texture.index].source ?? null) : null;
  const surface: Surface = {
    name: material.name ?? "",
    kind: shading.kind ?? "plain",
    material: { roughness: material.pbrMetallicRoughness?.roughnessFactor ?? 1, specular: 0.04, ...shading },
    doubleSided: Boolean(material.doubleSided),
    closed: shading.kind !== undefined,
    indices,
    positions,
    normals: new Float32Array(positions.length),
    colours: readColours(glb, attributes.COLOR_0, count, base),
    aux: attributes._AUX === undefined ? positions.slice() : glb.values(attributes._AUX),
    faceCoordinates: places && picture === null ? places : new Float32Array(count * 2).fill(-1),
    headWeights: readHeadWeights(glb, attributes, place, count),
    picture,
    pictureCoordinates: places ?? new Float32Array(0),
  };
  vertexNormals(positions, indices, surface.normals);
  const targets = new Map<string, SparseOffsets>();
  (primitive.targets ?? []).forEach((target: Json, number: number) => {
    const name = names[number];
    if (name === undefined || target.POSITION === undefined) return;
    const { rows, offsets } = glb.sparse(target.POSITION);
    placed(offsets.slice(), basis, [0, 0, 0], offsets);
    targets.set(name, { rows, offsets });
  });
  return { surface, neutral: positions.slice(), targets };
}

function readEye(glb: GLB, node: Json): Eye {
  const nodes: Json[] = glb.content.nodes;
  const mesh = glb.content.meshes[node.mesh];
  const unplaced = { matrix: identity(), share: 1 };
  const part = readPart(glb, mesh.primitives[0], mesh.extras?.targetNames ?? [], unplaced);
  const above = withAncestors(nodes, nodes.indexOf(node)).slice(0, -1);
  const socket = above.map(localMatrix).reduce(product4, identity());
  const own = localMatrix(node);
  const [x, y, z] = [own[12], own[13], own[14]];
  for (let axis = 0; axis < 3; axis++)
    socket[12 + axis] += socket[axis] * x + socket[4 + axis] * y + socket[8 + axis] * z;
  part.surface.headWeights.fill(1);
  part.surface.aux = part.neutral.slice();
  return { ...part, directions: part.neutral, socket, rest: linear(own) };
}

function readColours(glb: GLB, accessor: number | undefined, count: number, base: number[]): Float32Array {
  const colours = new Float32Array(count * 3).fill(1);
  if (accessor !== undefined) {
    const values = glb.values(accessor);
    const width = values.length / count;
    for (let row = 0; row < count; row++)
      for (let axis = 0; axis < 3; axis++) colours[row * 3 + axis] = values[row * width + axis];
  }
  return colours.map((value, place) => value * base[place % 3]);
}

/** How much each vertex follows the head's turn. */
function readHeadWeights(glb: GLB, attributes: Json, { share, skin }: Placement, count: number): Float32Array {
  const shares = new Float32Array(count).fill(share);
  if (skin === undefined || attributes.JOINTS_0 === undefined) return shares;
  const joints: number[] = glb.content.skins[skin].joints;
  const head = joints.findIndex((joint) => glb.content.nodes[joint].name === "head");
  if (head < 0) return shares;
  const numbers = glb.values(attributes.JOINTS_0);
  const weights = glb.values(attributes.WEIGHTS_0);
  for (let row = 0; row < count; row++) {
    shares[row] = 0;
    for (let place = row * 4; place < row * 4 + 4; place++) if (numbers[place] === head) shares[row] += weights[place];
  }
  return shares;
}

/** The radius of the smaller eye, in the rig's unit; 1 where no eye is painted. */
export function eyeRadius(surfaces: Surface[]): number {
  const radii = surfaces
    .filter(({ material }) => material.iris_angle > 0)
    .map(({ positions }) => {
      const extent = (axis: number) => {
        let [low, high] = [Infinity, -Infinity];
        for (let at = axis; at < positions.length; at += 3) {
          low = Math.min(low, positions[at]);
          high = Math.max(high, positions[at]);
        }
        return high - low;
      };
      return Math.sqrt(extent(0) * extent(1)) / 2;
    });
  return radii.length ? Math.max(Math.min(...radii), 1e-6) : 1;
}
