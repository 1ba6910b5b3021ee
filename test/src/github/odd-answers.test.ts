import { afterEach, describe, expect, test } from "vitest";
import { aRepository, openAppBefore } from "./fake-answers.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function anApp(...given: Parameters<typeof openAppBefore>) {
  const opened = await openAppBefore(...given);
  closers.push(opened.close);
  return opened;
}

describe("what the stand-in never answers", () => {
  test("a comment that does not name its app is ours by our bot's login, and not by another bot's", async () => {
    let apps = 0;
    const comment = (id: number, login: string) => ({ id, body: "a marker", user: { login, type: "Bot" } });
    const { github } = await anApp(({ path }) => {
      if (!path.endsWith("/app")) return { status: 200, body: [comment(1, "evil[bot]"), comment(2, "ours[bot]")] };
      apps += 1;
      return apps === 1 ? { status: 500, body: {} } : { status: 200, body: { slug: "ours" } };
    });
    await expect(github.findComment(aRepository(), 1, "marker")).rejects.toThrow(/GitHub answered 500/);
    expect(await github.findComment(aRepository(), 1, "marker")).toBe("2");
    expect(await github.findComment(aRepository(), 1, "marker")).toBe("2");
    expect(apps).toBe(2);
  });

  test("a label definition that somebody else makes in between is as good as ours", async () => {
    const { fake, github } = await anApp(({ method, path }) => {
      if (method === "GET") return { status: 404, body: { message: "Not Found" } };
      return path.endsWith("/shop/labels")
        ? { status: 422, body: { message: "Validation Failed", errors: [{ code: "already_exists" }] } }
        : { status: 200, body: [{ name: "claude:queued" }] };
    });
    await github.showLabel(aRepository(), 1, "queued", null);
    expect(fake.calls()).toHaveLength(3);
  });

  test("a policy that is a folder is none, and one of more than 1 MB is refused", async () => {
    const bodies: unknown[] = [[], { type: "file", encoding: "none", content: "" }];
    const { github } = await anApp(() => ({ status: 200, body: bodies.shift() }));
    expect(await github.policyText(aRepository())).toBeNull();
    await expect(github.policyText(aRepository())).rejects.toThrow(/larger than 1 MB/);
  });

  test("of a branch's pull requests the open one counts, and those of forks and other branches do not", async () => {
    const pull = (number: number, state: string, ref: string, repository: number) => ({
      number,
      state,
      html_url: `https://github.com/acme/shop/pull/${number}`,
      head: { ref, sha: "a".repeat(40), repo: { id: repository } },
    });
    const { github } = await anApp(() => ({
      status: 200,
      body: [
        { ...pull(9, "open", "topic", 42), head: { ref: "topic", sha: "a".repeat(40), repo: null } },
        pull(8, "open", "topic", 666),
        pull(7, "open", "topic-2", 42),
        pull(6, "closed", "topic", 42),
        pull(5, "open", "topic", 42),
      ],
    }));
    expect(await github.findPullRequest(aRepository(), "topic")).toMatchObject({ number: 5, state: "open" });
  });

  test("a permission that the app lacks is refused with what to do", async () => {
    const { github } = await anApp(() => ({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    }));
    await expect(github.createComment(aRepository(), 1, "x")).rejects.toThrow(
      /compare its settings on GitHub with app.yml/,
    );
  });
});
