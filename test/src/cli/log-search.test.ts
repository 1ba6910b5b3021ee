import { afterAll, beforeAll, expect, it } from "vitest";
import { lines } from "./script-world.ts";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { openHome } from "./world.ts";

const home = openHome();
let server: StandIn;
beforeAll(async () => {
  server = await openStandIn({});
});
afterAll(async () => {
  await server.close();
  home.close();
});

it("logs --grep lets the server look through all there is, page by page, and tells the oldest first", async () => {
  const [, said, did] = lines;
  if (said === undefined || did === undefined) throw new Error("There are too few lines to find.");
  const found = { id: "7.2", task: "TASK-12", run: 7, runner: "laptop" };
  const asked: unknown[] = [];
  server.answers.searchLogs = ({ query }: { query: unknown }) => {
    asked.push(query);
    return asked.length === 1
      ? { lines: [{ ...did, ...found }], next: "7.12.40" }
      : { lines: [{ ...said, ...found }], next: null };
  };
  const env = { CC_ORCHESTRATOR_SERVER: server.url, CC_ORCHESTRATOR_TOKEN: operatorToken };
  const { out } = await home.run(["logs", "--grep", "FRENCH|sed", "--since", "2026-05-01T10:00:05Z"], env);
  expect(out).toMatch(/say .*I will greet in French[\s\S]*tool .*Bash sed/);
  expect(asked).toMatchObject([
    { q: "FRENCH|sed", regex: "1", limit: "50", from: "2026-05-01T10:00:05.000Z" },
    { cursor: "7.12.40", limit: "49" },
  ]);
});
