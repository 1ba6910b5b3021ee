import { randomUUID } from "node:crypto";
import type { Json } from "../render/json.ts";
import { renderRepository } from "../render/repositories.ts";
import { renderUser } from "../render/users.ts";
import { nodeId } from "../state/ids.ts";
import type { App, Happening, World } from "../state/world.ts";
import type { Delivery } from "./delivery.ts";
import { unaskedEvents } from "./events.ts";
import { signatureOf } from "./signature.ts";

/** GitHub waits this long for an answer. */
const timeoutMs = 10_000;

/** What may go wrong on the way, in the order in which it is applied. */
export interface WebhookFaults {
  /** So many events are never delivered and leave no trace, as after an outage at GitHub. */
  drop: number;
  /** Of events with these names only. */
  dropped: RegExp;
  /** So many events arrive twice under one GUID. */
  duplicate: number;
  /** So many events are held back until the one after them has been delivered. */
  reorder: number;
  /** So many events are delivered `delayMs` late. */
  delay: number;
  delayMs: number;
}

export interface HookOptions {
  check: (event: string, payload: Json) => void;
}

/**
 * The App's webhook: turns happenings into signed deliveries, one after the other in the order in which they happened.
 * Like GitHub it never tries again by itself; `redeliver` sends the same bytes under the same GUID.
 */
export class Hook {
  readonly log: Delivery[] = [];
  readonly faults: WebhookFaults = { drop: 0, dropped: /./, duplicate: 0, reorder: 0, delay: 0, delayMs: 0 };
  readonly #world: World;
  readonly #options: HookOptions;
  readonly #abort = new AbortController();
  #url: string | null = null;
  #tail: Promise<void> = Promise.resolve();
  #pending = 0;
  #held: Delivery | null = null;
  readonly #late = new Map<Delivery, NodeJS.Timeout>();

