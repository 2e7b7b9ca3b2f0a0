/** The camera of a character's card, walked round, and how its head turns. */

import * as THREE from "three";
import type { CharacterEntry } from "./api";
import { headRotation } from "./matrices";

/** A camera that looks at a character from `yaw` and `pitch` radians. */
export function portraitCamera(entry: CharacterEntry, yaw: number, pitch: number, aspect: number): THREE.PerspectiveCamera {
  const { target, distance, field_of_view_deg: angle } = entry.camera!;
  const centre = new THREE.Vector3(...target);
  const camera = new THREE.PerspectiveCamera(angle, aspect, distance * 0.1, distance * 4);
  camera.position.set(Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch));
  camera.position.multiplyScalar(distance).add(centre);
  camera.lookAt(centre);
  camera.updateProjectionMatrix();
  camera.updateMatrixWorld();
  return camera;
}

/** The width of a pixel where the character stands, in a picture of a height in pixels. */
export function pixelSize(entry: CharacterEntry, height: number): number {
  const { distance, field_of_view_deg: angle } = entry.camera!;
  return (2 * distance * Math.tan((angle * Math.PI) / 360)) / height;
}

/** What is added to the head's rotation so that it turns about its pivot and stays in frame. */
export function headShift(entry: CharacterEntry, head: [number, number, number]): [number, number, number] {
  const { pivot, face_centre: centre, sway } = entry.head!;
  const rotation = new THREE.Matrix3().fromArray(headRotation(head));
  const place = new THREE.Vector3(...pivot);
  const reach = new THREE.Vector3(...centre).sub(place);
  const swing = reach.clone().applyMatrix3(rotation).sub(reach);
  const turned = place.clone().applyMatrix3(rotation);
  return place.sub(turned).sub(new THREE.Vector3(swing.x, swing.y, 0).multiplyScalar(sway)).toArray();
}
