import type { Violation } from "./calls.ts";

/** Judging waits until nothing has happened for so long. */
const quietMs = 500;
/** Between two judgements in the background. */
const breathMs = 10;
/** More than this is not kept waiting. */
const mostWaiting = 500;

/**
 * Collects violations. Compiling a validator takes up to 0.1 s, which would be measured as GitHub's delay, so answers and
 * webhooks are judged when it is quiet, and at the latest when somebody asks for the violations.
 */
export class Judge {
  readonly #violations: Violation[] = [];
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;

  /** Everything found so far, after all that waits has been judged. */
  get violations(): Violation[] {
    this.#flush();
    return this.#violations;
  }

  /** Notes errors at once; an empty list is no violation. */
  note(side: Violation["side"], name: string, errors: readonly string[]): void {
    if (errors.length > 0) this.#violations.push({ at: new Date(), side, name, errors: [...errors] });
  }

  /** Judges later. */
  later(side: Violation["side"], name: string, judge: () => string[]): void {
    this.#waiting.push(() => this.note(side, name, judge()));
    if (this.#waiting.length > mostWaiting) this.#flush();
    else this.#wait(quietMs);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#wait(breathMs);
    }, ms);
    this.#timer.unref();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const judge of waiting) judge();
  }
}
