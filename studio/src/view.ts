/** A character in its own canvas: takes poses with eased motion, and can be walked round. */

import * as THREE from "three";
import type { CharacterEntry } from "./api";
import { headShift, pixelSize, portraitCamera } from "./camera";
import { GpuBody } from "./gpu_body";
import { lightShares, type Shares } from "./occlusion";
import { between, difference, neutralPose, type Pose } from "./pose";
import { Rig } from "./rig";
import { eyeRadius } from "./rig_parts";
import { SoftwareBody } from "./software_body";
import type { Stage } from "./stage";
import { Walk } from "./walk";

const LARGEST_CANVAS = 900;
const EASE_MS = 620;
const FOLLOW_MS = 45;

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

export class CharacterView {
  dirty = true;
  shown = true;
  pose: Pose = neutralPose();
  /** Told when a pose that is followed has come onto the canvas, or was there already. */
  drawn: (() => void) | null = null;
  private awaited = false;
  private rig: Rig | null = null;
  private card: GpuBody | null = null;
  private processor: SoftwareBody | null = null;
  private shares: Shares[] | null = null;
  private motion: { from: Pose; to: Pose; start: number } | null = null;
  private followed: Pose | null = null;
  private shownPose: Pose | null = null;
  private shownHurried = false;
  private eyes = 1;
  private readonly walk: Walk;
  private readonly watchers: (ResizeObserver | IntersectionObserver)[] = [];

  constructor(
    private readonly stage: Stage,
    readonly canvas: HTMLCanvasElement,
    private readonly entry: CharacterEntry,
  ) {
    const resize = new ResizeObserver(() => this.redraw());
    resize.observe(canvas);
    const seen = new IntersectionObserver(
      ([change]) => {
        this.shown = change.isIntersecting;
        if (this.shown) this.stage.wake();
      },
      { rootMargin: "120px" },
    );
    seen.observe(canvas);
    this.watchers.push(resize, seen);
    this.walk = new Walk(canvas, () => this.redraw());
  }

  get controls(): string[] {
    return this.rig?.controls ?? [];
  }

  async load(): Promise<void> {
    const rig = await Rig.load(this.entry.model!);
    this.eyes = eyeRadius(rig.surfaces);
    this.rig = rig;
    this.redraw();
    this.shares = await lightShares(rig.surfaces);
    this.card?.light(this.shares);
    this.processor = null;
    this.redraw();
  }

  /** Move to a pose with eased motion. */
  take(pose: Pose): void {
    this.followed = null;
    this.motion = { from: this.pose, to: pose, start: performance.now() };
    this.stage.wake();
  }

  /** Follow a pose that changes many times a second. */
  follow(pose: Pose): void {
    this.motion = null;
    this.followed = pose;
    this.awaited = true;
    this.stage.wake();
  }

  /** Stay where it is, drawn as well as can be. */
  rest(): void {
    this.motion = this.followed = null;
    this.stage.wake();
  }

  /** Go on with a motion; returns whether it is still under way. */
  advance(now: number, passed: number): boolean {
    if (!this.rig) return false;
    let moving = false;
    if (this.motion) {
      const share = calm.matches ? 1 : Math.min((now - this.motion.start) / EASE_MS, 1);
      this.pose = share >= 1 ? this.motion.to : between(this.motion.from, this.motion.to, eased(share));
      if (share >= 1) this.motion = null;
      moving = true;
    } else if (this.followed && difference(this.pose, this.followed) > 2e-3) {
      // The server has smoothed it; what is left is to fill the gaps between its answers.
      const share = this.stage.slow ? 1 : 1 - Math.exp(-passed / FOLLOW_MS);
      this.pose = share < 1 ? between(this.pose, this.followed, share) : this.followed;
      moving = share < 1;
    }
    if (this.shownPose !== this.pose || this.shownHurried !== this.hurried) this.dirty = true;
    else if (!this.dirty) this.arrived();
    return moving;
  }

  /** Draw into its own canvas. */
  draw(): void {
    this.dirty = false;
    const { clientWidth, clientHeight } = this.canvas;
    if (!this.rig || !clientWidth || !clientHeight) return;
    const hurried = this.hurried;
    const scale = this.scale(Math.max(clientWidth, clientHeight), hurried);
    const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)];
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const began = performance.now();
    this.paint(this.canvas, this.pose, this.walk.yaw, this.walk.pitch);
    if (hurried) this.stage.took(performance.now() - began);
    this.shownPose = this.pose;
    this.shownHurried = hurried;
    this.arrived();
  }

  /** A picture of any pose from the front; the canvas stays as it is. */
  portrait(pose: Pose, size: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    if (this.rig) this.paint(canvas, pose, 0, 0);
    return canvas;
  }

  dispose(): void {
    this.stage.remove(this);
    for (const watcher of this.watchers) watcher.disconnect();
    this.card?.dispose();
  }

  private arrived(): void {
    if (this.awaited) this.drawn?.();
    this.awaited = false;
  }

  /** Whether it moves where drawing is slow, so that fewer pixels must do. */
  private get hurried(): boolean {
    return this.stage.slow && (this.motion !== null || this.followed !== null);
  }

  private redraw(): void {
    this.dirty = true;
    this.stage.wake();
  }

  /** Pixels of the canvas a pixel of the page. */
  private scale(side: number, hurried: boolean): number {
    if (hurried) return Math.min(1, this.stage.movingSide / side);
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    // Twice as fine as the screen where edges are not smoothed by a graphics card.
    return Math.min(this.stage.renderer ? sharp : 2, LARGEST_CANVAS / side);
  }

  private paint(canvas: HTMLCanvasElement, pose: Pose, yaw: number, pitch: number): void {
    const { width, height } = canvas;
    const camera = portraitCamera(this.entry, yaw, pitch, width / height);
    const context = canvas.getContext("2d", { willReadFrequently: this.stage.renderer === null })!;
    const { renderer } = this.stage;
    if (renderer) {
      this.card ??= this.lit(new GpuBody(this.rig!, this.entry));
      const size = renderer.getSize(new THREE.Vector2());
      if (size.x < width || size.y < height) renderer.setSize(Math.max(size.x, width), Math.max(size.y, height), false);
      this.card.paint(renderer, pose, camera, width, height);
      const source = renderer.domElement;
      context.globalCompositeOperation = "copy";
      context.drawImage(source, 0, source.height - height, width, height, 0, 0, width, height);
      return;
    }
    const matrix = camera.projectionMatrix.clone().multiply(camera.matrixWorldInverse).elements;
    const shot = {
      matrix,
      camera: camera.position.toArray(),
      target: this.entry.camera!.target,
      shift: headShift(this.entry, pose.head),
      eyeEdge: pixelSize(this.entry, height) / this.eyes,
    };
    (this.processor ??= new SoftwareBody(this.rig!, this.shares)).paint(pose, shot, context);
  }

  private lit(body: GpuBody): GpuBody {
    if (this.shares) body.light(this.shares);
    return body;
  }
}

const eased = (share: number) => (share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2);
