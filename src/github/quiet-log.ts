import type { Logger } from "pino";

/**
 * The log as Probot gets it. At debug level Probot logs whole webhook bodies and request bodies, and its errors carry
 * the event that they came from: text of strangers, of any size, which belongs in no log (S04).
 */
export function quietLog(log: Logger): Logger {
  const { debug } = log.levels.values;
  const level = debug !== undefined && log.levelVal <= debug ? "info" : log.level;
  return log.child({}, { level, serializers: { err: briefError, error: briefError } });
}

function briefError(error: unknown): { type: string; message: string; stack: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: "", stack: "" };
  return {
    type: error.name,
    message: error.message.slice(0, 1_000),
    stack: (error.stack ?? "").slice(0, 2_000),
  };
}
