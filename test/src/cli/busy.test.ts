import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Integration } from "#protocol/integration.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { openTerminal } from "./terminal.ts";
import { openHome } from "./world.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const soon = { timeout: 10_000, interval: 50 };
const integration: Integration = {
  ...{ kind: "webhook", name: "ops", place: "https://ops.example.com", state: "good" },
  ...{ sentence: "It took the message.", pending: 0, dead: 0 },
};
const home = openHome();
let server: StandIn;
let env: Record<string, string>;
beforeAll(async () => {
  server = await openStandIn({});
  env = { HOME: home.folder, PATH: process.env.PATH ?? "", CC_ORCHESTRATOR_SERVER: server.url };
  env.CC_ORCHESTRATOR_TOKEN = operatorToken;
});
afterAll(async () => {
  await server.close();
  home.close();
});

/** Asks for something that the server answers when it is told to. */
async function asking(flags: string, columns: number) {
  const answer = Promise.withResolvers<{ integration: Integration }>();
  server.answers.testIntegration = () => answer.promise;
  // The shell around it goes on after Ctrl-C.
  const command = `trap : INT; '${process.execPath}' '${program}' integrations test ops ${flags}`;
  const terminal = await openTerminal(command, { folder: home.folder, env, columns });
  return { terminal, answer: () => answer.resolve({ integration }) };
}

it("what takes longer than a moment is shown in a terminal while it goes on, in one line, and gone when it is over", async () => {
  const { terminal, answer } = await asking("", 20);
  try {
    await expect.poll(() => terminal.screen(), soon).toMatch(/^. sending a messag…\n\n/);
    answer();
    await expect.poll(() => terminal.screen(), soon).toContain("ended 0");
    expect((await terminal.screen()).trim()).toBe("ops: It took the mes\nsage.\nended 0");
  } finally {
    await terminal.close();
  }
});

it("nothing of it is left where somebody has had enough, nor shown where nobody wants it", async () => {
  const { terminal } = await asking("", 80);
  const quiet = await asking("--quiet", 80);
  try {
    await expect.poll(() => terminal.screen(), soon).toContain("sending a message to ops");
    expect((await quiet.terminal.screen()).trim()).toBe("");
    await terminal.press("C-c");
    await expect.poll(() => terminal.screen(), soon).toContain("ended 130");
    expect(await terminal.screen()).not.toContain("sending");
    quiet.answer();
    await expect.poll(() => quiet.terminal.screen(), soon).toContain("ended 0");
  } finally {
    await Promise.all([terminal.close(), quiet.terminal.close()]);
  }
});
