import { setTimeout as sleep } from "node:timers/promises";

/** One planned failure of the API. */
export interface Fault {
  /** "METHOD /path/{template}", "GIT push" or "GIT fetch", or the beginning of it; absent: any request of the API. */
  route?: string;
  status: number;
  times?: number;
  /** `before`: nothing happens; `after`: it happens and the answer is lost. */
  when?: "before" | "after";
  headers?: Record<string, string>;
  message?: string;
  /** Cut the connection instead of answering. */
  cut?: boolean;
  /** Say nothing for so many milliseconds first, as a GitHub that hangs. */
  holdMs?: number;
}

/** The API's fault switches; webhooks have their own. */
export class ApiFaults {
  #planned: (Required<Pick<Fault, "times" | "when">> & Fault)[] = [];
  #delays: { route: string; ms: number; times: number }[] = [];
  #holding = new AbortController();

  failNext(fault: Fault): void {
    this.#planned.push({ times: 1, when: "before", ...fault });
  }

  /** Answers the next `times` requests of a route only after `ms` milliseconds. */
  delay(route: string, ms: number, times = 1): void {
    this.#delays.push({ route, ms, times });
  }

  /** Nothing fails any more; what is held is let go. */
  clear(): void {
    this.#planned = [];
    this.#delays = [];
    this.#holding.abort();
    this.#holding = new AbortController();
  }

  /** Waits as long as the fault holds its answer back. */
  async hold({ holdMs = 0 }: Fault): Promise<void> {
    if (holdMs === 0) return;
    const { signal } = this.#holding;
    await sleep(holdMs, undefined, { ref: false, signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  /** The failure that is due for this request at this moment; counts it down. */
  due(route: string, when: "before" | "after"): Fault | null {
    const fault = this.#planned.find((one) => one.when === when && one.times > 0 && isMeant(one.route, route));
    if (!fault) return null;
    fault.times -= 1;
    return fault;
  }

  async wait(route: string): Promise<void> {
    const delay = this.#delays.find((one) => one.times > 0 && route.startsWith(one.route));
    if (!delay) return;
    delay.times -= 1;
    await sleep(delay.ms, undefined, { ref: false });
  }
}

/** Git is only meant by its name: a fault of any request of the API leaves it alone. */
function isMeant(given: string | undefined, route: string): boolean {
  return given === undefined ? !route.startsWith("GIT ") : route.startsWith(given);
}
