import { type Actor, suspended } from "../auth/actor.ts";
import { mintToken } from "../auth/mint.ts";
import { at } from "../render/json.ts";
import { renderRepository } from "../render/repositories.ts";
import { renderApp, renderInstallation } from "../render/users.ts";
import type { Permissions } from "../state/nouns.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import type { Installation } from "../state/world.ts";
import { renderDelivery, renderDeliveryItem } from "../webhooks/delivery.ts";
import { counted, page } from "./page.ts";
import { get, noContent, ok, type Question, type Route, repositoryOf } from "./route.ts";

/** Routes that an App opens with its JWT, and those of a token about itself. */

function onlyApp(actor: Actor): void {
  if (actor.kind !== "app") throw new GitHubProblem(401, "A JSON web token could not be decoded");
}

function onlyInstallation(actor: Actor): Extract<Actor, { kind: "installation" }> {
  if (actor.kind !== "installation") {
    throw new GitHubProblem(
      403,
      "You must authenticate with an installation access token in order to list repositories",
    );
  }
  return actor;
}

function installationOf(question: Question): Installation {
  onlyApp(question.actor);
  const id = Number(question.params.installation_id);
  const found = [...question.world.installations.values()].find((one) => one.id === id);
  if (!found) throw notFound();
  return found;
}

function deliveryOf(question: Question) {
  onlyApp(question.actor);
  const found = question.desk.log.find((one) => one.id === Number(question.params.delivery_id));
  if (!found) throw notFound();
  return found;
}

const mint: Route = {
  method: "POST",
  path: "/app/installations/{installation_id}/access_tokens",
  needs: [],
  creates: false,
  answer: (question) => {
    const { world, body } = question;
    const installation = installationOf(question);
    if (installation.suspended !== null) throw suspended();
    const minted = mintToken(world, installation, {
      ...(Array.isArray(body.repositories) ? { repositories: body.repositories as string[] } : {}),
      ...(Array.isArray(body.repository_ids) ? { repositoryIds: body.repository_ids as number[] } : {}),
      ...(body.permissions ? { permissions: body.permissions as Permissions } : {}),
    });
    const chosen = minted.repositories?.map((name) => renderRepository(world.links, world.need(name)));
    return ok(
      {
        token: minted.token,
        expires_at: at(minted.expiresAt),
        permissions: minted.permissions,
        repository_selection: "selected",
        ...(chosen ? { repositories: chosen } : {}),
      },
      201,
    );
  },
};

const revoke: Route = {
  method: "DELETE",
  path: "/installation/token",
  needs: [],
  creates: false,
  answer: ({ actor }) => {
    onlyInstallation(actor).minted.revoked = true;
    return noContent;
  },
};

const redeliver: Route = {
  method: "POST",
  path: "/app/hook/deliveries/{delivery_id}/attempts",
  needs: [],
  creates: false,
  answer: (question) => {
    question.desk.redeliver(deliveryOf(question).id);
    return ok({}, 202);
  },
};

export const appRoutes: Route[] = [
  get("/app", [], ({ world, actor }) => {
    onlyApp(actor);
    return ok({ ...renderApp(world), installations_count: world.installations.size });
  }),
  get("/app/installations", [], (question) => {
    onlyApp(question.actor);
    const all = [...question.world.installations.values()];
    return page(question, all, (one) => renderInstallation(question.world, one));
  }),
  get("/app/installations/{installation_id}", [], (question) =>
    ok(renderInstallation(question.world, installationOf(question))),
  ),
  get("/repos/{owner}/{repo}/installation", [], (question) => {
    onlyApp(question.actor);
    const repository = repositoryOf(question);
    if (!repository.installed) throw notFound();
    return ok(renderInstallation(question.world, question.world.installationOf(repository.owner)));
  }),
  get("/installation/repositories", [], (question) => {
    const { installation, minted } = onlyInstallation(question.actor);
    const all = question.world.installedRepositories(installation);
    const { repositories: chosen } = minted;
    const visible = chosen ? all.filter((one) => chosen.includes(`${one.owner.login}/${one.name}`)) : all;
    return page(
      question,
      visible,
      (one) => renderRepository(question.world.links, one),
      (rendered, total) => ({
        ...(counted("repositories")(rendered, total) as object),
        repository_selection: "selected",
      }),
    );
  }),
  get("/app/hook/config", [], ({ actor, desk }) => {
    onlyApp(actor);
    return ok({ content_type: "json", insecure_ssl: "0", secret: "********", url: desk.hookUrl });
  }),
  get("/app/hook/deliveries", [], (question) => {
    onlyApp(question.actor);
    const { query, desk } = question;
    const wanted = query.get("status");
    const cursor = query.get("cursor");
    const size = Math.min(Number(query.get("per_page") ?? 30) || 30, 100);
    const all = desk.log
      .toReversed()
      .filter(({ finishedAt }) => finishedAt !== null)
      .filter((one) => wanted === null || (wanted === "success") === one.succeeded)
      .filter((one) => cursor === null || one.id < Number(cursor));
    const shown = all.slice(0, size);
    const last = shown.at(-1);
    const next = new URLSearchParams(query);
    if (last) next.set("cursor", String(last.id));
    const link = `<${question.world.links.apiUrl}/app/hook/deliveries?${next}>; rel="next"`;
    return {
      status: 200,
      body: shown.map((one) => renderDeliveryItem(one)),
      ...(all.length > size ? { headers: { link } } : {}),
    };
  }),
  get("/app/hook/deliveries/{delivery_id}", [], (question) => ok(renderDelivery(deliveryOf(question)))),
  mint,
  revoke,
  redeliver,
];
