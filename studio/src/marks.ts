/** Faces drawn on a photo: boxes where there are several, landmarks of the one chosen. */

import type { Face } from "./api";

type Point = [number, number];

/** First and last landmark of each line, and whether it is closed. */
const EDGES: [number, number, boolean][] = [
  [0, 5, false],
  [5, 10, false],
  [10, 14, false],
  [14, 19, false],
  [19, 25, true],
  [25, 31, true],
  [31, 43, true],
  [43, 49, true],
];

/** Seen on skin in either theme. */
const MARK = "#ff7d4d";
const OTHER_MARK = "rgb(255 255 255 / 0.75)";

/** Draw the faces of a photo; `place` moves the photo's pixels to the canvas. */
export function drawFaces(
  context: CanvasRenderingContext2D,
  faces: Face[],
  chosen: number,
  place: (point: Point) => Point,
  scale: number,
): void {
  faces.forEach((face, number) => {
    context.strokeStyle = number === chosen ? MARK : OTHER_MARK;
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 1.5 * scale;
    context.globalAlpha = number === chosen ? 0.9 : 0.6;
    if (faces.length > 1) {
      const [left, top, width, height] = face.box;
      const [x, y] = place([left, top]);
      const [right, bottom] = place([left + width, top + height]);
      context.beginPath();
      context.roundRect(x, y, right - x, bottom - y, 10 * scale);
      context.stroke();
    }
    if (number === chosen && face.landmarks) drawLandmarks(context, face.landmarks.map(place), scale);
  });
}

function drawLandmarks(context: CanvasRenderingContext2D, points: Point[], scale: number): void {
  context.globalAlpha = 0.55;
  for (const [start, stop, closed] of EDGES) {
    context.beginPath();
    points.slice(start, stop).forEach(([x, y], at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    if (closed) context.closePath();
    context.stroke();
  }
  context.globalAlpha = 1;
  for (const [x, y] of points) {
    context.beginPath();
    context.arc(x, y, 2.4 * scale, 0, 7);
    context.fill();
  }
}

/** The part of a photo that shows all its faces, with room about them. */
export function around(faces: Face[], width: number, height: number): [number, number, number, number] {
  const left = Math.min(...faces.map(({ box }) => box[0]));
  const top = Math.min(...faces.map(({ box }) => box[1]));
  const right = Math.max(...faces.map(({ box }) => box[0] + box[2]));
  const bottom = Math.max(...faces.map(({ box }) => box[1] + box[3]));
  const room = 0.32 * Math.max(...faces.map(({ box }) => box[2]));
  const side = Math.max(right - left, bottom - top) + 2 * room;
  const across = Math.min(side, width);
  const down = Math.min(side, height);
  const x = Math.min(Math.max((left + right - across) / 2, 0), width - across);
  const y = Math.min(Math.max((top + bottom - down) / 2, 0), height - down);
  return [x, y, across, down];
}
