import { join } from "node:path";

/**
 * Lets V8 keep what it compiles from here on, for the next start: below the person's own cache folder, for what lies
 * there is run. Node's default, a folder in /tmp, is one that other users of the machine could make first.
 * Does nothing where there is no such folder, or where Node was told otherwise (NODE_COMPILE_CACHE and
 * NODE_DISABLE_COMPILE_CACHE, https://nodejs.org/api/module.html#module-compile-cache).
 */
export function keepCompiled(env: Readonly<Record<string, string | undefined>>): void {
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE) return;
  const own = env.XDG_CACHE_HOME || (env.HOME ? join(env.HOME, ".cache") : "");
  if (!own.startsWith("/")) return;
  process.getBuiltinModule("node:module").enableCompileCache(join(own, "cc-orchestrator", "compiled"));
}
