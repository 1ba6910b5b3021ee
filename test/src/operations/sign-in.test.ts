import { describe, expect, it } from "vitest";
import type { GitHubSignIn } from "#operations/ports/github-sign-in.ts";
import { signInWays } from "#operations/sign-in.ts";

const github = { clientId: "Iv1.abc", url: "https://github.test" } as GitHubSignIn;
const device = { clientId: "Iv1.abc", url: "https://github.test" };
const web = "/sign-in/github";

describe("the ways in", () => {
  it.each([
    ["where the App has no client: none", null, "https://cc.test", { web: null, device: null }, /GITHUB_CLIENT_ID and/],
    [
      "without an address of this server: programs only",
      github,
      null,
      { web: null, device },
      /takes CC_.*_PUBLIC_URL:/,
    ],
    ["with both: browsers, too", github, "https://cc.test", { web, device }, null],
  ])("%s, and what is missing is said in a sentence", (_, client, publicUrl, ways, missing) => {
    const given = signInWays({ github: client, publicUrl, web });
    expect(given).toMatchObject(ways);
    if (missing === null) expect(given.missing).toBeNull();
    else expect(given.missing).toMatch(missing);
  });
});
