import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openRefs } from "#action/state/refs.ts";
import { openKeys } from "#action/state/sealed.ts";
import { openTurns } from "#action/state/turn.ts";
import { until } from "#test/world/until.ts";
import { buildAction, type Hosted, jobOf, openHosted } from "./hosted.ts";

let built: ReturnType<typeof buildAction>;
beforeAll(() => {
  built = buildAction();
});
afterAll(() => built.remove());

/** As if so many days had passed since the last job of the issue. */
async function age({ gitDir, model, repositoryId }: Hosted, issue: number, days: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cco-aged-"));
  const refs = await openRefs({ url: gitDir, folder: join(folder, "refs"), credential: null });
  const keys = openKeys(model.key, repositoryId);
  const turn = await openTurns({ refs, keys, job: "age", clock: () => Date.now() }).take(issue);
  if ("heldBy" in turn || turn.saved.kind !== "files") throw new Error("there is nothing to age");
  const file = join(folder, "state.db");
  writeFileSync(file, turn.saved.files.get("server/state.db") ?? "");
  const database = new DatabaseSync(file);
  const by = days * 24 * 60 * 60_000;
  database.exec(
    `UPDATE runs SET completed_at = completed_at - ${by}; UPDATE tasks SET created_at = created_at - ${by};`,
  );
  database.close();
  const files = new Map([...turn.saved.files, ["server/state.db", readFileSync(file)] as const]);
  await turn.giveBack({ files, pull: null, done: [] });
  rmSync(folder, { recursive: true });
}

test("a schedule removes what is kept of a task that failed long ago, and does not begin it anew", async () => {
  const scripts = { default: [{ text: "I see nothing that I could change." }] };
  const hosted = await openHosted({ bundle: built.bundle, scripts, policy: "keep_days: 14\n" });
  try {
    const issue = hosted.github.as("ada").openIssue(hosted.repo, { title: "Greet in French", body: "Say bonjour." });
    hosted.github.as("ada").label(hosted.repo, issue, "claude");
    const first = await (await until("a job", jobOf(hosted, "issues"))).result;
    expect([first.code, first.outputs.conclusion], first.log).toEqual([1, "failure"]);
    const state = `refs/cc-orchestrator/tasks/issue-${issue}`;
    const looks = async () => {
      const { code, outputs, log } = await (await hosted.start("schedule", { schedule: "17 * * * *" })).result;
      expect([code, outputs.conclusion], log).toEqual([0, "skipped"]);
      return hosted.refs();
    };
    await age(hosted, issue, 13);
    expect(await looks()).toContain(state);
    await age(hosted, issue, 2);
    expect(await looks()).toEqual([]);
    const asked = hosted.model.requests.length;
    expect(await looks()).toEqual([]);
    expect(hosted.model.requests.length).toBe(asked);
    expect(hosted.github.issue(hosted.repo, issue).labels).toEqual(expect.arrayContaining(["claude", "claude:failed"]));

    hosted.github.as("ada").unlabel(hosted.repo, issue, "claude");
    hosted.github.as("ada").label(hosted.repo, issue, "claude");
    const again = await (await until("another job", jobOf(hosted, "issues", 1))).result;
    expect([again.outputs.task, again.outputs.conclusion], again.log).toEqual([`TASK-${issue}`, "failure"]);
    expect(hosted.github.violations).toEqual([]);
  } finally {
    await hosted.close();
  }
});
