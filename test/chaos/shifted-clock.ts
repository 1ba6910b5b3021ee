/**
 * Shifts the wall clock of the one process that is started with `node --import …/shifted-clock.ts`: by as many
 * milliseconds as stand in the file that CHAOS_CLOCK names. The monotonic clock stays true, as it does on a machine.
 */
import { readFileSync, watchFile } from "node:fs";

const file = process.env.CHAOS_CLOCK ?? "";
const Real = Date;
let shift = 0;

function read(): void {
  shift = Number(readFileSync(file, "utf8")) || 0;
}

class Shifted extends Real {
  constructor(...args: readonly unknown[]) {
    if (args.length === 0) super(Real.now() + shift);
    else super(...(args as [number]));
  }
  static override now(): number {
    return Real.now() + shift;
  }
}

if (file !== "") {
  read();
  watchFile(file, { interval: 100, persistent: false }, read);
  // `Date()` without `new` is a string; a class cannot be called, so a proxy is.
  globalThis.Date = new Proxy(Shifted, {
    apply: () => new Shifted().toString(),
  }) as unknown as DateConstructor;
}
