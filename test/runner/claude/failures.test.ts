import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClaudeSpec } from "#runner/claude/command.ts";
import type { FailureReason } from "#runner/claude/failures.ts";
import { type Outcome, outcomeOf } from "#runner/claude/outcome.ts";
import { progressOf } from "#runner/claude/progress.ts";
import { type ModelStandIn, openModel } from "#test/model/model.ts";
import { apiUsageLimit, type Message, overloaded, type Script, usageLimit } from "#test/model/script.ts";
import { openWorld, type World } from "./instance.ts";

let model: ModelStandIn;
beforeAll(async () => {
  model = await openModel();
});
afterAll(() => model.close());

const refusing = (status: number, type: string, message: string): Message => ({ error: { status, type, message } });
const bash = (command: string) => ({ tools: [{ name: "Bash", input: { command } }] });

interface Case {
  readonly what: string;
  readonly reason: FailureReason;
  readonly retryable: boolean;
  readonly script: Script;
  readonly spec?: (world: World) => Partial<ClaudeSpec>;
}

const CASES: readonly Case[] = [
  {
    what: "a refused key",
    reason: "not_logged_in",
    retryable: false,
    script: [refusing(401, "authentication_error", "no")],
  },
  {
    what: "a forbidden account",
    reason: "not_logged_in",
    retryable: false,
    script: [refusing(403, "permission_error", "no")],
  },
  {
    what: "no login at all",
    reason: "not_logged_in",
    retryable: false,
    script: [],
    spec: (world) => ({ login: { kind: "own", home: join(world.folder, "tmp") } }),
  },
  {
    what: "an empty key file",
    reason: "not_logged_in",
    retryable: false,
    script: [],
    spec: () => ({ login: { kind: "key", keyFile: "/dev/null" } }),
  },
  {
    what: "no credit",
    reason: "no_credit",
    retryable: false,
    script: [refusing(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API.")],
  },
  {
    what: "a rejected request",
    reason: "request_rejected",
    retryable: false,
    script: [refusing(400, "invalid_request_error", "messages: text content blocks must be non-empty")],
  },
  {
    what: "a conversation too long",
    reason: "prompt_too_long",
    retryable: false,
    script: [refusing(400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum")],
  },
  {
    what: "an unknown model",
    reason: "model_unknown",
    retryable: false,
    script: [refusing(404, "not_found_error", "model: x")],
  },
  {
    what: "too many requests",
    reason: "rate_limited",
    retryable: true,
    script: [refusing(429, "rate_limit_error", "slow down")],
  },
  {
    what: "an API that fails",
    reason: "model_unavailable",
    retryable: true,
    script: [refusing(500, "api_error", "Internal")],
  },
  { what: "an overloaded API", reason: "model_overloaded", retryable: true, script: [overloaded()] },
  {
    what: "a stream that always breaks",
    reason: "model_unreachable",
    retryable: true,
    script: [{ text: "half", dropTimes: 99 }],
  },
  {
    what: "an API that cannot be reached",
    reason: "model_unreachable",
    retryable: true,
    script: [],
    spec: () => ({ operator: { ...process.env, ANTHROPIC_BASE_URL: "http://127.0.0.1:1" } }),
  },
  { what: "a refusal", reason: "refused", retryable: false, script: [{ text: "No.", stopReason: "refusal" }] },
  {
    what: "too many turns",
    reason: "max_turns",
    retryable: false,
    script: [bash("echo 1"), bash("echo 2"), { text: "end" }],
    spec: () => ({ maxTurns: 1 }),
  },
  {
    what: "too much money",
    reason: "max_budget",
    retryable: false,
    script: [{ ...bash("echo 1"), usage: { input_tokens: 1_000_000 } }, { text: "end" }],
    spec: () => ({ maxBudgetUsd: 0.1 }),
  },
  {
    what: "an unknown session",
    reason: "session_unknown",
    retryable: false,
    script: [],
    spec: () => ({ resume: true }),
  },
];

/** What the model says, one after the other to one process: a turn that failed does not end it. */
const ANSWERED = CASES.filter((each) => each.spec === undefined);

/** What each needs a process of its own for. */
const STARTED = CASES.filter((each) => each.spec !== undefined);

/** Runs scripts as the turns of one process, which takes a second instead of one for each. */
async function outcomesOf(scripts: readonly Script[], maxRetries: number): Promise<Outcome[]> {
  const world = await openWorld(model);
  try {
    const instance = await world.start({ maxRetries });
    const outcomes: Outcome[] = [];
    for (const script of scripts) {
      const name = `${world.sessionId}-${outcomes.length}`;
      model.script(name, script);
      instance.say(`<<RUN ${name}>>`);
      const lastTurn = await instance.turnEnd(outcomes.length + 1);
      outcomes.push(outcomeOf({ lastTurn, exit: { code: 0, signal: null }, stderr: instance.stderr() }));
    }
    return outcomes;
  } finally {
    await world.close();
  }
}

describe("F54: the model's API fails, and the outcome says how, with a sentence and an advice", {
  timeout: 90_000,
}, () => {
  let outcomes: readonly Outcome[] = [];
  beforeAll(async () => {
    outcomes = await outcomesOf(
      ANSWERED.map((each) => each.script),
      0,
    );
  }, 90_000);
  for (const [at, { what, reason, retryable }] of ANSWERED.entries())
    test(`${what}: ${reason}`, () => {
      expect(outcomes[at]).toMatchObject({ kind: "failed", reason, retryable });
    });

  test("the usage limit of an API key is a usage limit, with the time at which it ends", async () => {
    expect(await outcomesOf([[apiUsageLimit("2026-12-01 at 00:00")]], 0)).toMatchObject([
      { kind: "usage_limit", until: Date.UTC(2026, 11, 1) },
    ]);
  });

  test("an overload that passes and a stream that breaks once are no failures", async () => {
    const passing: Script[] = [[overloaded(1, { text: "Fine." })], [{ text: "Whole.", dropTimes: 1 }]];
    expect(await outcomesOf(passing, 1)).toEqual([{ kind: "finished" }, { kind: "finished" }]);
  });
});

describe("F54: Claude Code itself fails, and the outcome says how", { timeout: 90_000 }, () => {
  for (const [at, { what, reason, retryable, script, spec }] of STARTED.entries())
    test(`${what}: ${reason}`, async () => {
      const world = await openWorld(model);
      try {
        model.script(`case-${at}`, script);
        const instance = await world.start({ maxRetries: 0, ...spec?.(world) });
        const { exit } = await instance.turn(`<<RUN case-${at}>>`);
        const { lastTurn } = progressOf(instance.events);
        const outcome = outcomeOf({ lastTurn, exit, stderr: instance.stderr() });
        expect(outcome).toMatchObject({ kind: "failed", reason, retryable });
      } finally {
        await world.close();
      }
    });

  test("an option that this version does not know is claude_incompatible", async () => {
    const world = await openWorld(model);
    try {
      const instance = await world.start({}, (argv) => [...argv, "--no-such-option"]);
      const exit = await instance.exited;
      expect(outcomeOf({ lastTurn: null, exit, stderr: instance.stderr() })).toMatchObject({
        reason: "claude_incompatible",
        sentence: expect.stringContaining("--no-such-option"),
      });
    } finally {
      await world.close();
    }
  });

  test("a second process that begins the same session is session_in_use", async () => {
    const world = await openWorld(model);
    try {
      model.script("begin", [{ text: "Begun." }]);
      await (await world.start()).turn("<<RUN begin>>");
      const again = await world.start();
      const { exit } = await again.turn("<<RUN begin>>");
      expect(outcomeOf({ lastTurn: null, exit, stderr: again.stderr() })).toMatchObject({ reason: "session_in_use" });
    } finally {
      await world.close();
    }
  });

  test("a terminated process is agent_killed", async () => {
    const world = await openWorld(model);
    try {
      model.script("terminated", [{ text: "slow", delayMs: 60_000 }]);
      const instance = await world.start();
      instance.say("<<RUN terminated>>");
      await instance.until((event) => event.kind === "started");
      instance.kill("SIGTERM");
      const exit = await instance.exited;
      const { lastTurn } = progressOf(instance.events);
      expect(outcomeOf({ lastTurn, exit, stderr: instance.stderr() })).toMatchObject({ reason: "agent_killed" });
    } finally {
      await world.close();
    }
  });
});

test("F54: the usage limit of a plan is told with the time at which it ends", async () => {
  const resetsAt = Math.floor(Date.now() / 1000) + 3600;
  const world = await openWorld(model);
  try {
    model.script("limit", [usageLimit(resetsAt)]);
    // A plan's login is a token of the person's own; here it is one that the stand-in takes.
    const home = join(world.folder, "tmp");
    mkdirSync(join(home, ".claude"));
    const oauth = {
      accessToken: model.key,
      refreshToken: "none",
      expiresAt: Date.now() + 86_400_000,
      scopes: ["user:inference", "user:profile"],
      subscriptionType: "max",
    };
    writeFileSync(join(home, ".claude/.credentials.json"), JSON.stringify({ claudeAiOauth: oauth }), { mode: 0o600 });
    writeFileSync(join(home, ".claude.json"), JSON.stringify({ hasCompletedOnboarding: true }));
    const instance = await world.start({ login: { kind: "own", home } });
    const { exit } = await instance.turn("<<RUN limit>>");
    const { lastTurn, limit } = progressOf(instance.events);
    const outcome = outcomeOf({ lastTurn, limit, exit, stderr: instance.stderr() });
    expect(outcome).toMatchObject({ kind: "usage_limit", until: resetsAt * 1000 });
  } finally {
    await world.close();
  }
});
