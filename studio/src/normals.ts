/** Unit normals of the vertices of a mesh, each triangle counted by its area. */
export function vertexNormals(points: Float32Array, indices: Uint32Array, normals: Float32Array): void {
  normals.fill(0);
  for (let corner = 0; corner < indices.length; corner += 3) {
    const a = indices[corner] * 3;
    const b = indices[corner + 1] * 3;
    const c = indices[corner + 2] * 3;
    const ux = points[b] - points[a];
    const uy = points[b + 1] - points[a + 1];
    const uz = points[b + 2] - points[a + 2];
    const vx = points[c] - points[a];
    const vy = points[c + 1] - points[a + 1];
    const vz = points[c + 2] - points[a + 2];
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    normals[a] += nx;
    normals[a + 1] += ny;
    normals[a + 2] += nz;
    normals[b] += nx;
    normals[b + 1] += ny;
    normals[b + 2] += nz;
    normals[c] += nx;
    normals[c + 1] += ny;
    normals[c + 2] += nz;
  }
  for (let place = 0; place < normals.length; place += 3) {
    const [x, y, z] = [normals[place], normals[place + 1], normals[place + 2]];
    const length = Math.sqrt(x * x + y * y + z * z);
    if (length < 1e-20) continue;
    normals[place] = x / length;
    normals[place + 1] = y / length;
    normals[place + 2] = z / length;
  }
}
