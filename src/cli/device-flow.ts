import type { Context } from "./context.ts";
import { FailedError, NotAllowedError } from "./errors.ts";
import { plainLine } from "./plain.ts";

/**
 * Has a person say at GitHub's website that a GitHub App may know them (the device flow,
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app#using-the-device-flow-to-generate-a-user-access-token).
 * Waits until they have, for as long as GitHub keeps the code: 15 minutes.
 * @param of.url the website that the App belongs to
 * @returns a token of theirs for that App @throws NotAllowedError, FailedError
 */
export async function signInByDevice(context: Context, of: { clientId: string; url: string }): Promise<string> {
  const [{ createOAuthDeviceAuth }, { Octokit }] = await Promise.all([
    import("@octokit/auth-oauth-device"),
    import("@octokit/rest"),
  ]);
  const silent = () => undefined;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const { request } = new Octokit({ baseUrl: of.url, userAgent: "cc-orchestrator", log });
  const auth = createOAuthDeviceAuth({
    clientType: "github-app",
    clientId: of.clientId,
    request,
    onVerification({ verification_uri: uri, user_code: code }) {
      context.say(`Open ${plainLine(uri)} in a browser, sign in, and enter this code:`);
      context.say(`\n    ${plainLine(code)}\n`);
      context.say("This goes on by itself when you have.");
    },
  });
  try {
    return (await context.busy("waiting for you at GitHub", () => auth({ type: "oauth" }))).token;
  } catch (error) {
    throw refusalOf(error, of.url);
  }
}

/** What GitHub says in `error` of its answer. */
function refusalOf(error: unknown, url: string): Error {
  const { response } = (error ?? {}) as { response?: { data?: { error?: unknown } } };
  const said = response?.data?.error;
  if (said === "access_denied") return new NotAllowedError("At GitHub it was said that this may not know you.");
  if (said === "expired_token")
    return new FailedError("The code was not entered in time.", "Ask for another one: cc-orchestrator login --device");
  if (said === "device_flow_disabled")
    return new FailedError(
      "The server's GitHub App does not let people sign in from a terminal.",
      'Its operator ticks "Enable Device Flow" on the App\'s settings page.',
    );
  const why = error instanceof Error ? error.message : String(error);
  return new FailedError(
    `${url} did not sign you in: ${plainLine(why)}`,
    "Try again; without GitHub: login --with-token",
  );
}
