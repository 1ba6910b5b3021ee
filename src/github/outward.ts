/**
 * The REST API version that every request names: the answers' shapes change between versions.
 * https://docs.github.com/en/rest/about-the-rest-api/api-versions
 */
export const apiVersion = "2022-11-28";

/**
 * `fetch` for everything that goes to GitHub, token requests included: with the API version, a time limit, and an end
 * when `closing` fires.
 */
export function outwardFetch(timeoutMs: number, closing: AbortSignal): typeof fetch {
  return (url, options) => {
    const headers = new Headers(options?.headers);
    headers.set("x-github-api-version", apiVersion);
    const signals = [AbortSignal.timeout(timeoutMs), closing];
    if (options?.signal) signals.push(options.signal);
    return fetch(url, { ...options, headers, signal: AbortSignal.any(signals) });
  };
}
