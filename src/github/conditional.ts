import { NotModifiedError } from "./failure.ts";

type Answer<T> = { data: T; headers: { etag?: string | undefined } };

/** So many answers are kept; the one unused for longest goes first. */
const kept = 2_000;

/**
 * Answers with their ETags: asking again for what has not changed is answered by 304, which GitHub does not count.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests
 * In memory only: after a restart each is asked for in full once.
 */
export class Remembered {
  readonly #answers = new Map<string, { etag: string; data: unknown }>();

  /**
   * @param key names the request with all its parameters
   * @param ask sends it, with these headers added
   */
  async read<T>(key: string, ask: (headers: Record<string, string>) => Promise<Answer<T>>): Promise<T> {
    const known = this.#answers.get(key);
    try {
      const { data, headers } = await ask(known === undefined ? {} : { "if-none-match": known.etag });
      this.#answers.delete(key);
      if (headers.etag !== undefined) this.#keep(key, { etag: headers.etag, data });
      return data;
    } catch (error) {
      if (!(error instanceof NotModifiedError) || known === undefined) throw error;
      this.#answers.delete(key);
      this.#keep(key, known);
      return known.data as T;
    }
  }

  #keep(key: string, answer: { etag: string; data: unknown }): void {
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > kept && oldest !== undefined) this.#answers.delete(oldest);
  }
}
