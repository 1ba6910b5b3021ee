import { afterAll, beforeAll, expect, it } from "vitest";
import { openStandIn, operatorToken, type StandIn } from "./server.ts";
import { aRun, aTask, openHome } from "./world.ts";

const home = openHome();
let server: StandIn;
beforeAll(async () => {
  server = await openStandIn({});
});
afterAll(async () => {
  await server.close();
  home.close();
});

it("task pick gives the other attempts up, when somebody says yes", async () => {
  const runs = [aRun({ status: "completed", conclusion: "success", headSha: "b".repeat(40) })];
  const of = { repository: "local/project", issue: null, folder: home.folder, base: "main" };
  const picked = aTask({ ...of, status: "in_review", branch: "feature/french", runs });
  const alive = aTask({ ...of, id: 13, runs: [aRun()] });
  const ended = aTask({ ...of, id: 14, status: "completed", conclusion: "failure", runs });
  const resting = aTask({ ...of, id: 15, status: "in_review", branch: "feature/german", runs });
  Object.assign(server.answers, {
    showTask: { task: picked },
    listTasks: { tasks: [picked, alive, ended, resting] },
    cancelTask: { task: alive },
  });
  const pick = (...flags: string[]) =>
    home.run(["task", "pick", "TASK-12", ...flags], {
      CC_ORCHESTRATOR_SERVER: server.url,
      CC_ORCHESTRATOR_TOKEN: operatorToken,
    });
  const stopped = () => server.asked.filter(({ name }) => name === "cancelTask").map(({ params }) => params.task);
  expect(await pick()).toMatchObject({ code: 2, err: expect.stringMatching(/Nothing was done/) });
  expect(stopped()).toEqual([]);
  expect(await pick("--yes")).toMatchObject({ code: 0, err: expect.stringMatching(/git merge feature\/french/) });
  expect(stopped()).toEqual(["TASK-13", "TASK-15"]);
});
