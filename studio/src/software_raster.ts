/** Which triangle each pixel shows: a depth buffer without a graphics card. */

export interface Raster {
  width: number;
  height: number;
  /** Larger is nearer. */
  depth: Float32Array;
  /** First place of the triangle in the list of corners; -1 shows nothing. */
  triangles: Int32Array;
}

let kept: Raster | null = null;

/** An empty raster; its memory is used again for the next picture of the same size. */
export function emptyRaster(width: number, height: number): Raster {
  if (!kept || kept.width !== width || kept.height !== height)
    kept = {
      width,
      height,
      depth: new Float32Array(width * height),
      triangles: new Int32Array(width * height),
    };
  kept.depth.fill(-Infinity);
  kept.triangles.fill(-1);
  return kept;
}

/**
 * Draw triangles.
 *
 * `points` are (x, y, nearness) in pixels, y down. Corners run from `start` to `stop` in
 * `indices`; triangles that show their back are left out unless the surface is double-sided.
 */
export function drawTriangles(
  { width, height, depth, triangles }: Raster,
  points: Float32Array,
  indices: Uint32Array,
  start: number,
  stop: number,
  doubleSided: boolean,
): void {
  for (let corner = start; corner < stop; corner += 3) {
    const a = indices[corner] * 3;
    const b = indices[corner + 1] * 3;
    const c = indices[corner + 2] * 3;
    const ax = points[a];
    const ay = points[a + 1];
    const bx = points[b] - ax;
    const by = points[b + 1] - ay;
    const cx = points[c] - ax;
    const cy = points[c + 1] - ay;
    const area = bx * cy - by * cx;
    // Seen from the front corners run against the clock; y points down here.
    if (doubleSided ? area > -1e-6 && area < 1e-6 : area > -1e-6) continue;
    let low = bx < 0 ? bx : 0;
    let high = bx > 0 ? bx : 0;
    if (cx < low) low = cx;
    if (cx > high) high = cx;
    const left = Math.max(ax + low, 0.5);
    const right = Math.min(ax + high, width - 0.5);
    if (left > right) continue;
    low = by < 0 ? by : 0;
    high = by > 0 ? by : 0;
    if (cy < low) low = cy;
    if (cy > high) high = cy;
    const top = Math.max(Math.ceil(ay + low - 0.5), 0);
    const bottom = Math.min(Math.floor(ay + high - 0.5), height - 1);
    if (top > bottom) continue;
    // Shares of the second and third corner, as planes over the picture.
    const inverse = 1 / area;
    const secondX = cy * inverse;
    const secondY = -cx * inverse;
    const thirdX = -by * inverse;
    const thirdY = bx * inverse;
    const firstX = -secondX - thirdX;
    // Where a share becomes 0 it bounds the row on the side that its sign says.
    const secondZero = secondX !== 0 ? -1 / secondX : 0;
    const thirdZero = thirdX !== 0 ? -1 / thirdX : 0;
    const firstZero = firstX !== 0 ? -1 / firstX : 0;
    const az = points[a + 2];
    const bz = points[b + 2] - az;
    const cz = points[c + 2] - az;
    const slope = secondX * bz + thirdX * cz;
    const least = left - ax;
    const most = right - ax;
    for (let y = top; y <= bottom; y++) {
      const py = y + 0.5 - ay;
      const second = secondY * py;
      const third = thirdY * py;
      const first = 1 - second - third;
      low = least;
      high = most;
      const s = second * secondZero;
      if (secondX > 0) low = s > low ? s : low;
      else if (secondX < 0) high = s < high ? s : high;
      else if (second < 0) continue;
      const t = third * thirdZero;
      if (thirdX > 0) low = t > low ? t : low;
      else if (thirdX < 0) high = t < high ? t : high;
      else if (third < 0) continue;
      const f = first * firstZero;
      if (firstX > 0) low = f > low ? f : low;
      else if (firstX < 0) high = f < high ? f : high;
      else if (first < 0) continue;
      const from = Math.ceil(low + ax - 0.5);
      const to = Math.floor(high + ax - 0.5);
      let near = az + second * bz + third * cz + slope * (from + 0.5 - ax);
      for (let at = y * width + from, end = y * width + to; at <= end; at++, near += slope) {
        if (near <= depth[at]) continue;
        depth[at] = near;
        triangles[at] = corner;
      }
    }
  }
}
