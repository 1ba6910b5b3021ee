import { setTimeout as sleep } from "node:timers/promises";

/** One planned failure of the API. */
export interface Fault {
  /** "METHOD /path/{template}", or the beginning of it; absent: any request. */
  route?: string;
  status: number;
  times?: number;
  /** `before`: nothing happens; `after`: it happens and the answer is lost. */
  when?: "before" | "after";
  headers?: Record<string, string>;
  message?: string;
  /** Cut the connection instead of answering. */
  cut?: boolean;
}

/** The API's fault switches; webhooks have their own. */
export class ApiFaults {
  #planned: (Required<Pick<Fault, "times" | "when">> & Fault)[] = [];
  #delays: { route: string; ms: number; times: number }[] = [];

  failNext(fault: Fault): void {
    this.#planned.push({ times: 1, when: "before", ...fault });
  }

  /** Answers the next `times` requests of a route only after `ms` milliseconds. */
  delay(route: string, ms: number, times = 1): void {
    this.#delays.push({ route, ms, times });
  }

  clear(): void {
    this.#planned = [];
    this.#delays = [];
  }

  /** The failure that is due for this request at this moment; counts it down. */
  due(route: string, when: "before" | "after"): Fault | null {
    const fault = this.#planned.find((one) => one.when === when && one.times > 0 && route.startsWith(one.route ?? ""));
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
