/**
 * The REST API version that every request names: the answers' shapes change between versions.
 * https://docs.github.com/en/rest/about-the-rest-api/api-versions
 */
export const apiVersion = "2022-11-28";

/**
 * `fetch` for everything that goes to GitHub, token requests included: with the API version, a time limit that holds to
 * the last byte of the answer, and an end when `closing` fires.
 */
export function outwardFetch(timeoutMs: number, closing: AbortSignal): typeof fetch {
  return async (url, options) => {
    closing.throwIfAborted();
    const headers = new Headers(options?.headers);
    headers.set("x-github-api-version", apiVersion);
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const onClosing = () => ending.abort(closing.reason);
    closing.addEventListener("abort", onClosing);
    try {
      const answer = await fetch(url, { ...options, headers, signal: ending.signal });
      const body = await answer.arrayBuffer();
      // Statuses without a body do not even take an empty one.
      const whole = new Response(body.byteLength === 0 ? null : body, answer);
      return Object.defineProperty(whole, "url", { value: answer.url });
    } finally {
      clearTimeout(timer);
      closing.removeEventListener("abort", onClosing);
    }
  };
}
