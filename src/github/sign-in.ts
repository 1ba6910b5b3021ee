import { z } from "zod";
import { type GitHubSignIn, SignInError } from "#operations/ports/github-sign-in.ts";

const timeoutMs = 15_000;
const Granted = z.union([
  z.object({ access_token: z.string().min(1).max(500) }),
  z.object({ error: z.string().max(200) }),
]);
const Login = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);
const Person = z.object({ login: Login, type: z.string() });

/**
 * The sign-in of people by the user tokens of our GitHub App. No such token is kept: it is asked whose it is, and given
 * back. https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 * @param of.webUrl GitHub's website: `https://github.com`
 */
export function openGitHubSignIn(of: {
  clientId: string;
  clientSecret: string;
  apiUrl: string;
  webUrl: string;
}): GitHubSignIn {
  const { clientId, clientSecret, apiUrl, webUrl } = of;
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  const ofToken = `${apiUrl}/applications/${encodeURIComponent(clientId)}/token`;

  /** Whether or not it succeeds: it ends by itself within hours. */
  const giveBack = async (token: string) => {
    await ask("DELETE", ofToken, { authorization: basic }, { access_token: token }).catch(() => undefined);
  };
  /** For our App's tokens only: one that was made for another App must not sign anybody in here. */
  const whose = async (token: string): Promise<string> => {
    const { status, json } = await ask("POST", ofToken, { authorization: basic }, { access_token: token });
    const checked = z.object({ app: z.object({ client_id: z.string() }), user: Person }).safeParse(json);
    if (status !== 200 || !checked.success || checked.data.app.client_id !== clientId)
      throw new SignInError("refused", "GitHub does not know this token as one of this App.");
    if (checked.data.user.type !== "User") throw new SignInError("refused", "Only people sign in.");
    return checked.data.user.login;
  };
  const byToken = async (token: string) => {
    try {
      return await whose(token);
    } finally {
      await giveBack(token);
    }
  };

  return {
    clientId,
    url: webUrl,
    askAt({ state, challenge, redirectUri }) {
      const url = new URL(`${webUrl}/login/oauth/authorize`);
      const fields = {
        client_id: clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge: challenge,
        code_challenge_method: "S256",
      };
      for (const [key, value] of Object.entries(fields)) url.searchParams.set(key, value);
      return url.href;
    },
    async byCode({ code, verifier, redirectUri }) {
      const { json } = await ask(
        "POST",
        `${webUrl}/login/oauth/access_token`,
        {},
        {
          client_id: clientId,
          client_secret: clientSecret,
          code,
          code_verifier: verifier,
          redirect_uri: redirectUri,
        },
      );
      const granted = Granted.safeParse(json);
      if (!granted.success) throw new SignInError("unreachable", "GitHub answered something else than a token.");
      if ("error" in granted.data) throw new SignInError("refused", `GitHub refused: ${granted.data.error}`);
      return byToken(granted.data.access_token);
    },
    byToken,
  };
}

async function ask(
  method: "POST" | "DELETE",
  url: string,
  headers: Record<string, string>,
  body: object,
): Promise<{ status: number; json: unknown }> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: url.includes("/login/") ? "application/json" : "application/vnd.github+json",
        "content-type": "application/json",
        "user-agent": "cc-orchestrator",
        ...headers,
      },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.status >= 500) throw new Error(`GitHub answered ${response.status}`);
    return { status: response.status, json: text === "" ? null : JSON.parse(text) };
  } catch (error) {
    throw new SignInError("unreachable", "GitHub does not answer.", { cause: error });
  }
}
