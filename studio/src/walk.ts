/** Walking round a character: drag, or the arrow keys; Home or a double click come back. */

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-0.12, 0],
  ArrowRight: [0.12, 0],
  ArrowUp: [0, 0.1],
  ArrowDown: [0, -0.1],
};

export class Walk {
  /** Radians to the subject's left and up. */
  yaw = 0;
  pitch = 0;

  constructor(
    canvas: HTMLCanvasElement,
    private readonly moved: () => void,
  ) {
    canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.by(-event.movementX * 0.008, event.movementY * 0.008);
    });
    canvas.addEventListener("dblclick", () => this.home());
    canvas.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (event.key === "Home") this.home();
      else if (step) this.by(...step);
      else return;
      event.preventDefault();
    });
  }

  private home(): void {
    this.by(-this.yaw, -this.pitch);
  }

  private by(yaw: number, pitch: number): void {
    this.yaw = Math.min(Math.max(this.yaw + yaw, -1.4), 1.4);
    this.pitch = Math.min(Math.max(this.pitch + pitch, -0.6), 0.8);
    this.moved();
  }
}
