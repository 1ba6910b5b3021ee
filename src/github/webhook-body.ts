import type { IncomingMessage } from "node:http";

/** Why a request is turned away, with what it is answered. */
export class RejectedRequestError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "RejectedRequestError";
    this.status = status;
  }
}

export type BodyLimits = {
  /** Bytes of one body. GitHub sends no more than 25 MB. */
  bytes: number;
  /** Milliseconds from the headers to the last byte. */
  timeoutMs: number;
  /** Bodies that are being read at the same time. */
  concurrent: number;
  /** Bytes of all bodies that are being read at the same time. */
  bytesInAll: number;
};

/** GitHub's own numbers, and as much memory as we give to senders that have proven nothing yet. */
export const defaultBodyLimits: BodyLimits = {
  bytes: 25 * 1024 * 1024,
  timeoutMs: 10_000,
  concurrent: 64,
  bytesInAll: 128 * 1024 * 1024,
};

/** Reads bodies of unproven senders, within limits for each and for all of them together. */
export class BodyReader {
  readonly #limits: BodyLimits;
  #reading = 0;
  #bytes = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /**
   * The raw bytes.
   * @throws RejectedRequestError 413 too large (before reading where the length is told), 408 too slow, 503 too many
   */
  async read(request: IncomingMessage): Promise<Buffer> {
    const limits = this.#limits;
    if (Number(request.headers["content-length"] ?? 0) > limits.bytes) throw tooLarge(limits.bytes);
    if (this.#reading >= limits.concurrent) throw new RejectedRequestError(503, "Too many requests at once");
    this.#reading += 1;
    let taken = 0;
    try {
      return await collect(request, limits.timeoutMs, (chunk) => {
        taken += chunk.length;
        this.#bytes += chunk.length;
        if (taken > limits.bytes) throw tooLarge(limits.bytes);
        if (this.#bytes > limits.bytesInAll) throw new RejectedRequestError(503, "Too many bytes at once");
      });
    } finally {
      this.#reading -= 1;
      this.#bytes -= taken;
    }
  }
}

function collect(request: IncomingMessage, timeoutMs: number, count: (chunk: Buffer) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => end(new RejectedRequestError(408, "The body did not come in time")), timeoutMs);
    function onChunk(chunk: Buffer): void {
      try {
        count(chunk);
        chunks.push(chunk);
      } catch (error) {
        end(error);
      }
    }
    const onEnd = () => end(null);
    const onClose = () => end(new RejectedRequestError(400, "The body ended early"));
    function end(error: unknown): void {
      clearTimeout(timer);
      request.off("data", onChunk).off("end", onEnd).off("close", onClose).off("error", onClose);
      if (error !== null) {
        request.pause();
        reject(error);
      } else {
        resolve(Buffer.concat(chunks));
      }
    }
    request.on("data", onChunk).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}

function tooLarge(limit: number): RejectedRequestError {
  return new RejectedRequestError(413, `The body is larger than ${limit} bytes`);
}
