import { at } from "../render/json.ts";
import { renderUser } from "../render/users.ts";
import { GitHubProblem, notFound } from "../state/problem.ts";
import { noContent, ok, type Question, type Route } from "./route.ts";

/** What an App asks about the tokens of people, with its client secret. */

function tokenOf(question: Question) {
  const { world, headers, params, body } = question;
  const { clientId, clientSecret } = world.app;
  const wanted = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  if (headers.authorization !== wanted || params.client_id !== clientId)
    throw new GitHubProblem(401, "Bad credentials");
  const found = world.userTokens.find((one) => one.token === body.access_token && !one.isRevoked);
  if (found === undefined) throw notFound();
  return found;
}

export const oauthRoutes: Route[] = [
  {
    method: "POST",
    path: "/applications/{client_id}/token",
    needs: [],
    creates: false,
    answer: (question) => {
      const { world } = question;
      const { token, user } = tokenOf(question);
      const { app } = world;
      const now = at(world.now());
      return ok({
        id: 1,
        url: `${world.links.apiUrl}/authorizations/1`,
        scopes: [],
        token,
        token_last_eight: token.slice(-8),
        hashed_token: null,
        app: { client_id: app.clientId, name: app.name, url: world.links.url },
        note: null,
        note_url: null,
        updated_at: now,
        created_at: now,
        fingerprint: null,
        expires_at: null,
        user: renderUser(world.links, user),
      });
    },
  },
  {
    method: "DELETE",
    path: "/applications/{client_id}/token",
    needs: [],
    creates: false,
    answer: (question) => {
      tokenOf(question).isRevoked = true;
      return noContent;
    },
  },
];
