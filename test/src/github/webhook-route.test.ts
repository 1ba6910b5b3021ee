import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isSignedBy } from "#github/signature.ts";
import { webhookRoute } from "#github/webhook-route.ts";
import { ProblemError } from "#operations/problem-error.ts";
import { type Door, headersFor, openDoor, post, sign } from "./door.ts";
import { aSecret, labelledPayload } from "./payloads.ts";

const body = JSON.stringify(labelledPayload());
let door: Door;

beforeEach(async () => {
  door = await openDoor();
});
afterEach(() => door.close());

describe("a good delivery", () => {
  test("is stored with what it asks and answered 202", async () => {
    const { status } = await post(door, body, { "x-github-delivery": "0b989ba4-242f-11e5-81e1-c7b6966d2516" });
    expect(status).toBe(202);
    expect(door.stored).toMatchObject([
      {
        guid: "0b989ba4-242f-11e5-81e1-c7b6966d2516",
        hookId: "99",
        event: "issues",
        action: "labeled",
        receivedAt: 1_000,
        happening: { kind: "issue_labelled", issue: 12, label: "claude" },
      },
    ]);
  });

  test("of an event that we do not know is stored, asking nothing", async () => {
    const unknown = JSON.stringify({ action: "created", starred_at: "now" });
    expect(await post(door, unknown, { "x-github-event": "star_of_tomorrow" })).toMatchObject({ status: 202 });
    expect(door.stored).toMatchObject([{ event: "star_of_tomorrow", action: "created", happening: null }]);
  });

  test("S05, F15: one GUID twenty times at once is stored once, and each is answered 202", async () => {
    const guid = { "x-github-delivery": "11111111-1111-1111-1111-111111111111" };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(door, body, guid)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(door.stored).toHaveLength(1);
  });

  test("that cannot be stored is answered 500, so that GitHub shows it as failed, and comes in when it is sent again", async () => {
    door.failWith(new Error("SQLITE_FULL: database or disk is full"));
    const guid = { "x-github-delivery": "22222222-2222-2222-2222-222222222222" };
    const failed = await post(door, body, guid);
    expect(failed).toEqual({ status: 500, text: "The delivery could not be stored\n" });
    expect(door.logged()).toContain("SQLITE_FULL");
    expect(door.logged()).not.toContain("Add a search box");
    door.failWith(null);
    expect((await post(door, body, guid)).status).toBe(202);
    expect(door.stored).toHaveLength(1);
  });
});

describe("what the store refuses for a while", () => {
  const problems = [
    ["F27", 507, "disk_full", "The server's disk is full, so that nothing can be stored."],
    ["F30", 503, "store_busy", "Another program keeps the database locked."],
  ] as const;
  test.each(problems)(
    "%s is answered %i with a sentence, and stored when it comes again",
    async (_f, status, code, title) => {
      const guid = { "x-github-delivery": `33333333-3333-3333-3333-${code}`.replace(/_/g, "-") };
      door.failWith(new ProblemError({ status, code, title }));
      expect(await post(door, body, guid)).toEqual({ status, text: `${title}\n` });
      expect(door.logged()).not.toContain("Add a search box");
      door.failWith(null);
      expect((await post(door, body, guid)).status).toBe(202);
      expect(door.stored).toHaveLength(1);
    },
  );
});

