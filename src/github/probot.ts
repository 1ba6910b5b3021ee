import { createPrivateKey } from "node:crypto";
import type { Logger } from "pino";
import { Probot } from "probot";
import type { Delivery } from "#operations/ports/deliveries.ts";
import type { Clock } from "#operations/ports/world.ts";
import { actionOf, happeningOf } from "./happenings.ts";
import { InstallationTokens } from "./installation-tokens.ts";
import { Lanes } from "./lane.ts";
import { type Meter, openMeter } from "./meter.ts";
import { octokitClass } from "./octokit.ts";
import { outwardFetch } from "./outward.ts";
import { quietLog } from "./quiet-log.ts";

/** The app cannot be started as it is configured; the message says what to do. */
export class AppSetupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AppSetupError";
  }
}

export type ProbotOptions = {
  appId: number;
  /** PEM, as GitHub gave it. */
  privateKey: string;
  webhookSecret: string;
  /** `https://api.github.com`, or the base of an Enterprise server: `https://HOST/api/v3`. */
  apiUrl: string;
  /** Least time between two writes of an installation, in milliseconds: 1000 for GitHub itself. */
  writeIntervalMs: number;
  /** A request without an answer is given up after this many milliseconds. */
  requestTimeoutMs: number;
  clock: Clock;
  log: Logger;
  /** Stores the delivery, at most once by its GUID. Whatever it throws makes the delivery fail on GitHub's side. */
  accept: (delivery: Delivery) => void;
};

/** A webhook whose signature is good. */
export type Arrival = { guid: string; hookId: string; event: string; payload: object; receivedAt: number };

export type OpenProbot = {
  probot: Probot;
  /** How much GitHub was asked. */
  calls: Meter["reading"];
  /**
   * Hands an arrival to Probot's handlers, which only store it.
   * @throws MalformedPayloadError, or what `accept` threw
   */
  receive(arrival: Arrival): Promise<void>;
  /**
   * Refuses every further call to GitHub at once, and gives those under way this long, in milliseconds, to end. What is cut
   * off may have had its effect: whoever does it again looks first.
   */
  close(patienceMs?: number): Promise<void>;
};

/** Without `run()`: that reads `.env`, serves set-up pages and takes no signal. */
export async function openProbot(options: ProbotOptions): Promise<OpenProbot> {
  refuseWeakSecret(options.webhookSecret);
  refuseBadKey(options.privateKey);
  const lanes = new Lanes({ writeIntervalMs: options.writeIntervalMs, clock: options.clock });
  const meter = openMeter(options.clock);
  const closing = new AbortController();
  const probot = new Probot({
    appId: options.appId,
    privateKey: options.privateKey,
    secret: options.webhookSecret,
    baseUrl: options.apiUrl.replace(/\/+$/, ""),
    Octokit: octokitClass(lanes, new InstallationTokens(), meter),
    request: { fetch: outwardFetch(options.requestTimeoutMs, closing.signal) },
    log: quietLog(options.log),
  });
  await probot.ready();

  // What Probot has no field for, by the payload that it hands through.
  const arrivals = new WeakMap<object, Arrival>();
  await probot.load((app) => {
    app.onAny((context) => {
      const arrival = arrivals.get(context.payload);
      if (arrival === undefined) throw new Error("A webhook reached Probot by another way than the webhook route");
      options.accept(deliveryOf(arrival));
    });
  });

  return {
    probot,
    calls: meter.reading,
    receive: async (arrival) => {
      arrivals.set(arrival.payload, arrival);
      // The name is whatever the header says; Probot's type lists those of today.
      const event = { id: arrival.guid, name: arrival.event, payload: arrival.payload };
      try {
        await probot.receive(event as Parameters<Probot["receive"]>[0]);
      } catch (error) {
        throw error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
      }
    },
    close: async (patienceMs = Math.min(5_000, options.requestTimeoutMs)) => {
      const patience = setTimeout(() => closing.abort(new Error("Closing")), patienceMs);
      await lanes.close();
      clearTimeout(patience);
      closing.abort(new Error("Closed"));
    },
  };
}

/** @throws AppSetupError for a secret that could be guessed (S01) */
export function refuseWeakSecret(secret: string): void {
  if (secret === "development" || Buffer.byteLength(secret) < 32) {
    throw new AppSetupError(
      "WEBHOOK_SECRET is missing or shorter than 32 bytes, so that anybody could send webhooks. Make one with " +
        "`openssl rand -hex 32`, and set the same on GitHub: your app's settings, Webhook secret.",
    );
  }
}

function refuseBadKey(privateKey: string): void {
  try {
    createPrivateKey(privateKey);
  } catch (error) {
    throw new AppSetupError(
      "PRIVATE_KEY is no PEM private key. Generate one in your app's settings on GitHub and give its whole text, or " +
        `its file in PRIVATE_KEY_PATH. (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function deliveryOf(arrival: Arrival): Delivery {
  return {
    guid: arrival.guid,
    hookId: arrival.hookId,
    event: arrival.event,
    action: actionOf(arrival.payload),
    receivedAt: arrival.receivedAt,
    happening: happeningOf(arrival.event, arrival.payload, arrival.receivedAt),
  };
}
