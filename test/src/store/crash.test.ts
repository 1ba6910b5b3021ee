import { spawn } from "node:child_process";
import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openStore } from "#store/store.ts";
import { aDelivery, aFolder, aStore } from "./facts.ts";
import { randomFrom } from "./random.ts";

const writer = fileURLToPath(new URL("./writer.ts", import.meta.url));
/** CCO_LONG=1 for the long run, CCO_SEED to repeat one. */
const rounds = process.env.CCO_LONG === "1" ? 200 : 10;
const seed = Number(process.env.CCO_SEED ?? 1);

/** Starts the writer, kills it when it has acknowledged `after` rows, and tells how many it had acknowledged in the end. */
function writeAndDie(file: string, prefix: string, after: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, file, prefix], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.split("\n").length > after) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", () => resolve(text.split("\n").length - 1));
  });
}

it(`loses no acknowledged row when the writer is killed, ${rounds} times (F31), seed ${seed}`, async () => {
  const random = randomFrom(seed);
  const file = join(aFolder(), "state.sqlite");
  for (let round = 0; round < rounds; round += 1) {
    const acknowledged = await writeAndDie(file, `r${round}`, 1 + Math.floor(random() * 120));
    const store = openStore({ file });
    for (let count = 0; count < acknowledged; count += 1)
      expect(store.deliveries.insert(aDelivery({ hookId: "1", guid: `r${round}-${count}` }))).toBe(false);
    // At most the one transaction that was not acknowledged yet is there as well, and then whole.
    const last = Number(store.policies.get(1)?.text.split("-")[1]);
    expect([acknowledged - 1, acknowledged]).toContain(last);
    store.close();
  }
}, 240_000);

it("opens with every row before the cut after its write-ahead log was cut anywhere (F32)", () => {
  const folder = aFolder();
  const file = join(folder, "state.sqlite");
  const store = aStore(file);
  const ends: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    store.deliveries.insert(aDelivery({ guid: `g${count}` }));
    ends.push(readFileSync(`${file}-wal`).length);
  }
  const random = randomFrom(seed);
  const [first = 0, last = 0] = [ends[0], ends.at(-1)];
  for (let round = 0; round < 40; round += 1) {
    const cut = first + Math.floor(random() * (last - first));
    const copy = join(folder, `copy-${round}.sqlite`);
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    truncateSync(`${copy}-wal`, cut);
    const restored = openStore({ file: copy });
    const there = ends.map((_, count) => !restored.deliveries.insert(aDelivery({ guid: `g${count}` })));
    expect(there).toEqual(ends.map((end) => end <= cut));
    restored.close();
  }
});

it("gives a copy while it is in use, readable by its owner only", async () => {
  const folder = aFolder();
  const store = aStore(join(folder, "state.sqlite"));
  store.deliveries.insert(aDelivery());
  const to = join(folder, "backup.sqlite");
  writeFileSync(to, "an older one");
  await store.backup(to);
  expect(aStore(to).deliveries.insert(aDelivery())).toBe(false);
  expect(statSync(to).mode & 0o777).toBe(0o600);
});
