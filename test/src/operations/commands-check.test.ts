import { describe, expect, test } from "vitest";
import { showActs } from "#operations/show-acts.ts";
import { showAudit } from "#operations/show-audit.ts";
import { writeReplies } from "#operations/write-replies.ts";
import { succeeded } from "./bench.ts";
import { talking } from "./talking.ts";

const on = talking();
const { repo, failure, deliver, say, replies, runs, endRun } = on;

describe("the check run", () => {
  async function press(who: string, button: string | null, of: { suite?: boolean } = {}): Promise<void> {
    const check = on.app.standIn.checkRuns(repo()).at(-1);
    deliver({
      kind: "check_asked",
      repository: on.app.shop,
      button,
      checkRun: of.suite ? null : String(check?.id),
      headSha: check?.headSha ?? "",
      actor: { login: who, isBot: false },
      at: on.bench.world.clock(),
    });
    await on.bench.workDeliveries();
    await writeReplies(on.bench.world);
    on.app.newCalls();
    await on.bench.show();
  }
  const patched = () =>
    on.app.newCalls().filter((call) => call === "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}");

  test("has Retry when its run failed, which queues another attempt", async () => {
    await say("ada", "/claude run");
    await endRun(failure);
    const [check] = on.app.standIn.checkRuns(repo());
    expect(check).toMatchObject({ conclusion: "action_required" });
    expect(check?.actions.map(({ identifier }) => identifier)).toContain("retry");
    await press("ada", "retry");
    expect(runs().map((run) => run.status)).toEqual(["completed", "queued"]);
    expect(on.app.standIn.checkRuns(repo())).toMatchObject([{ status: "queued", actions: [] }]);
  });

  test.each([
    ["retry", "Retry", "retryTask"],
    ["continue", "Continue", "followTask"],
    [null, "Re-run", "retryTask"],
  ])("tells the others what was pressed, and the audit log in its own word: %s", async (button, word, action) => {
    await say("ada", "/claude run");
    await endRun(failure);
    on.bench.acts();
    await press("ada", button);
    expect(on.bench.acts()).toMatchObject([{ task: "TASK-1", by: "ada", place: "github", action }]);
    expect(showActs(on.bench.world, "TASK-1")[0]).toMatchObject({ by: "ada", action });
    expect(showAudit(on.bench.world)[0]).toMatchObject({ by: "ada", place: "github", action: word, refusal: null });
  });

  test("S08: looks at who presses; a refusal is said on the issue, and what GitHub has reset is written anew", async () => {
    await say("ada", "/claude run");
    await endRun(failure);
    await press("eve", null);
    expect(runs()).toHaveLength(1);
    expect(replies()[0]?.body).toContain("needs the role triage");
    expect(patched()).toHaveLength(1);
  });

  test("does nothing for a button that is none of ours, or a check run that is none of ours", async () => {
    await say("ada", "/claude run");
    await endRun(failure);
    await press("ada", "format-disk");
    expect(runs()).toHaveLength(1);
  });

  test("re-run with all others: again where it failed, left as it is where it ended well", async () => {
    await say("ada", "/claude run");
    await endRun(failure);
    await press("ada", null, { suite: true });
    expect(runs().map((run) => run.status)).toEqual(["completed", "queued"]);
    on.bench.store.runs.update({ ...(runs()[1] ?? neverRun()), notBefore: null });
    await endRun(succeeded);
    await press("ada", null, { suite: true });
    expect(runs().map((run) => run.conclusion)).toEqual(["failure", "success"]);
    expect(patched()).toHaveLength(1);
    expect(replies()).toEqual([]);
  });
});

function neverRun(): never {
  throw new Error("there is no such run");
}
