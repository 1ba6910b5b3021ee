import { generateKeyPairSync } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore } from "#store/store.ts";
import { openHome } from "./world.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

let home: ReturnType<typeof openHome>;
let file: string;
beforeEach(() => {
  home = openHome();
  mkdirSync(home.state, { recursive: true, mode: 0o700 });
  file = join(home.state, "state.db");
});
afterEach(() => home.close());

it("a server's state is copied while it is open, and put back when it is not", async () => {
  const store = openStore({ file });
  const copied = await home.run(["backup", "copy.db"]);
  expect(copied).toMatchObject({ code: 0, out: `${join(home.folder, "copy.db")}\n` });
  expect(existsSync(join(home.folder, "copy.db"))).toBe(true);
  expect(await home.run(["restore", "copy.db"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("Stop it first"),
  });
  store.close();
  expect(await home.run(["restore", "copy.db"])).toMatchObject({
    code: 0,
    err: expect.stringContaining("state.db.before-restore"),
  });
});

it("nothing to copy is said with what to do", async () => {
  expect(await home.run(["backup", "copy.db"])).toMatchObject({ code: 1, err: expect.stringContaining("--home") });
  expect(await home.run(["restore", "none.db"])).toMatchObject({ code: 1, err: expect.stringContaining("none.db") });
});

it.each([
  ["damaged", () => writeFileSync(file, "no database at all".repeat(1_000)), "Put a backup in its place"],
  ["newer", () => raise(), "Install that version again"],
])("a server does not start on a %s state, and says what to do", async (_what, harm, advice) => {
  harm();
  const env = { APP_ID: "1", PRIVATE_KEY: privateKey, WEBHOOK_SECRET: "0123456789abcdef0123456789abcdef" };
  const ended = await home.run(["serve", "--port", "0"], env);
  expect(ended).toMatchObject({ code: 1, out: "", err: expect.stringContaining(advice) });
});

function raise(): void {
  openStore({ file }).close();
  const store = openStore({ file });
  store.close();
  // The version is at a fixed place of the header: https://www.sqlite.org/fileformat.html#user_version
  const header = Buffer.alloc(4);
  header.writeUInt32BE(99);
  writeAt(60, header);
}

function writeAt(offset: number, bytes: Buffer): void {
  const handle = openSync(file, "r+");
  writeSync(handle, bytes, 0, bytes.length, offset);
  closeSync(handle);
}
