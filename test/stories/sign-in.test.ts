import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { openClient } from "#protocol/client.ts";
import { pageKeyHeader, sessionPath, signInCallbackPath, signInPath } from "#protocol/session.ts";
import { openWorld, type World } from "#test/world/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld({ runner: false, signIn: true, admins: ["root"] });
  for (const login of ["mallory", "root"]) world.github.createUser(login);
}, 60_000);
afterAll(() => world?.close());

/** A browser, as far as cookies and redirects go. */
function aBrowser() {
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const go = async (address: string, init: RequestInit = {}) => {
    const answer = await fetch(address, {
      ...init,
      redirect: "manual",
      headers: { cookie: cookie(), ...init.headers },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return { status: answer.status, to: answer.headers.get("location") ?? "", answer };
  };
  /** Up to GitHub's page and its form; gives the address that GitHub sends back to. */
  const askedAt = async (login: string, answer = "go", to = "/") => {
    const begun = await go(`${world.server.url}${signInPath}?to=${encodeURIComponent(to)}`);
    const form = new URLSearchParams({ login, answer });
    const back = await fetch(begun.to, { method: "POST", body: form, redirect: "manual" });
    return { asked: new URL(begun.to), back: back.headers.get("location") ?? "" };
  };
  /** Signs in; the headers that the page then sends. */
  const signIn = async (login: string) => {
    const { to } = await go((await askedAt(login)).back);
    const pageKey = new URL(to, world.server.url).hash.replace("#page-key=", "");
    return { cookie: cookie(), [pageKeyHeader]: pageKey };
  };
  return { go, askedAt, signIn, jar };
}

const tasks = (headers: Record<string, string>) => fetch(`${world.server.url}/api/tasks`, { headers });

describe("somebody who signs in with GitHub", () => {
  it("is asked there, comes back where they were going, and nothing of GitHub's is kept", async () => {
    const browser = aBrowser();
    const { asked, back } = await browser.askedAt("ada", "go", "/tasks/TASK-1?view=diff");
    expect(asked.origin).toBe(world.github.url);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      client_id: world.github.app.clientId,
      redirect_uri: `${world.server.url}${signInCallbackPath}`,
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{32}$/),
    });
    const done = await browser.go(back);
    expect(done.to).toMatch(/^\/tasks\/TASK-1\?view=diff#page-key=[\w-]{43}$/);
    const [cleared, session] = done.answer.headers.getSetCookie();
    expect(cleared).toContain("Max-Age=0; Path=/sign-in; HttpOnly; SameSite=Lax");
    expect(session).toContain("Path=/; HttpOnly; SameSite=Strict");
    expect(done.answer.headers.get("cache-control")).toBe("no-store");
    expect(world.github.userTokens.every(({ isRevoked }) => isRevoked)).toBe(true);
    expect(world.log()).not.toMatch(/ghu_/);
    const headers = { cookie: session?.split(";")[0] ?? "", [pageKeyHeader]: done.to.split("=").at(-1) ?? "" };
    const shown = await fetch(`${world.server.url}${sessionPath}`, { headers });
    expect(await shown.json()).toMatchObject({ name: "ada", kind: "person", isAdmin: false });
  });

  it("has a role, or is told that nothing lets them in", async () => {
    const browser = aBrowser();
    expect((await browser.go((await browser.askedAt("mallory")).back)).to).toBe("/#sign-in=refused");
    expect(browser.jar.size).toBe(0);
    expect((await browser.go((await browser.askedAt("ada", "cancel")).back)).to).toBe("/#sign-in=cancelled");
    expect((await tasks(await aBrowser().signIn("eve"))).status).toBe(200);
    expect((await tasks(await aBrowser().signIn("root"))).status).toBe(200);
  });

  it("has begun it in this browser, just now, and uses it once (S33)", async () => {
    const browser = aBrowser();
    const { back } = await browser.askedAt("ada");
    // Somebody else's way back, sent as a link, signs nobody in.
    expect((await aBrowser().go(back)).to).toBe("/#sign-in=expired");
    const other = aBrowser();
    await other.askedAt("eve");
    expect((await other.go(back)).to).toBe("/#sign-in=expired");
    const forged = aBrowser();
    await forged.askedAt("ada");
    for (const [name, value] of forged.jar) forged.jar.set(name, value.replace(/^\d/, "9"));
    expect((await forged.go(back)).to).toBe("/#sign-in=expired");
    expect((await browser.go(back)).to).toContain("#page-key=");
    expect((await browser.go(back)).to).toBe("/#sign-in=expired");
  });

  it.each(["https://evil.test", "//evil.test", "/\\evil.test", "/%0d%0aset-cookie: x", "javascript:alert(1)"])(
    "is never sent to %s",
    async (to) => {
      const browser = aBrowser();
      const { to: back } = await browser.go((await browser.askedAt("ada", "go", to)).back);
      expect(new URL(back, world.server.url).origin).toBe(world.server.url);
      expect(back).not.toContain("evil");
    },
  );

  it("is told when GitHub is away", async () => {
    const browser = aBrowser();
    const { back } = await browser.askedAt("ada");
    world.github.faults.failNext({ route: "POST /applications/{client_id}/token", status: 503 });
    expect((await browser.go(back)).to).toBe("/#sign-in=unreachable");
  });

  it("signs out of all browsers at once, which end what they follow, and nobody else", async () => {
    const [laptop, phone, eve] = [
      await aBrowser().signIn("ada"),
      await aBrowser().signIn("ada"),
      await aBrowser().signIn("eve"),
    ];
    const stream = await fetch(`${world.server.url}/api/live`, { headers: phone });
    const ended = (async () => {
      for await (const _ of stream.body ?? []);
    })();
    const out = await fetch(`${world.server.url}${sessionPath}?everywhere=1`, { method: "DELETE", headers: laptop });
    expect(out.status).toBe(200);
    await ended;
    expect((await tasks(laptop)).status).toBe(401);
    expect((await tasks(phone)).status).toBe(401);
    expect((await tasks(eve)).status).toBe(200);
    expect((await tasks(await aBrowser().signIn("ada"))).status).toBe(200);
  });
});

