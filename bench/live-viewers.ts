// So many viewers of a stream in a process of their own, for bench/live.ts: `node live-viewers.ts <address> <count>`.
// Says "ready", and for each line of input what has come since the last one, as JSON.
import { Agent, get } from "node:http";
import { createInterface } from "node:readline";

const [, , address = "", count = "1"] = process.argv;
const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
const headers = { authorization: "Bearer token", accept: "text/event-stream" };
let delivered = 0;
let latencies: number[] = [];
let open = 0;

for (let viewer = 0; viewer < Number(count); viewer += 1)
  get(address, { agent, headers }, (answer) => {
    open += 1;
    if (open === Number(count)) process.stdout.write("ready\n");
    let rest = "";
    answer.setEncoding("utf8").on("data", (piece: string) => {
      const now = performance.timeOrigin + performance.now();
      const whole = `${rest}${piece}`.split("\n\n");
      rest = whole.pop() ?? "";
      for (const frame of whole) {
        const at = /said at ([\d.]+)/.exec(frame)?.[1];
        if (at === undefined) continue;
        delivered += 1;
        if (delivered % 97 === 0) latencies.push(now - Number(at));
      }
    });
  });

createInterface({ input: process.stdin }).on("line", () => {
  process.stdout.write(`${JSON.stringify({ delivered, latencies })}\n`);
  delivered = 0;
  latencies = [];
});
