import { cpus } from "node:os";

/** How busy the machine was since the last time this was asked, in percent of all its processors. */
export function openCpuGauge(read: () => { busy: number; all: number } = readTimes): () => number {
  let before = read();
  return () => {
    const now = read();
    const [busy, all] = [now.busy - before.busy, now.all - before.all];
    before = now;
    return all <= 0 ? 0 : Math.min(100, Math.max(0, Math.round((100 * busy) / all)));
  };
}

function readTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.idle + times.irq;
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
}
