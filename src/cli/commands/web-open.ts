import type { Command } from "commander";
import { openInBrowser } from "../browser.ts";
import { type ClientFlags, type Context, withClientFlags } from "../context.ts";

type Options = ClientFlags & { json?: true; print?: true };

export function register(command: Command, context: Context): void {
  withClientFlags(command)
    .option("--print", "print the address instead; it signs in whoever opens it")
    .action((options: Options) => run(context, options));
}

async function run(context: Context, options: Options): Promise<void> {
  const { call, server, token } = await context.connect(options);
  await call("health");
  // Behind the #, the token is never sent: not to the server's log, nor to a proxy's.
  const url = token === null ? `${server}/` : `${server}/#token=${encodeURIComponent(token)}`;
  if (options.json) return context.printJson({ url });
  const opened = options.print || context.terminal === null ? false : await openInBrowser(url, context.env);
  if (opened) context.say(`Opening ${server} in the browser.`);
  else context.print(`${url}\n`);
}