describe("S02: the signature", () => {
  test("is GitHub's own: the vector of its documentation", () => {
    const header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    const text = Buffer.from("Hello, World!");
    expect(isSignedBy(["It's a Secret to Everybody"], text, header)).toBe(true);
    expect(isSignedBy(["It's a Secret to everybody"], text, header)).toBe(false);
  });

  test("does not fit when any single byte of the body is another", () => {
    const bytes = Buffer.from(body);
    const header = sign(bytes);
    expect(isSignedBy([aSecret], bytes, header)).toBe(true);
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(isSignedBy([aSecret], flipped, header)).toBe(false);
    }
  });

  test("does not fit when any digit of it is another", () => {
    const header = sign(body);
    for (let at = "sha256=".length; at < header.length; at += 1) {
      const digit = header[at] === "0" ? "1" : "0";
      expect(isSignedBy([aSecret], Buffer.from(body), header.slice(0, at) + digit + header.slice(at + 1))).toBe(false);
    }
  });

  test.each<[string, Record<string, string | undefined>]>([
    ["missing", { "x-hub-signature-256": undefined }],
    ["SHA-1 only", { "x-hub-signature-256": undefined, "x-hub-signature": `sha1=${hmac("sha1")}` }],
    ["a SHA-1 in its place", { "x-hub-signature-256": `sha1=${hmac("sha1")}` }],
    ["too short", { "x-hub-signature-256": sign(body).slice(0, -2) }],
    ["too long", { "x-hub-signature-256": `${sign(body)}00` }],
    ["no hex", { "x-hub-signature-256": `sha256=${"z".repeat(64)}` }],
    ["of another secret", { "x-hub-signature-256": sign(body, "x".repeat(32)) }],
  ])("%s: 401, nothing stored, nothing of the body logged", async (_what, headers) => {
    expect((await post(door, body, headers)).status).toBe(401);
    expect(door.stored).toEqual([]);
    expect(door.logged()).not.toContain("Add a search box");
  });

  test("is over the raw bytes: a signed body that is no UTF-8 is 400, an unsigned one 401", async () => {
    const raw = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    expect((await post(door, raw)).status).toBe(400);
    expect((await post(door, raw, { "x-hub-signature-256": sign("{}") })).status).toBe(401);
  });

  test("of the old and of the new secret is good during a rotation", async () => {
    const newSecret = "n".repeat(40);
    const rotating = await openDoor({ secrets: [newSecret, aSecret] });
    try {
      expect((await post(rotating, body)).status).toBe(202);
      expect((await post(rotating, body, { "x-hub-signature-256": sign(body, newSecret) })).status).toBe(202);
      expect((await post(rotating, body, { "x-hub-signature-256": sign(body, "o".repeat(40)) })).status).toBe(401);
    } finally {
      await rotating.close();
    }
  });

  test("S01: a secret that could be guessed is refused, with what to do", () => {
    const options = { receive: async () => undefined, clock: Date.now, limits: {} as never, log: {} as never };
    for (const secret of ["", "development", "short", "x".repeat(31)]) {
      expect(() => webhookRoute({ ...options, secrets: [aSecret, secret] })).toThrow(/openssl rand -hex 32/);
    }
  });
});

