/**
 * Read GLB files as other programs do: Khronos' validator must find no error, and three.js
 * must find the morph weights, or the animation of a take. Prints one JSON object a file.
 *
 *     node tools/check_glb.mjs pose.glb take.glb
 */

import { readFile } from "node:fs/promises";
import { AnimationMixer } from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import validator from "gltf-validator";

async function checked(path) {
  const bytes = new Uint8Array(await readFile(path));
  const { issues } = await validator.validateBytes(bytes);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { scene, animations } = await new GLTFLoader().parseAsync(buffer, "");
  if (animations.length) {
    const mixer = new AnimationMixer(scene);
    mixer.clipAction(animations[0]).play();
    mixer.update(animations[0].duration * 0.999);
  }
  const weights = {};
  scene.traverse(({ morphTargetDictionary: names, morphTargetInfluences: influences }) => {
    for (const [name, number] of Object.entries(names ?? {}))
      if (Math.abs(influences[number]) > 1e-4) weights[name] = Number(influences[number].toFixed(4));
  });
  return { errors: issues.numErrors, warnings: issues.numWarnings, seconds: animations[0]?.duration ?? 0, weights };
}

for (const path of process.argv.slice(2)) console.log(JSON.stringify(await checked(path)));
