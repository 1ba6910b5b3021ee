import { describe, expect, test } from "vitest";
import { MalformedPayloadError } from "#github/payload.ts";
import {
  appLeftPayload,
  checkRunPayload,
  commentPayload,
  editedPayload,
  happeningOf,
  labelledPayload,
  pullRequestPayload,
  pushPayload,
} from "./payloads.ts";

describe("what asks nothing of us", () => {
  test.each([
    ["issues", { action: "assigned" }],
    ["star", { action: "created" }],
    ["ping", { zen: "Keep it logically awesome." }],
    ["__proto__", {}],
    ["constructor", {}],
    ["issues", { action: "__proto__" }],
    ["issues", {}],
    ["installation", { action: "created" }],
  ])("S07: %s %j gives nothing", (event, payload) => {
    expect(happeningOf(event, payload)).toBeNull();
  });
});

describe("S07: what is not as GitHub sends it is refused", () => {
  const whole = labelledPayload();
  test.each<[string, unknown]>([
    ["no installation", { ...whole, installation: undefined }],
    ["a repository without an id", { ...whole, repository: { ...whole.repository, id: undefined } }],
    ["a repository name with a third part", { ...whole, repository: { ...whole.repository, full_name: "a/b/../c" } }],
    ["an id that is text", { ...whole, repository: { ...whole.repository, id: "42" } }],
    ["an issue number below one", { ...whole, issue: { ...whole.issue, number: 0 } }],
    ["a title that is an object", { ...whole, issue: { ...whole.issue, title: { toString: "x" } } }],
    ["no sender", { ...whole, sender: null }],
    ["an instant that is none", { ...whole, issue: { ...whole.issue, updated_at: "yesterday" } }],
  ])("%s", (_what, payload) => {
    expect(() => happeningOf("issues", payload)).toThrow(MalformedPayloadError);
  });

  test("the refusal names the place and never quotes the value", () => {
    const payload = { ...whole, repository: { ...whole.repository, id: "hunter2" } };
    expect(() => happeningOf("issues", payload)).toThrow(/^Not as GitHub sends it: repository\.id$/);
  });

  test("a commit SHA is one", () => {
    const payload = pullRequestPayload("opened", { head: { sha: "--upload-pack=x" } });
    expect(() => happeningOf("pull_request", payload)).toThrow(MalformedPayloadError);
  });

  test("prototype keys reach neither the happening nor any object", () => {
    const text = JSON.stringify(whole).replace("{", '{"__proto__":{"polluted":true},"constructor":{"polluted":true},');
    const happening = happeningOf("issues", JSON.parse(text));
    expect(happening).toMatchObject({ kind: "issue_labelled" });
    expect(JSON.stringify(happening)).not.toContain("polluted");
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

test("S07: whatever is put in any place, the answer is a happening, nothing, or a refusal", () => {
  const odd: unknown[] = [
    null,
    undefined,
    "",
    -1,
    0,
    Number.POSITIVE_INFINITY,
    true,
    [],
    {},
    "x".repeat(5_000),
    { toString: 1 },
    [[[]]],
  ];
  const events = [
    ["issues", labelledPayload()],
    ["issues", { ...labelledPayload(), action: "closed" }],
    ["pull_request", pullRequestPayload("closed")],
    ["push", pushPayload()],
    ["issue_comment", commentPayload("/claude stop")],
    ["issues", editedPayload()],
    ["check_run", checkRunPayload("requested_action", { requested_action: { identifier: "retry" } })],
    ["installation_repositories", appLeftPayload("removed")],
  ] as const;
  let refused = 0;
  for (const [event, payload] of events) {
    for (const path of pathsOf(payload)) {
      for (const value of odd) {
        const changed = structuredClone(payload) as Record<string, unknown>;
        put(changed, path, value);
        try {
          const happening = happeningOf(event, changed);
          if (happening?.kind === "app_left") expect(typeof happening.installationId).toBe("number");
          else if (happening !== null) expect(typeof happening.repository.id).toBe("number");
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedPayloadError);
          refused += 1;
        }
      }
    }
  }
  expect(refused).toBeGreaterThan(300);
});

/** The paths of every place in a payload, objects before what is in them. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) => pathsOf(one, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

function put(target: Record<string, unknown>, path: string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) target[first] = value;
  else put(target[first] as Record<string, unknown>, rest, value);
}
