/** The webcam's frames to the server, its answers back; the newest frame always wins. */

import type { Expression, Problem, Weights } from "./api";
import type { PoseEntries } from "./pose";

export interface LivePose extends PoseEntries {
  pose: string;
  label: Expression;
  distance: number;
  picture: string;
}

export interface LiveAnswer {
  frame: number;
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
  /** A frame was answered; `sent` says which one and when. */
  answer(answer: LiveAnswer, sent: SentFrame): void;
  problem(problem: Problem, sent: SentFrame): void;
  ended(reason: string): void;
}

export interface SentFrame {
  number: number;
  /** When it was taken, on the clock of `performance.now`. */
  time: number;
  picture: HTMLCanvasElement;
}

const WIDTH = 480;
/** One frame is worked on while the next is on its way; none waits behind it. */
const UNDER_WAY = 2;
const LOOK_AGAIN_MS = 4;
/** Faster cameras are not followed faster: nobody sees it, and the characters need the time. */
const SHORTEST_MS = 1000 / 31;

export class Webcam {
  private stream: MediaStream | null = null;
  private socket: WebSocket | null = null;
  // Never shown: the page shows the frame that was answered, with its landmarks.
  private readonly video = document.createElement("video");
  private readonly sent: SentFrame[] = [];
  private readonly spare: HTMLCanvasElement[] = [];
  private number = 0;
  private waiting = false;
  private question = "";
  private seen = -1;
  private last = 0;

  constructor(private readonly events: WebcamEvents) {
    this.video.muted = true;
    this.video.playsInline = true;
  }

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
    this.sent.length = this.number = 0;
  }

  private pump(): void {
    if (!this.stream || this.waiting || this.sent.length >= UNDER_WAY) return;
    this.waiting = true;
    // Not tied to the screen's refresh: a slow screen must not slow the answers down.
    const look = () => {
      if (!this.stream) this.waiting = false;
      else if (this.video.currentTime === this.seen || performance.now() - this.last < SHORTEST_MS)
        setTimeout(look, LOOK_AGAIN_MS);
      else {
        this.last = performance.now();
        this.seen = this.video.currentTime;
        this.waiting = false;
        void this.send();
      }
    };
    look();
  }

  private async send(): Promise<void> {
    const { video, socket } = this;
    if (!this.stream || !socket || !video.videoWidth) return;
    const picture = this.spare.pop() ?? document.createElement("canvas");
    const height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    if (picture.width !== WIDTH || picture.height !== height) Object.assign(picture, { width: WIDTH, height });
    picture.getContext("2d", { willReadFrequently: true })!.drawImage(video, 0, 0, WIDTH, height);
    this.number += 1;
    this.sent.push({ number: this.number, time: performance.now(), picture });
    const frame = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, "image/jpeg", 0.8));
    if (frame && socket.readyState === WebSocket.OPEN) socket.send(frame);
    this.pump();
  }

  private received(message: LiveAnswer | { frame: number; problem: Problem }): void {
    let sent: SentFrame | undefined;
    // Frames that the server passed over for a newer one are never answered.
    while (this.sent.length && this.sent[0].number <= message.frame) {
      if (sent) this.spare.push(sent.picture);
      sent = this.sent.shift();
    }
    this.pump();
    if (!sent) return;
    if ("problem" in message) this.events.problem(message.problem, sent);
    else this.events.answer(message, sent);
    this.spare.push(sent.picture);
  }
}
