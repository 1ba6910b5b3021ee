import { generateKeyPairSync } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { openTerminal } from "./terminal.ts";
import { openHome } from "./world.ts";

const program = join(import.meta.dirname, "../../../src/cli/main.ts");
const home = openHome();
const folder = join(home.folder, ".config/cc-orchestrator");
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const asked: string[] = [];
const made = {
  ...{ id: 4711, slug: "my-orchestrator", pem, webhook_secret: "0123456789abcdef0123456789abcdef01234567" },
  ...{ client_id: "Iv23liABCDEFGHIJKLMN", client_secret: "c".repeat(40) },
};
const gitHub = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const html_url = `${base()}/apps/my-orchestrator`;
  response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify({ ...made, html_url }));
});
const base = () => `http://127.0.0.1:${(gitHub.address() as AddressInfo).port}`;
beforeAll(() => new Promise<void>((resolve) => gitHub.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  gitHub.close();
  home.close();
});

it("init --app makes the App by way of the browser, and keeps its keys for their owner alone (S47)", async () => {
  const command = `'${process.execPath}' '${program}' init --app --org acme --name mine --github-url ${base()} --public-url https://cco.example.com`;
  const env = { HOME: home.folder, PATH: process.env.PATH ?? "" };
  const terminal = await openTerminal(command, { folder: home.folder, env, columns: 200, rows: 40 });
  const soon = { timeout: 20_000, interval: 50 };
  try {
    await expect.poll(() => terminal.screen(), soon).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\S+$/m);
    const url = /^(http:\/\/127\.0\.0\.1:\d+\/\S+)$/m.exec(await terminal.screen())?.[1] ?? "";
    // Whoever does not know the address gets nothing, and brings nothing.
    for (const path of ["/", "/guess", "/created?code=0123456789&state=guess"])
      expect((await fetch(new URL(path, url))).status).toBe(404);
    const page = await fetch(url);
    expect(page.headers.get("content-security-policy")).toContain(`form-action ${base()};`);
    const html = (await page.text()).replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    const [, action = "", state = ""] = /action="([^"?]+)\?state=([^"]+)"/.exec(html) ?? [];
    expect(action).toBe(`${base()}/organizations/acme/settings/apps/new`);
    const manifest = JSON.parse(/value="(\{.*\})"/.exec(html)?.[1] ?? "");
    expect(manifest).toMatchObject({
      name: "mine",
      public: false,
      hook_attributes: { url: "https://cco.example.com/api/github/webhooks", active: true },
      callback_urls: ["https://cco.example.com/sign-in/github/callback"],
      default_permissions: { contents: "write", checks: "write" },
    });
    await fetch(`${manifest.redirect_url}?code=a1b2c3d4e5f6&state=${state}`);
    await expect.poll(() => terminal.screen(), soon).toContain("ended 0");
    const screen = await terminal.screen();
    expect(screen).toContain(`${base()}/apps/my-orchestrator/installations/new`);
    for (const secret of [made.webhook_secret, made.client_secret, "PRIVATE KEY"]) expect(screen).not.toContain(secret);
  } finally {
    await terminal.close();
  }
  expect(asked).toEqual(["POST /api/v3/app-manifests/a1b2c3d4e5f6/conversions"]);
  const key = join(folder, "app-4711.private-key.pem");
  for (const path of [key, join(folder, "config.yaml")]) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(key, "utf8")).toBe(pem);
  expect(parse(readFileSync(join(folder, "config.yaml"), "utf8")).server).toEqual({
    ...{ app_id: 4711, private_key_path: key, webhook_secret: made.webhook_secret },
    ...{ client_id: made.client_id, client_secret: made.client_secret, github_api_url: `${base()}/api/v3` },
    public_url: "https://cco.example.com",
  });
  expect(await home.run(["config", "validate"])).toMatchObject({ code: 0 });
});
