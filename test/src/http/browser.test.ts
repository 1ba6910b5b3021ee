import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { livePath, webhookPath } from "#protocol/routes.ts";
import { asOperator, json, operatorToken, sendRaw, serving } from "./serving.ts";

const statusOf = (answer: string) => Number(answer.split(" ")[1]);

describe("the host", () => {
  const good = ["127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:9", "192.168.1.7:8080", "[fe80::1]"];
  const bad = [
    "rebind.evil.test",
    "127.0.0.1.evil.test",
    "evil@localhost",
    "localhost.",
    "",
    "::1",
    "localhost:80:80",
    "2130706433",
    "0x7f.1",
    "127.1",
  ];
  it.each([...good.map((host) => [host, 200] as const), ...bad.map((host) => [host, 421] as const)])(
    "%s gets %i (S31)",
    async (host, status) => {
      const { url } = await serving();
      const answer = await sendRaw(url, `GET /api/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(statusOf(answer)).toBe(status);
    },
  );

  it.each(["/", livePath, webhookPath, "/assets/app.js"])("is checked for %s too (S31)", async (path) => {
    const { url } = await serving();
    const answer = await sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: rebind.evil.test\r\nConnection: close\r\n\r\n`);
    expect(statusOf(answer)).toBe(421);
  });
});

describe("a page of", () => {
  const cases: [string, Record<string, string>, number][] = [
    ["no browser at all", {}, 200],
    ["our own", { origin: "OWN", "sec-fetch-site": "same-origin" }, 200],
    ["our own behind TLS", { origin: "https://OWN" }, 200],
    ["another site", { origin: "https://evil.test", "sec-fetch-site": "cross-site" }, 403],
    ["another port", { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site" }, 403],
    ["another port in an old browser", { origin: "http://127.0.0.1:1" }, 403],
    ["nowhere", { origin: "null" }, 403],
    ["another site that hides its origin", { "sec-fetch-site": "cross-site" }, 403],
  ];
  it.each(cases)("%s may or may not change state (S32, S34)", async (_, headers, status) => {
    const { url } = await serving();
    const host = new URL(url).host;
    const origin = headers.origin?.replace(/^(https:\/\/)?OWN$/, (_all, scheme = "http://") => `${scheme}${host}`);
    const lines = Object.entries({ ...headers, ...(origin ? { origin } : {}) }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const head = `POST /api/runner-tokens HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${operatorToken}\r\n`;
    const rest = "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    expect(statusOf(await sendRaw(url, head + lines.join("") + rest))).toBe(status);
  });

  it("another site may not follow live changes (S32)", async () => {
    const { url } = await serving();
    const answer = await fetch(url + livePath, { headers: { ...asOperator, origin: "https://evil.test" } });
    expect(answer.status).toBe(403);
  });
});

it("every answer tells browsers to be strict (S35)", async () => {
  const { url } = await serving();
  for (const [path, init] of [
    ["/api/health", {}],
    ["/nothing", {}],
    ["/api/runner-tokens", { method: "POST", headers: json }],
  ] as const) {
    const { headers } = await fetch(url + path, init);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'self';.*frame-ancestors 'none'/);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect([headers.get("x-powered-by"), headers.get("access-control-allow-origin")]).toEqual([null, null]);
  }
});

describe("the dashboard's folder", () => {
  function aFolder(): string {
    const above = mkdtempSync(join(tmpdir(), "cco-http-"));
    onTestFinished(() => rmSync(above, { recursive: true, force: true }));
    const folder = join(above, "dist");
    mkdirSync(join(folder, "assets"), { recursive: true });
    writeFileSync(join(folder, "index.html"), "<title>tasks</title>");
    writeFileSync(join(folder, "assets/app.js"), "1");
    writeFileSync(join(folder, ".secret"), "secret");
    writeFileSync(join(above, "state.sqlite"), "secret");
    return folder;
  }

  it.each(["/", "/tasks/TASK-12"])("gives its page for %s", async (path) => {
    const { url } = await serving({ staticFolder: aFolder() });
    const answer = await fetch(url + path, { headers: { accept: "text/html" } });
    expect([answer.status, await answer.text()]).toEqual([200, "<title>tasks</title>"]);
  });

  it("gives its files, and 404 for others", async () => {
    const { url } = await serving({ staticFolder: aFolder() });
    expect((await fetch(`${url}/assets/app.js`)).status).toBe(200);
    expect((await fetch(`${url}/assets/old.js`)).status).toBe(404);
    expect((await fetch(`${url}/api/nothing`, { headers: { accept: "text/html" } })).status).toBe(404);
  });

  it.each([
    "/.secret",
    "/../state.sqlite",
    "/..%2fstate.sqlite",
    "/%2e%2e/state.sqlite",
    "/assets/..%5c..%5cstate.sqlite",
  ])("gives nothing for %s", async (path) => {
    const { url } = await serving({ staticFolder: aFolder() });
    const answer = await sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).not.toContain("\r\n\r\nsecret");
    expect([400, 404]).toContain(statusOf(answer));
  });
});
