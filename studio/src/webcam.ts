/** The webcam's frames to the server, its answers back; two frames are under way at a time. */

import type { Expression, Problem, Weights } from "./api";
import type { PoseEntries } from "./pose";

export interface LivePose extends PoseEntries {
  pose: string;
  label: Expression;
  distance: number;
}

export interface LiveAnswer {
  width: number;
  height: number;
  face: {
    box: [number, number, number, number];
    landmarks: [number, number][] | null;
    probabilities: Record<Expression, number>;
    notes: string[];
  };
  poses: Record<string, LivePose>;
  milliseconds: number;
}

export interface WebcamEvents {
  opened(): void;
  answer(answer: LiveAnswer): void;
  problem(problem: Problem): void;
  rate(framesPerSecond: number, delay: number): void;
  ended(reason: string): void;
}

const WIDTH = 480;
const UNDER_WAY = 2;

export class Webcam {
  private stream: MediaStream | null = null;
  private socket: WebSocket | null = null;
  private readonly canvas = document.createElement("canvas");
  private readonly sent: number[] = [];
  private readonly answered: number[] = [];
  private waiting = false;
  private question = "";
  private seen = -1;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly events: WebcamEvents,
  ) {}

  get running(): boolean {
    return this.stream !== null;
  }

  async start(): Promise<void> {
    const wanted = { video: { width: 640, height: 480, frameRate: { ideal: 30 } }, audio: false };
    if (!navigator.mediaDevices) throw new Error("This browser gives the webcam to https or localhost pages only.");
    this.stream = await navigator.mediaDevices.getUserMedia(wanted);
    this.video.srcObject = this.stream;
    await this.video.play();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/live`);
    this.socket = socket;
    socket.onopen = () => {
      this.events.opened();
      this.pump();
    };
    socket.onmessage = (event) => this.received(JSON.parse(event.data));
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.stop();
      this.events.ended(event.reason || "The connection to the server ended.");
    };
  }

  /** Ask for the poses of some characters under some weights, from the next frame on. */
  ask(weights: Weights, characters: string[]): void {
    const question = JSON.stringify({ ...weights, characters });
    if (question === this.question || this.socket?.readyState !== WebSocket.OPEN) return;
    this.question = question;
    this.socket.send(question);
  }

  stop(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    const socket = this.socket;
    this.socket = null;
    this.question = "";
    socket?.close();
    this.sent.length = this.answered.length = 0;
  }

  private pump(): void {
    if (!this.stream || this.waiting || this.sent.length >= UNDER_WAY) return;
    this.waiting = true;
    // Not tied to the screen's refresh: a slow screen must not slow the answers down.
    const look = () => {
      if (!this.stream) this.waiting = false;
      else if (this.video.currentTime === this.seen) setTimeout(look, 4);
      else {
        this.seen = this.video.currentTime;
        this.waiting = false;
        void this.send();
      }
    };
    look();
  }

  private async send(): Promise<void> {
    const { video, canvas, socket } = this;
    if (!this.stream || !socket || !video.videoWidth) return;
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    canvas.getContext("2d")!.drawImage(video, 0, 0, canvas.width, canvas.height);
    this.sent.push(performance.now());
    const frame = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
    if (frame && socket.readyState === WebSocket.OPEN) socket.send(await frame.arrayBuffer());
    this.pump();
  }

  private received(message: LiveAnswer | { problem: Problem }): void {
    const now = performance.now();
    const began = this.sent.shift() ?? now;
    this.answered.push(now);
    while (this.answered.length > 1 && now - this.answered[0] > 2000) this.answered.shift();
    const span = now - this.answered[0];
    if (span > 300) this.events.rate(((this.answered.length - 1) * 1000) / span, now - began);
    if ("problem" in message) this.events.problem(message.problem);
    else this.events.answer(message);
    this.pump();
  }
}
