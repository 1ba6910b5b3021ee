import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { liveFrames } from "#cli/live.ts";
import { openClient, RefusedError } from "#protocol/client.ts";
import { openHome } from "#test/src/cli/world.ts";
import { until } from "#test/world/until.ts";
import { openWorld, type World } from "#test/world/world.ts";
import { logLines, registered } from "./scripted-runner.ts";

let world: World | null = null;
const home = openHome();
afterEach(async () => {
  await world?.close();
  world = null;
  home.close();
});

/** What a terminal, a browser or a reader would obey, as a transcript's line may hold it. */
const texts = [
  "a line of 21 characters could not be read: this is no JSON \u0000\u0001\u0002",
  "\u001b]0;owned\u0007\u001b]52;c;b3duZWQ=\u0007\u001b[2J\u001b[1;1H\u009b31mred\u0090q\u009c end",
  "\u202Egnp.exe \u200Bhidden\u2066 \u{E0041}",
  "<script>document.title='owned'</script> &lt;b&gt; ```",
  "x".repeat(8_000),
  "a\r\nb\rc\u2028d",
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/;

test("lines that a terminal would obey are kept as they are, told on the stream, and escaped where the command line shows them (F33, S39)", async () => {
  world = await openWorld({ runner: false });
  const { github, repo, server, operator, folder } = world;
  const call = openClient(server.url, await registered({ url: server.url, operator }));
  const issue = github.as("ada").openIssue(repo, { title: "Greet in French" });
  github.as("ada").label(repo, issue, "claude");
  const { offer } = await call("claim", { body: { freeSlots: 1, waitSeconds: 20 } });
  if (offer === null) throw new Error("no offer");
  const token = readFileSync(join(folder, "server", "operator.token"), "utf8").trim();
  const over = new AbortController();
  const streamed: string[] = [];
  const opened = Promise.withResolvers<void>();
  const listening = (async () => {
    for await (const frame of liveFrames({ server: server.url, token, signal: over.signal })) {
      if (frame.kind === "open") opened.resolve();
      if (frame.kind === "event" && frame.event.body.kind === "log")
        streamed.push(...frame.event.body.lines.map(({ text }) => text));
    }
  })();
  await opened.promise;
  const tell = (seq: number, ...some: string[]) => {
    const reports = [{ seq, at: new Date().toISOString(), body: logLines(...some) }];
    return call("report", { params: { run: offer.runId }, body: { epoch: offer.epoch, reports } });
  };
  expect(await tell(1, ...texts)).toEqual({ acknowledged: 1 });
  // A longer one is refused as a whole, whoever sends it; the run goes on.
  const refused = await tell(2, "x".repeat(8_001)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RefusedError);
  expect(refused).toMatchObject({ problem: { status: 400 } });
  expect(await tell(2, "and on")).toEqual({ acknowledged: 2 });

  // Kept and told as they were said: nothing is lost on the way.
  const { lines } = await operator("taskLogs", { params: { task: offer.task } });
  expect(lines.map(({ text }) => text)).toEqual([...texts, "and on"]);
  await until("the stream", () => (streamed.length > texts.length ? true : null));
  over.abort();
  await listening;
  expect(streamed).toEqual([...texts, "and on"]);

  const env = { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: token };
  const shown = await home.run(["logs", "--task", offer.task], env);
  expect(shown.code).toBe(0);
  expect(shown.out).not.toMatch(obeyed);
  expect(shown.out).toContain("this is no JSON");
  expect(shown.out).toContain("\\u202egnp.exe \\u200bhidden\\u2066");
  expect(shown.out).not.toContain("owned\u0007");
  expect(shown.out).toContain("<script>");
  const asJson = await home.run(["logs", "--task", offer.task, "--json"], env);
  expect(asJson.out).not.toMatch(obeyed);
  const parsed = JSON.parse(asJson.out) as { lines: { text: string }[] };
  expect(parsed.lines.map(({ text }) => text)).toEqual([...texts, "and on"]);
});
