import { SocketModeClient } from "@slack/socket-mode";
import { LogLevel } from "@slack/web-api";
import { z } from "zod";

/** What comes over the socket; `ack` within three seconds, or Slack tells the person that nothing happened. */
export type Envelope = { ack: (response?: Record<string, unknown>) => Promise<void>; body: unknown };

export type Socket = {
  /** Why there is no connection at the moment; null when there is one. */
  trouble(): string | null;
  close(): Promise<void>;
};

const timeoutMs = 15_000;
/** From asking for an address to Slack's hello. */
const startMs = 30_000;
const firstPauseMs = 500;
const slowestPauseMs = 5 * 60_000;
const closeMs = 500;

const ignored = () => undefined;
/** The client's own lines would hold addresses with tickets in them; what goes wrong is in `trouble`. */
const silent = {
  debug: ignored,
  info: ignored,
  warn: ignored,
  error: ignored,
  setLevel: ignored,
  getLevel: () => LogLevel.ERROR,
  setName: ignored,
};

/**
 * A connection of Slack's Socket Mode that is made again whenever it ends. The client's own way of doing that leaves a
 * rejection that nobody handles when Slack cannot be reached, which would end this process; so it is switched off.
 */
export function openSocket(of: {
  /** `xapp-…` */
  appToken: string;
  apiUrl?: string;
  interactive: (envelope: Envelope) => void;
  slash: (envelope: Envelope) => void;
}): Socket {
  const client = new SocketModeClient({
    appToken: of.appToken,
    autoReconnectEnabled: false,
    logger: silent,
    clientOptions: {
      ...(of.apiUrl === undefined ? {} : { slackApiUrl: of.apiUrl }),
      timeout: timeoutMs,
      retryConfig: { retries: 0 },
    },
  });
  const closing = new AbortController();
  let trouble: string | null = "Slack is not connected yet: buttons do nothing.";
  client.on("interactive", (envelope: Envelope) => of.interactive(envelope));
  client.on("slash_commands", (envelope: Envelope) => of.slash(envelope));

  async function stay(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      const ended = new Promise<void>((resolve) => client.once("disconnected", () => resolve()));
      try {
        await within(client.start(), startMs);
        failures = 0;
        trouble = null;
        await Promise.race([ended, aborted(closing.signal)]);
        trouble = "Slack has ended the connection: buttons do nothing until it is back.";
      } catch (error) {
        failures += 1;
        trouble = `Slack cannot be connected, so buttons do nothing: ${wordsOf(error)}`;
        if (error instanceof SlowError) await within(client.disconnect(), closeMs).catch(ignored);
      }
      await pause(Math.min(slowestPauseMs, firstPauseMs * 2 ** Math.min(failures, 10)), closing.signal);
    }
  }

  void stay();
  return {
    trouble: () => trouble,
    async close() {
      closing.abort();
      await within(client.disconnect(), closeMs).catch(ignored);
    },
  };
}

class SlowError extends Error {
  constructor() {
    super("it does not answer");
    this.name = "SlowError";
  }
}

function wordsOf(error: unknown): string {
  const what = z.object({ data: z.object({ error: z.string().max(100) }) }).safeParse(error);
  if (what.success) return `it says ${what.data.data.error}`;
  return error instanceof Error ? error.message.slice(0, 200) : "the connection ended at once";
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SlowError()), ms);
  });
  try {
    return await Promise.race([promise, slow]);
  } finally {
    clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([over, aborted(signal)]);
  clearTimeout(timer);
}
