import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { PatternTooSlowError } from "#operations/ports/log-search.ts";

/** How long an expression may take on the lines that it is given at once. */
const patienceMs = 1_000;
const startMs = 10_000;

/**
 * In a thread of its own: an expression can take for ever on a line that somebody chose (S60), and JavaScript has no
 * other way to stop it. As text, so that it needs no file beside a bundle; it holds nothing from outside.
 */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const pattern = new RegExp(workerData, "i");
parentPort.on("message", (texts) => parentPort.postMessage(texts.map((text) => pattern.test(text))));
`;

export type Pattern = {
  /** Whether each of the texts has a match. @throws PatternTooSlowError */
  test(texts: readonly string[]): Promise<boolean[]>;
  close(): Promise<void>;
};

/** @param source a valid regular expression */
export function openPattern(source: string): Pattern {
  const worker = new Worker(program, {
    eval: true,
    workerData: source,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });
  worker.unref();
  // A machine that is busy may take its time for the thread itself, which is no fault of the expression.
  const started = once(worker, "online", { signal: AbortSignal.timeout(startMs) });
  started.catch(() => undefined); // told to whoever waits for it
  return {
    async test(texts) {
      await started;
      return new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(impatience);
          worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        };
        const onMessage = (found: boolean[]) => {
          end();
          resolve(found);
        };
        const onError = (error: unknown) => {
          end();
          reject(error);
        };
        const onExit = () => onError(new PatternTooSlowError());
        const impatience = setTimeout(onExit, patienceMs);
        worker.on("message", onMessage).on("error", onError).on("exit", onExit);
        worker.postMessage(texts);
      });
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
