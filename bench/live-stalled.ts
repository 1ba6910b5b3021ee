// A server that says so much to so many viewers who read nothing, for bench/live.ts: `node live-stalled.ts <viewers> <bytes>`.
// Says by how many bytes its memory has grown.
import { once } from "node:events";
import { connect } from "node:net";
import { serveTasks } from "#test/dashboard/serving.ts";

const [viewers, floodBytes] = [Number(process.argv[2]), Number(process.argv[3])];
const { url, live } = await serveTasks({ tasks: [], lines: [], port: 0 });
const { port } = new URL(url);
for (let viewer = 0; viewer < viewers; viewer += 1) {
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  socket.pause().write("GET /api/live HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer token\r\n\r\n");
}
await new Promise((resolve) => setTimeout(resolve, 300));
const before = process.memoryUsage().rss;
const filler = "x".repeat(4_000);
for (let bytes = 0; bytes < floodBytes; bytes += filler.length) {
  const text = `Bash npm test: said at ${performance.now()} ${filler}`;
  const lines = [{ at: "2026-11-22T10:00:00.000Z", kind: "tool" as const, text }];
  live.publish({ kind: "log", task: "TASK-1", runId: 1, lines });
  if ((bytes / filler.length) % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
await new Promise((resolve) => setTimeout(resolve, 500));
process.stdout.write(String(process.memoryUsage().rss - before));
process.exit(0);
