import { expect, test } from "vitest";
import { patiently } from "#action/patiently.ts";
import { RefusedError, UnreachableError } from "#protocol/client.ts";

const away = new UnreachableError("https://claude.example.com", null);
const refusing = (status: number) => new RefusedError({ status, code: "a_reason", title: "It is so." } as never);

async function asking(...answers: (Error | "good")[]) {
  const said: string[] = [];
  const waited: number[] = [];
  let tries = 0;
  const answer = await patiently(
    async () => {
      const now = answers[Math.min(tries, answers.length - 1)];
      tries += 1;
      if (now instanceof Error) throw now;
      return now;
    },
    {
      say: (line) => said.push(line),
      pause: async (ms) => waited.push(ms),
    },
  ).catch((error: unknown) => error);
  return { answer, tries, said, waited };
}

test("a control plane that does not answer just now is asked again, and each time that is said", async () => {
  const { answer, tries, said, waited } = await asking(away, refusing(503), refusing(429), "good");
  expect([answer, tries, waited]).toEqual(["good", 4, [1_000, 2_000, 4_000]]);
  expect(said[1]).toBe("It is so. Asking again in 2 s.");
});

test("one that stays away is given up after half a minute", async () => {
  const { answer, tries, waited } = await asking(away);
  expect([answer, tries]).toEqual([away, 6]);
  expect(waited.reduce((sum, ms) => sum + ms)).toBe(30_000);
});

test("one that says no is not asked again", async () => {
  const no = refusing(403);
  expect(await asking(no)).toMatchObject({ answer: no, tries: 1, waited: [] });
});
