/** Photos that are larger than a face needs are made smaller before they are sent. */

const LARGEST_BYTES = 8 * 2 ** 20;
const LONGEST_SIDE = 3000;

/** Return the photo itself, or a smaller copy of a large one; unreadable ones are left to the server. */
export async function smallEnough(photo: Blob): Promise<Blob> {
  if (photo.size <= LARGEST_BYTES) return photo;
  try {
    const picture = await createImageBitmap(photo);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
  } catch {
    return photo;
  }
}
