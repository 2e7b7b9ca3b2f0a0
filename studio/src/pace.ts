/** How fast the webcam's frames are answered and drawn. */

const SPAN_MS = 2000;

export interface Rates {
  /** Frames that the server answered, a second. */
  answered: number;
  /** Frames of the slowest character in sight that reached the screen's canvas, a second. */
  drawn: number;
  /** From a frame's capture to its character's drawing, the median. */
  delay: number;
}

export class Pace {
  private answers: number[] = [];
  private readonly drawings = new Map<string, { at: number; delay: number }[]>();

  clear(): void {
    this.answers.length = 0;
    this.drawings.clear();
  }

  answered(): void {
    this.answers.push(performance.now());
  }

  /** A character shows the pose of a frame that was taken at a moment. */
  drawn(character: string, taken: number): void {
    const at = performance.now();
    const past = this.drawings.get(character) ?? [];
    past.push({ at, delay: at - taken });
    this.drawings.set(character, past);
  }

  /** The rates of the last two seconds; null until there is something to tell. */
  rates(): Rates | null {
    const since = performance.now() - SPAN_MS;
    this.answers = this.answers.filter((at) => at > since);
    for (const [name, past] of this.drawings) {
      const recent = past.filter(({ at }) => at > since);
      if (recent.length) this.drawings.set(name, recent);
      else this.drawings.delete(name);
    }
    const all = [...this.drawings.values()];
    const answered = frequency(this.answers);
    if (answered === null) return null;
    const drawn = Math.min(...all.map((past) => frequency(past.map(({ at }) => at)) ?? 0));
    const delays = all.flatMap((past) => past.map(({ delay }) => delay)).sort((a, b) => a - b);
    const delay = delays[Math.floor(delays.length / 2)] ?? 0;
    return { answered, drawn: Number.isFinite(drawn) ? drawn : 0, delay };
  }
}

function frequency(moments: number[]): number | null {
  const span = moments[moments.length - 1] - moments[0];
  return span > 300 ? ((moments.length - 1) * 1000) / span : null;
}
