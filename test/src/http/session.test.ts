import { describe, expect, it } from "vitest";
import { livePath } from "#protocol/routes.ts";
import { type OpenedSession, pageKeyHeader, sessionPath } from "#protocol/session.ts";
import { asOperator, asRunner, json, sendRaw, serving } from "./serving.ts";

const week = 7 * 24 * 60 * 60_000;

/** Signs in and gives what a browser then has. */
async function signedIn(url: string) {
  const response = await fetch(`${url}${sessionPath}`, {
    method: "POST",
    headers: { ...asOperator, ...json },
    body: "{}",
  });
  const session = (await response.json()) as OpenedSession;
  const setCookie = response.headers.get("set-cookie") ?? "";
  const cookie = setCookie.split(";")[0] ?? "";
  return { response, session, setCookie, cookie, headers: { cookie, [pageKeyHeader]: session.pageKey } };
}

describe("signing in", () => {
  it("gives a cookie that no page can read and no other site can use, and a key for the page (S33)", async () => {
    const { url } = await serving();
    const { response, session, setCookie } = await signedIn(url);
    expect(response.status).toBe(200);
    expect(setCookie).toContain("; HttpOnly; SameSite=Strict");
    expect(setCookie).toContain("Path=/");
    expect(session).toMatchObject({ name: "ada", pageKey: expect.stringMatching(/^[\w-]{43}$/) });
    expect(setCookie).not.toContain(session.pageKey);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each([
    ["no token", json, 401],
    ["a wrong token", { ...json, authorization: "Bearer guess" }, 401],
    ["a runner's token", { ...json, ...asRunner }, 403],
    ["a form's content", { ...asOperator, "content-type": "text/plain" }, 415],
    ["another site's page", { ...asOperator, ...json, origin: "https://evil.test" }, 403],
  ])("with %s is refused (S32, S33, S34)", async (_, headers, status) => {
    const { url } = await serving();
    const response = await fetch(`${url}${sessionPath}`, { method: "POST", headers, body: "{}" });
    expect(response.status).toBe(status);
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  it("needs the token again: a session makes no sessions", async () => {
    const { url } = await serving();
    const { headers } = await signedIn(url);
    const response = await fetch(`${url}${sessionPath}`, {
      method: "POST",
      headers: { ...headers, ...json },
      body: "{}",
    });
    expect(response.status).toBe(401);
  });

  it("over TLS keeps the cookie to TLS", async () => {
    const { url } = await serving();
    const { host } = new URL(url);
    const head = `POST ${sessionPath} HTTP/1.1\r\nHost: ${host}\r\nOrigin: https://${host}\r\nAuthorization: ${asOperator.authorization}\r\n`;
    const answer = await sendRaw(
      url,
      `${head}Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    );
    expect(answer).toMatch(/set-cookie: .*; Secure/i);
  });
});

describe("a session", () => {
  it("reads, writes and follows the stream as its operator", async () => {
    const { url } = await serving();
    const { headers } = await signedIn(url);
    expect((await fetch(`${url}/api/tasks`, { headers })).status).toBe(200);
    const written = await fetch(`${url}/api/runner-tokens`, {
      method: "POST",
      headers: { ...headers, ...json },
      body: "{}",
    });
    expect(written.status).toBe(200);
    const stop = new AbortController();
    const stream = await fetch(`${url}${livePath}`, { headers, signal: stop.signal });
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    stop.abort();
    expect(await (await fetch(`${url}${sessionPath}`, { headers })).json()).toMatchObject({ name: "ada" });
  });

  it.each(["/api/tasks", livePath, sessionPath])("needs cookie and page key together for %s (S34)", async (path) => {
    const { url } = await serving();
    const { cookie, session, headers } = await signedIn(url);
    const other = await signedIn(url);
    for (const part of [
      { cookie },
      { [pageKeyHeader]: session.pageKey },
      { cookie, [pageKeyHeader]: other.session.pageKey },
      { cookie: `${cookie}x`, [pageKeyHeader]: session.pageKey },
      { cookie: cookie.replace(/=\d/, "=9"), [pageKeyHeader]: session.pageKey },
    ])
      expect((await fetch(`${url}${path}`, { headers: part })).status).toBe(401);
    const stop = new AbortController();
    expect((await fetch(`${url}${path}`, { headers, signal: stop.signal })).status).toBe(200);
    stop.abort();
  });

  it("changes nothing by a form of another page, whatever the cookie (S34)", async () => {
    const { url } = await serving();
    const { headers } = await signedIn(url);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const response = await fetch(`${url}/api/runner-tokens`, {
        method: "POST",
        headers: { ...headers, "content-type": type },
        body: "{}",
      });
      expect(response.status).toBe(415);
    }
  });

  it("is no runner (S36)", async () => {
    const { url } = await serving();
    const { headers } = await signedIn(url);
    const claim = { method: "POST", headers: { ...headers, ...json }, body: '{"freeSlots":1,"waitSeconds":0}' };
    expect((await fetch(`${url}/api/runner/claim`, claim)).status).toBe(403);
  });

  it("ends when it is signed out, also for whoever kept the cookie", async () => {
    const { url } = await serving();
    const { headers } = await signedIn(url);
    const out = await fetch(`${url}${sessionPath}`, { method: "DELETE", headers });
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    expect((await fetch(`${url}/api/tasks`, { headers })).status).toBe(401);
  });

  it("ends after a week", async () => {
    let now = 1_800_000_000_000;
    const { url } = await serving({ clock: () => now });
    const { headers } = await signedIn(url);
    now += week - 1_000;
    expect((await fetch(`${url}/api/tasks`, { headers })).status).toBe(200);
    now += 2_000;
    expect((await fetch(`${url}/api/tasks`, { headers })).status).toBe(401);
  });

  it("survives the restart of the server", async () => {
    const first = await serving();
    const { headers } = await signedIn(first.url);
    const second = await serving();
    // Cookies are named after the port; what a restarted server would get is the same value under its own name.
    const port = (url: string) => new URL(url).port;
    const moved = { ...headers, cookie: headers.cookie.replace(port(first.url), port(second.url)) };
    expect((await fetch(`${second.url}/api/tasks`, { headers: moved })).status).toBe(200);
  });
});
