/** Materials of the surfaces, and the uniforms that a character's materials share. */

import * as THREE from "three";
import type { Surface } from "./rig_parts";
import { DEPTH_FRAGMENT, DEPTH_VERTEX, FRAGMENT, VERTEX } from "./shaders";

const KINDS: Record<string, number> = { skin: 0, eye: 1, hair: 2, plain: 3, felt: 4 };
const SHADOW_SIZE = 1024;

export type SharedUniforms = ReturnType<typeof sharedUniforms>;

export function sharedUniforms(shadow: THREE.WebGLRenderTarget) {
  return {
    headRotation: { value: new THREE.Matrix3() },
    headShift: { value: new THREE.Vector3() },
    lightMatrix: { value: new THREE.Matrix4() },
    lightTexel: { value: 0 },
    lightMap: { value: shadow.depthTexture },
    lightMapTexel: { value: 1 / SHADOW_SIZE },
    cameraPlace: { value: new THREE.Vector3() },
    relief: { value: blank() },
    pixelSize: { value: 0.01 },
    eyeScale: { value: 1 },
  };
}

export function shadowTarget(): THREE.WebGLRenderTarget {
  const depth = new THREE.DepthTexture(SHADOW_SIZE, SHADOW_SIZE, THREE.UnsignedIntType);
  depth.compareFunction = THREE.LessEqualCompare;
  depth.minFilter = depth.magFilter = THREE.LinearFilter;
  return new THREE.WebGLRenderTarget(SHADOW_SIZE, SHADOW_SIZE, { depthTexture: depth });
}

/** A lamp's camera that sees all of a box, and the uniforms that say so. */
export function placeLight(
  camera: THREE.OrthographicCamera,
  box: THREE.Box3,
  direction: [number, number, number],
  uniforms: SharedUniforms,
): void {
  const sphere = box.getBoundingSphere(new THREE.Sphere());
  const radius = sphere.radius * 1.05;
  camera.left = camera.bottom = -radius;
  camera.right = camera.top = radius;
  camera.near = 0;
  camera.far = radius * 4;
  camera.position.set(...direction).multiplyScalar(radius * 2).add(sphere.center);
  camera.lookAt(sphere.center);
  camera.updateProjectionMatrix();
  camera.updateMatrixWorld();
  uniforms.lightMatrix.value.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
  uniforms.lightTexel.value = ((2 * radius) / SHADOW_SIZE) * 2.5;
}

export function surfaceMaterial(surface: Surface, shared: SharedUniforms): THREE.ShaderMaterial {
  const given = surface.material;
  const own = (value: unknown) => ({ value });
  const colour = (name: string) => own(new THREE.Vector3(...(given[name] ?? [0, 0, 0])));
  return new THREE.ShaderMaterial({
    glslVersion: THREE.GLSL3,
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    defines: { KIND: KINDS[surface.kind] ?? KINDS.plain },
    side: surface.doubleSided ? THREE.DoubleSide : THREE.FrontSide,
    uniforms: {
      ...shared,
      roughness: own(given.roughness ?? 0.5),
      specular: own(given.specular ?? 0.04),
      subsurface: own(given.subsurface ?? 0),
      rim: own(given.rim ?? 0),
      shift: own(given.anisotropic_shift ?? 0),
      floorLight: own(given.ambient_floor ?? 0),
      noiseAmount: own(given.noise_amount ?? 0),
      noiseFrequency: own(given.noise_frequency ?? 0),
      bump: own(given.bump ?? 0),
      irisAngle: own(given.iris_angle ?? 0),
      pupilRatio: own(given.pupil_ratio ?? 0),
      highlightCosine: own(given.highlight_cosine ?? 0),
      irisColour: colour("iris_colour"),
      irisInnerColour: colour("iris_inner_colour"),
      scleraColour: colour("sclera_colour"),
    },
  });
}

export function depthMaterial(shared: SharedUniforms): THREE.ShaderMaterial {
  return new THREE.ShaderMaterial({
    glslVersion: THREE.GLSL3,
    vertexShader: DEPTH_VERTEX,
    fragmentShader: DEPTH_FRAGMENT,
    side: THREE.DoubleSide,
    uniforms: { headRotation: shared.headRotation, headShift: shared.headShift },
  });
}

function blank(): THREE.Texture {
  const texture = new THREE.DataTexture(new Float32Array(4), 1, 1, THREE.RGBAFormat, THREE.FloatType);
  texture.needsUpdate = true;
  return texture;
}
