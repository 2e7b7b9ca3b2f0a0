/** Draws all characters, few at a time: by the graphics card where there is one. */

import * as THREE from "three";
import type { CharacterView } from "./view";

const BUDGET_MS = 20;
/** Frames a second below which moving characters are drawn with fewer pixels. */
const SLOW_RATE = 24;
const JUDGED_FRAMES = 10;
const LONG_DRAW_MS = 15;
const SHORT_DRAW_MS = 9;
const MOVING_SIDES = [200, 480];
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

export class Stage {
  /** One graphics context for all; null where the processor draws. */
  readonly renderer: THREE.WebGLRenderer | null;
  /** Whether moving characters are drawn with fewer pixels. */
  slow: boolean;
  /** Longest side of such a drawing, in pixels. */
  movingSide = 256;
  private readonly views = new Set<CharacterView>();
  private running = false;
  private last = 0;
  private readonly intervals: number[] = [];

  constructor() {
    this.renderer = makeRenderer();
    this.slow = this.renderer === null;
  }

  add(view: CharacterView): void {
    this.views.add(view);
    this.wake();
  }

  remove(view: CharacterView): void {
    this.views.delete(view);
  }

  wake(): void {
    if (this.running) return;
    this.running = true;
    this.last = performance.now();
    this.intervals.length = 0;
    requestAnimationFrame((now) => this.frame(now));
  }

  /** Learn from a drawing of a moving character how many pixels the machine can bear. */
  took(milliseconds: number): void {
    const [least, most] = MOVING_SIDES;
    if (milliseconds > LONG_DRAW_MS) this.movingSide = Math.max(Math.round(this.movingSide * 0.92), least);
    else if (milliseconds < SHORT_DRAW_MS) this.movingSide = Math.min(this.movingSide + 4, most);
  }

  private frame(now: number): void {
    const passed = Math.min(now - this.last, 100);
    this.judge(now - this.last);
    this.last = now;
    let busy = false;
    for (const view of this.views) busy = view.advance(now, passed) || busy;
    const began = performance.now();
    for (const view of [...this.views]) {
      if (!view.dirty || !view.shown) continue;
      if (performance.now() - began > BUDGET_MS) {
        busy = true;
        break;
      }
      view.draw();
      // Back of the queue, so that on a slow machine every view gets its turn.
      if (this.views.delete(view)) this.views.add(view);
    }
    this.running = busy;
    if (busy) requestAnimationFrame((next) => this.frame(next));
  }

  private judge(interval: number): void {
    if (this.slow) return;
    this.intervals.push(interval);
    if (this.intervals.length < JUDGED_FRAMES) return;
    const mean = this.intervals.reduce((sum, value) => sum + value) / this.intervals.length;
    this.intervals.length = 0;
    if (mean > 1000 / SLOW_RATE) this.slow = true;
  }
}

/**
 * A graphics card that is imitated in software is slower than drawing here, so only a real
 * one is taken; `?draw=card` in the address takes any.
 */
function makeRenderer(): THREE.WebGLRenderer | null {
  const insisted = new URLSearchParams(location.search).get("draw") === "card";
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl2", {
    antialias: true,
    alpha: true,
    powerPreference: "high-performance",
    failIfMajorPerformanceCaveat: !insisted,
  });
  if (!context || (!insisted && SOFTWARE.test(cardName(context)))) return null;
  try {
    const renderer = new THREE.WebGLRenderer({ canvas, context });
    renderer.outputColorSpace = THREE.LinearSRGBColorSpace;
    renderer.setClearColor(0x000000, 0);
    renderer.setPixelRatio(1);
    renderer.autoClear = false;
    renderer.setSize(16, 16, false);
    return renderer;
  } catch {
    return null;
  }
}

function cardName(context: WebGL2RenderingContext): string {
  const told = context.getExtension("WEBGL_debug_renderer_info");
  return String(context.getParameter(told ? told.UNMASKED_RENDERER_WEBGL : context.RENDERER));
}