  constructor(world: World, options: HookOptions) {
    this.#world = world;
    this.#options = options;
    world.happenings.on("happening", (happening) => this.#tell(happening));
  }

  get hookUrl(): string {
    return this.#url ?? "http://127.0.0.1/not-connected";
  }

  connect(url: string): void {
    this.#url = url;
  }

  /** How many deliveries have not been answered yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Resolves when nothing is under way; what handlers cause meanwhile is waited for too. */
  async idle(): Promise<void> {
    while (this.#pending > 0) await this.#tail;
  }

  close(): void {
    for (const timer of this.#late.values()) clearTimeout(timer);
    this.#abort.abort();
  }

  /** Nothing goes wrong any more; what is held back goes out now. */
  clearFaults(): void {
    Object.assign(this.faults, { drop: 0, duplicate: 0, reorder: 0, delay: 0 });
    const held = this.#held === null ? [] : [this.#held];
    this.#held = null;
    for (const delivery of [...held, ...this.#late.keys()]) this.#release(delivery);
  }

  #release(delivery: Delivery): void {
    clearTimeout(this.#late.get(delivery));
    this.#late.delete(delivery);
    this.#enqueue(delivery);
  }

  #tell(happening: Happening): void {
    const { repository } = happening;
    if (!isHeard(this.#world.app, happening.event) || (repository !== null && !repository.installed)) return;
    const payload = payloadOf(this.#world, happening);
    this.#options.check(happening.event, payload);
    if (this.#url === null) return;
    if (this.faults.drop > 0 && this.faults.dropped.test(happening.event)) {
      this.faults.drop -= 1;
      return;
    }
    const delivery = this.#newDelivery(happening.event, payload, {});
    if (this.faults.delay > 0) {
      this.faults.delay -= 1;
      const timer = setTimeout(() => this.#release(delivery), this.faults.delayMs);
      this.#late.set(delivery, timer.unref());
      return;
    }
    if (this.faults.reorder > 0 && this.#held === null) {
      this.faults.reorder -= 1;
      this.#held = delivery;
      return;
    }
    this.#enqueue(delivery);
    if (this.faults.duplicate > 0) {
      this.faults.duplicate -= 1;
      this.#enqueue(this.#newDelivery(happening.event, payload, { guid: delivery.guid }));
    }
    const held = this.#held;
    this.#held = null;
    if (held) this.#enqueue(held);
  }

  /** Sends anything: for tests of what arrives forged, twice or malformed. Resolves with the answered delivery. */
  async deliver(event: string, payload: Json, more: { guid?: string; signature?: string } = {}): Promise<Delivery> {
    const delivery = this.#newDelivery(event, payload, more);
    await this.#enqueue(delivery);
    return delivery;
  }

  redeliver(id: number): Promise<Delivery> {
    const first = this.log.find((one) => one.id === id);
    if (!first) throw new Error(`There is no delivery ${id}`);
    const again = this.#newDelivery(first.event, first.request.payload, { guid: first.guid });
    again.redelivery = true;
    return this.#enqueue(again).then(() => again);
  }

  #newDelivery(event: string, payload: Json, more: { guid?: string; signature?: string }): Delivery {
    const { app, ids } = this.#world;
    const raw = JSON.stringify(payload);
    const guid = more.guid ?? randomUUID();
    const installation = payload.installation as { id: number } | undefined;
    const repository = payload.repository as { id: number } | undefined;
    const delivery: Delivery = {
      id: ids.next("delivery"),
      guid,
      event,
      action: typeof payload.action === "string" ? payload.action : null,
      redelivery: false,
      createdAt: this.#world.now(),
      finishedAt: null,
      durationMs: 0,
      statusCode: 0,
      status: "pending",
      succeeded: false,
      url: this.hookUrl,
      installationId: installation?.id ?? null,
      repositoryId: repository?.id ?? null,
      request: {
        headers: {
          Accept: "*/*",
          "Content-Type": "application/json",
          "User-Agent": "GitHub-Hookshot/5tand1n",
          "X-GitHub-Delivery": guid,
          "X-GitHub-Event": event,
          "X-GitHub-Hook-ID": "424242",
          "X-GitHub-Hook-Installation-Target-ID": String(app.id),
          "X-GitHub-Hook-Installation-Target-Type": "integration",
          "X-Hub-Signature-256": more.signature ?? signatureOf(app.webhookSecret, raw),
        },
        payload: JSON.parse(raw) as Json,
        raw,
      },
      response: { headers: {}, payload: "" },
    };
    this.log.push(delivery);
    return delivery;
  }

  #enqueue(delivery: Delivery): Promise<void> {
    this.#pending += 1;
    this.#tail = this.#tail
      .then(() => this.#send(delivery))
      .finally(() => {
        this.#pending -= 1;
      });
    return this.#tail;
  }

  async #send(delivery: Delivery): Promise<void> {
    const started = performance.now();
    const { request } = delivery;
    try {
      const response = await fetch(this.hookUrl, {
        method: "POST",
        headers: request.headers,
        body: request.raw,
        redirect: "manual",
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#abort.signal]),
      });
      delivery.statusCode = response.status;
      delivery.response = { headers: Object.fromEntries(response.headers), payload: await response.text() };
      delivery.succeeded = response.ok;
      delivery.status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`;
    } catch (error) {
      const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
      delivery.status = isTimeout ? "timed out" : "failed to connect to host";
      delivery.statusCode = isTimeout ? 504 : 502;
    }
    delivery.durationMs = Math.round(performance.now() - started);
    delivery.finishedAt = this.#world.now();
  }
}

/** Apps that may write checks are subscribed to the events of checks by that alone. */
function isHeard({ events, permissions }: App, event: string): boolean {
  if (events.includes(event) || unaskedEvents.includes(event)) return true;
  return permissions.checks === "write" && (event === "check_run" || event === "check_suite");
}

function payloadOf(world: World, { repository, action, sender, parts }: Happening): Json {
  const { links } = world;
  const installation = repository && world.installationOf(repository.owner);
  return {
    ...(action === null ? {} : { action }),
    ...(repository ? { repository: renderRepository(links, repository) } : {}),
    ...(installation ? { installation: { id: installation.id, node_id: nodeId("I", installation.id) } } : {}),
    ...parts,
    sender: renderUser(links, sender.user),
  };
}
