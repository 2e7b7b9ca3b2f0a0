/** Textures of somebody's own character: surfaces here have colours at their vertices only. */

import { type GLB } from "./glb";
import { type Surface } from "./rig_parts";

/** Tint the vertices of surfaces with the pixels of their textures. */
export async function paint(glb: GLB, surfaces: Surface[]): Promise<void> {
  const pictures = new Map<number, ImageData>();
  for (const { picture } of surfaces)
    if (picture !== null && !pictures.has(picture)) pictures.set(picture, await decoded(glb.image(picture)));
  for (const surface of surfaces) if (surface.picture !== null) tint(surface, pictures.get(surface.picture)!);
}

async function decoded(picture: Blob): Promise<ImageData> {
  const image = await createImageBitmap(picture, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

function tint({ colours, pictureCoordinates }: Surface, { width, height, data }: ImageData): void {
  for (let row = 0; row < colours.length / 3; row++) {
    const [u, v] = [pictureCoordinates[row * 2], pictureCoordinates[row * 2 + 1]];
    const column = Math.min(Math.floor((u - Math.floor(u)) * width), width - 1);
    const line = Math.min(Math.floor((v - Math.floor(v)) * height), height - 1);
    for (let axis = 0; axis < 3; axis++) colours[row * 3 + axis] *= linear(data[(line * width + column) * 4 + axis]);
  }
}

/** Linear light of an sRGB byte. */
function linear(byte: number): number {
  const encoded = byte / 255;
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
}
