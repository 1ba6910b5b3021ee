import type { Call } from "../../dashboard/api/call.ts";

/** A server whose answers come when the test says so. */
export function slowServer() {
  const asked: { name: string; answer: (value: unknown) => void }[] = [];
  const call: Call = (name) =>
    new Promise((resolve) =>
      asked.push({ name, answer: (value) => resolve(value as Awaited<ReturnType<typeof call>> as never) }),
    );
  return { call, asked };
}