describe("a program", () => {
  it("is told with which App to begin the device flow, and trades what it gets for that person's rights", async () => {
    const anybody = openClient(world.server.url, null);
    const ways = await anybody("signInWays");
    expect(ways).toEqual({
      web: signInPath,
      device: { clientId: world.github.app.clientId, url: world.github.url },
      missing: null,
    });
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${ways.device?.url}${path}`, {
        method: "POST",
        body: new URLSearchParams(Object.entries(body)),
      });
      return (await answer.json()) as Record<string, string>;
    };
    const client_id = ways.device?.clientId ?? "";
    const { device_code, user_code } = await post("/login/device/code", { client_id });
    const grant = { client_id, device_code, grant_type: "urn:ietf:params:oauth:grant-type:device_code" };
    expect(await post("/login/oauth/access_token", grant)).toMatchObject({ error: "authorization_pending" });
    await fetch(`${world.github.url}/login/device`, {
      method: "POST",
      body: new URLSearchParams({ user_code: user_code ?? "", login: "ada" }),
    });
    const { access_token = "" } = await post("/login/oauth/access_token", grant);
    const { token, name, isAdmin } = await anybody("signInByToken", { body: { token: access_token } });
    expect({ name, isAdmin }).toEqual({ name: "ada", isAdmin: false });
    expect(world.github.userTokens.every(({ isRevoked }) => isRevoked)).toBe(true);
    const ada = openClient(world.server.url, token);
    expect((await ada("listTasks")).tasks).toEqual([]);
    await expect(ada("showOperating")).rejects.toThrow("administrators");
    // Used up, made for somebody else's App, or made up.
    for (const wrong of [access_token, world.github.createUser("ada").token, "ghu_made_up"])
      await expect(anybody("signInByToken", { body: { token: wrong } })).rejects.toMatchObject({
        problem: { status: 401 },
      });
    const headers = { authorization: `Bearer ${token}` };
    await fetch(`${world.server.url}${sessionPath}`, { method: "DELETE", headers });
    expect((await tasks(headers)).status).toBe(401);
  });

  it("whose person has no role gets nothing", async () => {
    const anybody = openClient(world.server.url, null);
    const token = world.github.userToken("mallory");
    await expect(anybody("signInByToken", { body: { token } })).rejects.toThrow("mallory has no role");
  });
});

test("who came in is in the audit log, and GitHub was asked as its description says", async () => {
  const { entries } = await world.operator("listAudit", { query: {} });
  expect(entries.filter(({ action }) => action === "signIn").map(({ by, refusal }) => [by, refusal])).toContainEqual([
    "mallory",
    "No repository of this server lets them in.",
  ]);
  expect(entries.some(({ by, action }) => by === "ada" && action === "signOutEverywhere")).toBe(true);
  expect(world.github.violations).toEqual([]);
});

test("without the App's client, or an address to come back to, it says what it takes", async () => {
  const closed = await openWorld({ runner: false });
  try {
    const answer = await fetch(`${closed.server.url}${signInPath}`, { redirect: "manual" });
    expect(answer.headers.get("location")).toBe("/#sign-in=unavailable");
    const { missing, web, device } = await openClient(closed.server.url, null)("signInWays");
    expect([web, device]).toEqual([null, null]);
    expect(missing).toContain("GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET");
    await expect(
      openClient(closed.server.url, null)("signInByToken", { body: { token: "ghu_something" } }),
    ).rejects.toThrow("not set up");
  } finally {
    await closed.close();
  }
}, 30_000);
