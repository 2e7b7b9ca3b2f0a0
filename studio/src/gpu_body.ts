/** A rig drawn by the graphics card: meshes, materials, the key lamp's shadow. */

import * as THREE from "three";
import { headShift, pixelSize } from "./camera";
import type { CharacterEntry } from "./api";
import { LAMP_DIRECTIONS } from "./light";
import { depthMaterial, placeLight, shadowTarget, sharedUniforms, surfaceMaterial } from "./materials";
import { headRotation } from "./matrices";
import type { Shares } from "./occlusion";
import type { Pose } from "./pose";
import type { Rig } from "./rig";
import { eyeRadius, type Surface } from "./rig_parts";

export class GpuBody {
  private readonly scene = new THREE.Scene();
  private readonly depthScene = new THREE.Scene();
  private readonly geometries: THREE.BufferGeometry[] = [];
  private readonly lightCamera = new THREE.OrthographicCamera();
  private readonly shadow = shadowTarget();
  private readonly uniforms = sharedUniforms(this.shadow);
  private readonly relief: THREE.DataTexture | null = null;
  private posed: Pose | null = null;

  constructor(
    private readonly rig: Rig,
    private readonly entry: CharacterEntry,
  ) {
    if (rig.creases) {
      const { values, columns, rows } = rig.creases;
      this.relief = new THREE.DataTexture(values, columns, rows, THREE.RGBAFormat, THREE.FloatType);
      this.uniforms.relief.value = this.relief;
    }
    const box = new THREE.Box3();
    for (const surface of rig.surfaces) {
      box.union(new THREE.Box3().setFromArray(surface.positions));
      const geometry = geometryOf(surface);
      this.geometries.push(geometry);
      this.scene.add(meshOf(geometry, surfaceMaterial(surface, this.uniforms)));
      this.depthScene.add(meshOf(geometry, depthMaterial(this.uniforms)));
    }
    this.uniforms.eyeScale.value = 1 / eyeRadius(rig.surfaces);
    placeLight(this.lightCamera, box, LAMP_DIRECTIONS[0], this.uniforms);
  }

  /** Say how much of the sky each vertex sees at rest. */
  light(shares: Shares[]): void {
    this.geometries.forEach((geometry, number) =>
      geometry.setAttribute("skyShare", new THREE.BufferAttribute(shares[number].sky, 1)),
    );
  }

  /** Draw a pose into the lower left corner of the renderer's canvas. */
  paint(renderer: THREE.WebGLRenderer, pose: Pose, camera: THREE.Camera, width: number, height: number): void {
    if (this.posed !== pose) this.take(pose);
    this.uniforms.pixelSize.value = pixelSize(this.entry, height);
    this.uniforms.cameraPlace.value.copy(camera.position);
    renderer.setRenderTarget(this.shadow);
    renderer.clear();
    renderer.render(this.depthScene, this.lightCamera);
    renderer.setRenderTarget(null);
    renderer.setViewport(0, 0, width, height);
    renderer.setScissor(0, 0, width, height);
    renderer.setScissorTest(true);
    renderer.clear();
    renderer.render(this.scene, camera);
  }

  dispose(): void {
    for (const geometry of this.geometries) geometry.dispose();
    for (const scene of [this.scene, this.depthScene])
      scene.traverse((object) => {
        if (object instanceof THREE.Mesh) (object.material as THREE.Material).dispose();
      });
    this.relief?.dispose();
    this.shadow.dispose();
  }

  private take(pose: Pose): void {
    this.rig.pose(pose);
    for (const { attributes } of this.geometries)
      for (const name of ["position", "normal", "aux"]) attributes[name].needsUpdate = true;
    if (this.relief) this.relief.needsUpdate = true;
    this.uniforms.headRotation.value.fromArray(headRotation(pose.head));
    this.uniforms.headShift.value.set(...headShift(this.entry, pose.head));
    this.posed = pose;
  }
}

function meshOf(geometry: THREE.BufferGeometry, material: THREE.Material): THREE.Mesh {
  const mesh = new THREE.Mesh(geometry, material);
  mesh.frustumCulled = false;
  mesh.matrixAutoUpdate = false;
  return mesh;
}

function geometryOf(surface: Surface): THREE.BufferGeometry {
  const geometry = new THREE.BufferGeometry();
  const attribute = (name: string, values: Float32Array, width: number) =>
    geometry.setAttribute(name, new THREE.BufferAttribute(values, width));
  attribute("position", surface.positions, 3);
  attribute("normal", surface.normals, 3);
  attribute("colour", surface.colours, 3);
  attribute("aux", surface.aux, 3);
  attribute("faceCoordinates", surface.faceCoordinates, 2);
  attribute("headWeight", surface.headWeights, 1);
  attribute("skyShare", new Float32Array(surface.headWeights.length).fill(0.8), 1);
  geometry.setIndex(new THREE.BufferAttribute(surface.indices, 1));
  return geometry;
}
