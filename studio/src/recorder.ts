/** A take in the making: poses with the time they came, then at an even frame rate. */

import type { TakeFrame } from "./api";
import { between, entriesOf, poseOf } from "./pose";
import type { Recording } from "./save_menu";
import type { LivePose } from "./webcam";

const FRAME_RATE = 30;
const LONGEST_MS = 10 * 60 * 1000;

export class Recorder {
  private began = 0;
  private readonly moments = new Map<string, { time: number; pose: LivePose }[]>();

  get running(): boolean {
    return this.began > 0;
  }

  get seconds(): number {
    return this.running ? (performance.now() - this.began) / 1000 : 0;
  }

  start(): void {
    this.moments.clear();
    this.began = performance.now();
  }

  add(poses: Record<string, LivePose>): void {
    const time = performance.now() - this.began;
    if (!this.running || time > LONGEST_MS) return;
    for (const [name, pose] of Object.entries(poses)) {
      const track = this.moments.get(name) ?? [];
      track.push({ time, pose });
      this.moments.set(name, track);
    }
  }

  stop(): Map<string, Recording> {
    this.began = 0;
    const takes = new Map<string, Recording>();
    for (const [name, track] of this.moments) takes.set(name, { frames: even(track), frameRate: FRAME_RATE });
    return takes;
  }
}

function even(track: { time: number; pose: LivePose }[]): TakeFrame[] {
  const frames: TakeFrame[] = [];
  let at = 0;
  const last = track[track.length - 1].time;
  for (let number = 0; ; number++) {
    const time = track[0].time + (number * 1000) / FRAME_RATE;
    if (number && time > last) return frames;
    while (at + 1 < track.length && track[at + 1].time <= time) at++;
    const [first, second] = [track[at], track[Math.min(at + 1, track.length - 1)]];
    const span = second.time - first.time;
    const share = span > 0 ? Math.min((time - first.time) / span, 1) : 0;
    frames.push({ pose: first.pose.pose, ...entriesOf(between(poseOf(first.pose), poseOf(second.pose), share)) });
  }
}
