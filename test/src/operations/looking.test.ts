import { expect, test } from "vitest";
import { acceptDelivery } from "#operations/accept-delivery.ts";
import { readPolicy } from "#operations/read-policy.ts";
import { showAudit } from "#operations/show-audit.ts";
import { showInsights } from "#operations/show-insights.ts";
import { showOperating } from "#operations/show-operating.ts";
import { noInsights } from "#test/src/http/page-answers.ts";
import { asOperator, json, serving } from "#test/src/http/serving.ts";
import { queueing } from "./queueing.ts";
import { labelled, shop } from "./quiet-github.ts";

const on = queueing();

test("a labelled issue is somebody's wish, a task of today, and stands with its labels", async () => {
  acceptDelivery(on.bench.world, labelled(1, on.bench.world.clock()));
  await on.bench.workDeliveries();
  const { totals, days } = showInsights(on.bench.world, noInsights.calls, { days: 7, sees: () => true });
  expect([totals.asked, days.at(-1)?.asked]).toEqual([1, 1]);
  const { people } = showOperating(on.bench.world, { settings: [], integrations: [] });
  expect(people).toMatchObject([{ login: "ada", asked: 1 }]);
});

test("a broken policy file is told on the settings page until it is mended", async () => {
  acceptDelivery(on.bench.world, labelled(1, on.bench.world.clock()));
  await on.bench.workDeliveries();
  const policies = () => showOperating(on.bench.world, { settings: [], integrations: [] }).policies;
  on.quiet.policy = "label: claude\nverfy:\n  - npm test\n";
  await readPolicy(on.bench.world, shop);
  expect(policies()[0]?.problem).toContain("verfy");
  on.quiet.policy = "label: claude\nverify:\n  - npm test\n";
  await readPolicy(on.bench.world, shop);
  expect(policies()).toMatchObject([{ repository: shop.name, text: on.quiet.policy, problem: null }]);
});

test("every change that somebody asks for is in the audit log, with who, from where and what came of it", async () => {
  const notes: Parameters<typeof on.bench.store.audit.add>[0][] = [];
  const { url } = await serving({ audit: (note) => notes.push({ at: 1, ...note }) });
  await fetch(`${url}/api/tasks`, { headers: asOperator });
  await fetch(`${url}/api/tasks/TASK-12/cancel`, {
    method: "POST",
    headers: { ...json, ...asOperator },
    body: JSON.stringify({ by: "grace" }),
  });
  await fetch(`${url}/api/tasks/TASK-12/retry`, { method: "POST", headers: { ...json, ...asOperator }, body: "{}" });
  await fetch(`${url}/api/tasks`, {
    method: "POST",
    headers: { ...json, ...asOperator },
    body: JSON.stringify({ repository: "octo/sample", issue: 5 }),
  });
  for (const note of notes) on.bench.store.audit.add(note);
  expect(showAudit(on.bench.world).map(({ action, subject, by, refusal }) => [action, subject, by, refusal])).toEqual([
    ["createTask", "octo/sample#5", "ada", null],
    ["retryTask", "TASK-12", "ada", expect.stringContaining("body.by")],
    ["cancelTask", "TASK-12", "ada (grace)", null],
  ]);
  expect(notes[0]).toMatchObject({ place: "program", address: "127.0.0.1" });
});
