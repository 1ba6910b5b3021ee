import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { openBrowser } from "./browser.ts";
import { ensureBuilt } from "./built.ts";
import { showcase } from "./showcase.ts";

/** A browser for the tests of a file, with the dashboard as it is now. */
export function browsing() {
  let browser: Browser;
  beforeAll(async () => {
    await ensureBuilt();
    browser = await openBrowser();
  }, 90_000);
  afterAll(() => browser?.close());
  return {
    get browser() {
      return browser;
    },
    /** A page in a profile of its own, as long as the test. */
    async newPage(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        reducedMotion: "reduce",
        ...options,
      });
      onTestFinished(() => context.close());
      return context.newPage();
    },
  };
}

/** The same before a server that has something of everything to show: each file has its own. */
export function atShowcase() {
  const { newPage } = browsing();
  let server: Awaited<ReturnType<typeof showcase>>;
  beforeAll(async () => {
    server = await showcase();
  });
  afterAll(() => server?.close());
  return {
    newPage,
    get server() {
      return server;
    },
    /** The page at this path, signed in and live. @param from the address of a wire to the server */
    async visit(path: string, from = server.url, options: BrowserContextOptions = {}): Promise<Page> {
      const page = await newPage(options);
      page.setDefaultTimeout(15_000);
      await page.goto(`${from}${path}#token=token`);
      await page.locator(".pulse.live").waitFor();
      return page;
    },
  };
}
