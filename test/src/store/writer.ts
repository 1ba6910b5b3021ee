/** Writes deliveries as fast as it can and says, after each one, that it is stored. Ends when it is killed. */
import { writeSync } from "node:fs";
import { openStore } from "#store/store.ts";

const [file, prefix] = process.argv.slice(2);
if (file === undefined || prefix === undefined) throw new Error("writer.ts <file> <prefix>");
const store = openStore({ file });
for (let count = 0; ; count += 1) {
  const guid = `${prefix}-${count}`;
  store.transaction(() => {
    store.deliveries.insert({ guid, hookId: "1", event: "issues", action: null, receivedAt: count, happening: null });
    store.policies.put({ repositoryId: 1, text: guid, policy: store.policies.get(1)?.policy ?? ({} as never) });
  });
  writeSync(1, `${count}\n`);
}