describe("what is no delivery", () => {
  test.each<[string, number, Record<string, string | undefined>]>([
    ["a form", 415, { "content-type": "application/x-www-form-urlencoded" }],
    ["plain text", 415, { "content-type": "text/plain" }],
    ["no content type", 415, { "content-type": "" }],
    ["no event", 400, { "x-github-event": undefined }],
    ["an event that is no word", 400, { "x-github-event": "issues; rm -rf" }],
    ["no GUID", 400, { "x-github-delivery": undefined }],
    ["a GUID that is none", 400, { "x-github-delivery": "../../etc" }],
    ["no hook id", 400, { "x-github-hook-id": undefined }],
  ])("%s: %i", async (_what, status, headers) => {
    expect((await post(door, body, headers)).status).toBe(status);
    expect(door.stored).toEqual([]);
  });

  test("application/json may have parameters", async () => {
    expect((await post(door, body, { "content-type": "application/json; charset=utf-8" })).status).toBe(202);
  });

  test.each(["", "{", "null", "[]", '"text"', "12", `{"a":${"[".repeat(200_000)}`])(
    "signed but no JSON object: 400 (%#)",
    async (text) => {
      expect((await post(door, text)).status).toBe(400);
      expect(door.stored).toEqual([]);
    },
  );

  test("S07: signed JSON that lacks what its event must have: 400, nothing stored", async () => {
    const answer = await post(door, JSON.stringify({ ...labelledPayload(), issue: { number: "hunter2" } }));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("issue.");
    expect(door.stored).toEqual([]);
    expect(door.logged()).not.toContain("hunter2");
  });

  test("another method: 405", async () => {
    const response = await fetch(door.url);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("S03: bodies within limits", () => {
  test("a length above 25 MB is answered 413 at once, before anything is read", async () => {
    const startedAt = performance.now();
    const answer = await rawRequest(door, { ...headersFor("x"), "content-length": "314572800" }, "{");
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test("300 MB sent all the same: 413, and memory stays flat", async () => {
    const before = process.memoryUsage.rss();
    const piece = Buffer.alloc(1024 * 1024, 0x20);
    let most = 0;
    const answer = await rawRequest(door, { ...headersFor("x"), "content-length": "314572800" }, piece, () => {
      most = Math.max(most, process.memoryUsage.rss() - before);
      return 300;
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    // The sender runs in this process too, hence more than the server's own share.
    expect(most).toBeLessThan(150 * 1024 * 1024);
  });

  test("without a length, the reading ends at the limit: 413", async () => {
    const small = await openDoor({ limits: { bytes: 1_000 } });
    try {
      const chunk = `${(600).toString(16)}\r\n${"x".repeat(600)}\r\n`;
      const answer = await rawRequest(small, { ...headersFor("x"), "transfer-encoding": "chunked" }, chunk + chunk);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect((await post(small, "x".repeat(1_000))).status).toBe(400);
    } finally {
      await small.close();
    }
  });

  test("a body that does not come is 408 after its time", async () => {
    const quick = await openDoor({ limits: { timeoutMs: 100 } });
    try {
      const answer = await rawRequest(quick, { ...headersFor("x"), "content-length": "100" }, "{");
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    } finally {
      await quick.close();
    }
  });

  test("of too many at once, the rest are 503, and there is room again afterwards", async () => {
    const narrow = await openDoor({ limits: { concurrent: 3, timeoutMs: 300 } });
    try {
      const slow = [1, 2, 3].map(() => rawRequest(narrow, { ...headersFor("x"), "content-length": "100" }, "{"));
      await expect.poll(async () => (await post(narrow, body)).status).toBe(503);
      expect((await Promise.all(slow)).every((answer) => answer.startsWith("HTTP/1.1 408 "))).toBe(true);
      expect((await post(narrow, body)).status).toBe(202);
    } finally {
      await narrow.close();
    }
  });

  test("of too many bytes at once, the rest are 503", async () => {
    const narrow = await openDoor({ limits: { bytesInAll: 100 } });
    try {
      expect((await post(narrow, body)).status).toBe(503);
    } finally {
      await narrow.close();
    }
  });

  test("S04: a thousand rejected requests leave less than 1 KB in the log", async () => {
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(Array.from({ length: 20 }, () => post(door, body, { "x-hub-signature-256": sign("{}") })));
    }
    expect(door.logged().length).toBeLessThan(1_000);
    expect(door.logged()).toContain("signature");
  });
});

function hmac(algorithm: string): string {
  return createHmac(algorithm, aSecret).update(body).digest("hex");
}

/** A request that `fetch` would not make; the answer's first bytes. Sends `piece` until `times` says enough. */
function rawRequest(
  to: Door,
  headers: Record<string, string>,
  piece: string | Buffer,
  times: () => number = () => 1,
): Promise<string> {
  const { hostname, port, pathname } = new URL(to.url);
  return new Promise((resolve, reject) => {
    let answer = "";
    let sent = 0;
    const socket = connect(Number(port), hostname);
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.setTimeout(10_000, () => socket.destroy(new Error("no answer in 10 s")));
    socket.on("error", (error) => (answer === "" ? reject(error) : resolve(answer)));
    socket.on("close", () => resolve(answer));
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    const send = () => {
      while (sent < times()) {
        sent += 1;
        if (!socket.write(piece)) return;
      }
    };
    socket.on("drain", send);
    socket.write(`POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\n${head.join("")}\r\n`);
    send();
  });
}
