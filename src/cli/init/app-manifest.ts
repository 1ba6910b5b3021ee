import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FailedError } from "../errors.ts";
import { type AppWish, appEvents, appPermissions } from "./app-link.ts";

/** GitHub keeps the code for an hour; whoever has not pressed the button by then has gone away. */
const patienceMs = 15 * 60_000;

/** A page on this machine that sends a browser to GitHub with the App's manifest, and takes what comes back. */
export type ManifestPage = {
  /** Holds a secret of its own: nobody else can begin, or bring a code. */
  url: string;
  /** What GitHub gives the App's maker to exchange. @throws FailedError when nobody came */
  code: Promise<string>;
  close(): void;
};

/**
 * The manifest flow of https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest, up to
 * the code. Listens on loopback only.
 */
export async function openManifestPage(wish: AppWish): Promise<ManifestPage> {
  const state = randomBytes(24).toString("base64url");
  const code = Promise.withResolvers<string>();
  code.promise.catch(() => undefined); // whoever closes the page early does not wait for it
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const answer = (status: number, html: string, target = "'none'") =>
      response
        .writeHead(status, {
          "content-type": "text/html; charset=utf-8",
          "cache-control": "no-store",
          "referrer-policy": "no-referrer",
          "content-security-policy": `default-src 'none'; form-action ${target}; frame-ancestors 'none'`,
        })
        .end(`<!doctype html><meta charset="utf-8"><title>cc-orchestrator</title>${html}`);
    const isHere = request.headers.host === `127.0.0.1:${port}` && request.method === "GET";
    const given = url.pathname === "/created" ? url.searchParams.get("state") : url.pathname.slice(1);
    if (!isHere || !isSame(given ?? "", state)) return answer(404, "<p>There is nothing here.</p>");
    if (url.pathname !== "/created") return answer(200, formFor(wish, state, port), new URL(wish.github).origin);
    const found = url.searchParams.get("code");
    if (found === null || !/^[A-Za-z0-9]{8,100}$/.test(found)) return answer(400, "<p>GitHub sent no code.</p>");
    answer(200, "<p>The App is made. Go back to your terminal.</p>");
    code.resolve(found);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const patience = setTimeout(
    () => code.reject(new FailedError("Nobody has made the App.", "Run it again: cc-orchestrator init --app")),
    patienceMs,
  );
  return {
    url: `http://127.0.0.1:${port}/${state}`,
    code: code.promise,
    close() {
      clearTimeout(patience);
      server.close();
      server.closeAllConnections();
    },
  };
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function formFor(wish: AppWish, state: string, port: number): string {
  const { github, organization } = wish;
  const place = organization === null ? "settings/apps/new" : `organizations/${organization}/settings/apps/new`;
  const manifest = escaped(JSON.stringify(manifestOf(wish, port)));
  return `<form action="${escaped(`${github}/${place}?state=${state}`)}" method="post">
<input type="hidden" name="manifest" value="${manifest}">
<p>GitHub shows what the App may do, and asks for its name.</p><p><button autofocus>Go on to GitHub</button></p></form>`;
}

/** As app.yml has it. GitHub wants an address for webhooks, also where none are sent yet. */
function manifestOf({ name, webhookUrl, callbackUrl }: AppWish, port: number) {
  return {
    name,
    url: "https://github.com/cc-orchestrator/cc-orchestrator",
    description: "Label an issue, and a pull request comes back.",
    hook_attributes: { url: webhookUrl ?? "https://example.com/set-this-later", active: webhookUrl !== null },
    ...(callbackUrl === null ? {} : { callback_urls: [callbackUrl] }),
    redirect_url: `http://127.0.0.1:${port}/created`,
    public: false,
    default_permissions: appPermissions,
    default_events: appEvents,
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
