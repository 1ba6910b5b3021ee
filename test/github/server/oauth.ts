import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Html, html } from "../pages/html.ts";
import type { User } from "../state/nouns.ts";
import type { World } from "../state/world.ts";
import { readBody } from "./body.ts";

const codeMs = 10 * 60_000;
const style = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };

type Granted = { user: User; redirectUri: string; challenge: string | null; at: number };
type Device = { userCode: string; user: User | null; isDenied: boolean; at: number; askedAt: number };

/**
 * The sign-in of people with a GitHub App, as GitHub's website has it: the web flow with PKCE and the device flow.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export class OAuth {
  readonly #world: World;
  readonly #codes = new Map<string, Granted>();
  readonly #devices = new Map<string, Device>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @returns false for what is none of its pages */
  async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const { method } = request;
    const isOurs = /^\/login\/(oauth|device)/.test(url.pathname);
    if (!isOurs) return false;
    const body = method === "POST" ? await this.#form(request) : null;
    if (url.pathname === "/login/oauth/authorize") this.#authorize(response, url, body);
    else if (url.pathname === "/login/oauth/access_token" && body !== null) answer(response, this.#token(body));
    else if (url.pathname === "/login/device/code" && body !== null) answer(response, this.#begin(body));
    else if (url.pathname === "/login/device") this.#device(response, body);
    else return false;
    return true;
  }

  async #form(request: IncomingMessage): Promise<URLSearchParams> {
    const text = (await readBody(request)).toString();
    if (!request.headers["content-type"]?.includes("json")) return new URLSearchParams(text);
    return new URLSearchParams(Object.entries(JSON.parse(text)).map(([key, value]) => [key, String(value)]));
  }

  /** Somebody is asked whether the App may know them; the form stands for their being signed in. */
  #authorize(response: ServerResponse, url: URL, form: URLSearchParams | null): void {
    const query = url.searchParams;
    const redirectUri = query.get("redirect_uri") ?? "";
    if (query.get("client_id") !== this.#world.app.clientId || !URL.canParse(redirectUri)) {
      response.writeHead(404, style).end(page(html`<p>There is no such App, or the redirect_uri is not its own.</p>`));
      return;
    }
    if (form === null) {
      response.writeHead(200, style).end(page(this.#people("Authorize")));
      return;
    }
    const back = new URL(redirectUri);
    back.searchParams.set("state", query.get("state") ?? "");
    const user = this.#world.user(form.get("login") ?? "");
    if (user === null || form.get("answer") === "cancel") {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "The user has denied your application access.");
    } else {
      const code = randomBytes(10).toString("hex");
      const challenge = query.get("code_challenge_method") === "S256" ? query.get("code_challenge") : null;
      this.#codes.set(code, { user, redirectUri, challenge, at: Date.now() });
      back.searchParams.set("code", code);
    }
    response.writeHead(302, { location: back.href }).end();
  }

  #token(body: URLSearchParams): object {
    if (body.get("client_id") !== this.#world.app.clientId) return problem("incorrect_client_credentials");
    if (body.get("grant_type") === "urn:ietf:params:oauth:grant-type:device_code") {
      return this.#ofDevice(body.get("device_code") ?? "");
    }
    if (body.get("client_secret") !== this.#world.app.clientSecret) {
      return problem("incorrect_client_credentials");
    }
    const code = body.get("code") ?? "";
    const granted = this.#codes.get(code);
    this.#codes.delete(code);
    if (granted === undefined || Date.now() - granted.at > codeMs) return problem("bad_verification_code");
    if (granted.redirectUri !== body.get("redirect_uri")) return problem("redirect_uri_mismatch");
    const made = createHash("sha256")
      .update(body.get("code_verifier") ?? "")
      .digest("base64url");
    if (granted.challenge !== null && granted.challenge !== made) {
      return problem("bad_verification_code");
    }
    return this.#grant(granted.user);
  }

  #grant(user: User): object {
    const token = `ghu_${randomBytes(18).toString("hex")}`;
    this.#world.userTokens.push({ token, user, isRevoked: false });
    const refresh = { refresh_token: `ghr_${randomBytes(24).toString("hex")}`, refresh_token_expires_in: 15_897_600 };
    return { access_token: token, expires_in: 28_800, ...refresh, token_type: "bearer", scope: "" };
  }

  #begin(body: URLSearchParams): object {
    if (body.get("client_id") !== this.#world.app.clientId) return problem("incorrect_client_credentials");
    const device_code = randomBytes(20).toString("hex");
    const user_code = `${letters()}-${letters()}`;
    this.#devices.set(device_code, { userCode: user_code, user: null, isDenied: false, at: Date.now(), askedAt: 0 });
    const verification_uri = `${this.#world.links.url}/login/device`;
    // GitHub says 5 s; whoever tests does not want to wait for it.
    return { device_code, user_code, verification_uri, expires_in: 899, interval: 1 };
  }

  #device(response: ServerResponse, form: URLSearchParams | null): void {
    if (form === null) {
      const code = html`<p><label>Code <input type="text" name="user_code" required></label></p>`;
      response.writeHead(200, style).end(page(this.#people("Continue", code)));
      return;
    }
    const found = [...this.#devices.values()].find(({ userCode }) => userCode === form.get("user_code"));
    const user = this.#world.user(form.get("login") ?? "");
    if (found !== undefined && form.get("answer") === "cancel") found.isDenied = true;
    else if (found !== undefined) found.user = user;
    const isDone = found !== undefined && user !== null;
    const says = isDone ? html`<p>Your device is connected.</p>` : html`<p>There is no such code.</p>`;
    response.writeHead(isDone ? 200 : 404, style).end(page(says));
  }

  #ofDevice(code: string): object {
    const device = this.#devices.get(code);
    if (device === undefined) return problem("incorrect_device_code");
    if (Date.now() - device.at > codeMs) return problem("expired_token");
    if (device.isDenied) return problem("access_denied");
    if (device.user === null) return problem("authorization_pending");
    this.#devices.delete(code);
    return this.#grant(device.user);
  }

  #people(verb: string, more: Html = html``): Html {
    const people = [...this.#world.users.values()].filter(({ type }) => type === "User");
    return html`<form method="post">${more}<p><label>Sign in as <select name="login">${people.map(
      ({ login }) => html`<option>${login}</option>`,
    )}</select></label></p><p><button name="answer" value="go">${verb} ${this.#world.app.name}</button>
<button name="answer" value="cancel">Cancel</button></p></form>`;
  }
}

/** GitHub answers these with the status 200. */
function problem(error: string): object {
  return { error, error_description: `The stand-in says: ${error.replaceAll("_", " ")}.` };
}

function answer(response: ServerResponse, body: object): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

function letters(): string {
  return randomBytes(4).toString("hex").slice(0, 4).toUpperCase();
}

function page(main: Html): string {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in to GitHub stand-in</title></head>
<body><main><h1>Sign in to GitHub stand-in</h1>${main}</main></body></html>`.text;
}
