/** Poses of a rig, as the server tells them; left and right are the subject's own. */

export interface PoseEntries {
  controls: Record<string, number>;
  gaze_deg: { yaw: number; pitch: number };
  head_deg: { yaw: number; pitch: number; roll: number };
  iris: number;
}

export interface Pose {
  weights: Map<string, number>;
  gaze: [number, number];
  head: [number, number, number];
  iris: number;
}

export const neutralPose = (): Pose => ({ weights: new Map(), gaze: [0, 0], head: [0, 0, 0], iris: 1 });

export function poseOf(entries: PoseEntries): Pose {
  const { gaze_deg: gaze, head_deg: head } = entries;
  return {
    weights: new Map(Object.entries(entries.controls)),
    gaze: [gaze.yaw, gaze.pitch],
    head: [head.yaw, head.pitch, head.roll],
    iris: entries.iris,
  };
}

export function entriesOf(pose: Pose): PoseEntries {
  const rounded = (value: number) => Math.round(value * 1e5) / 1e5;
  return {
    controls: Object.fromEntries([...pose.weights].map(([name, weight]) => [name, rounded(weight)])),
    gaze_deg: { yaw: rounded(pose.gaze[0]), pitch: rounded(pose.gaze[1]) },
    head_deg: { yaw: rounded(pose.head[0]), pitch: rounded(pose.head[1]), roll: rounded(pose.head[2]) },
    iris: rounded(pose.iris),
  };
}

/** The pose between two poses, every number blended linearly. */
export function between(first: Pose, second: Pose, amount: number): Pose {
  const mix = (a: number, b: number) => a + (b - a) * amount;
  const weights = new Map<string, number>();
  for (const name of new Set([...first.weights.keys(), ...second.weights.keys()])) {
    const weight = mix(first.weights.get(name) ?? 0, second.weights.get(name) ?? 0);
    if (Math.abs(weight) > 1e-5) weights.set(name, weight);
  }
  return {
    weights,
    gaze: [mix(first.gaze[0], second.gaze[0]), mix(first.gaze[1], second.gaze[1])],
    head: [
      mix(first.head[0], second.head[0]),
      mix(first.head[1], second.head[1]),
      mix(first.head[2], second.head[2]),
    ],
    iris: mix(first.iris, second.iris),
  };
}

/** The largest difference of two poses; 30 degrees count as much as a full control. */
export function difference(first: Pose, second: Pose): number {
  let largest = Math.abs(first.iris - second.iris);
  for (const name of new Set([...first.weights.keys(), ...second.weights.keys()]))
    largest = Math.max(largest, Math.abs((first.weights.get(name) ?? 0) - (second.weights.get(name) ?? 0)));
  first.gaze.forEach((angle, axis) => (largest = Math.max(largest, Math.abs(angle - second.gaze[axis]) / 30)));
  first.head.forEach((angle, axis) => (largest = Math.max(largest, Math.abs(angle - second.head[axis]) / 30)));
  return largest;
}
