import { expect, test } from "vitest";
import { keyLines, pasteable, sizeLines } from "#runner/terminal/typed-lines.ts";

test("keys are bytes in hexadecimal, in commands that are not too long, whatever they say", () => {
  expect(keyLines("task-1", "aé\r\x1b[A\n; kill-server")).toEqual([
    "send-keys -t =task-1: -H 61 c3 a9 0d 1b 5b 41 0a 3b 20 6b 69 6c 6c 2d 73 65 72 76 65 72",
  ]);
  const long = keyLines("task-1", "x".repeat(600));
  expect(long).toHaveLength(3);
  expect(Math.max(...long.map(({ length }) => length))).toBeLessThan(1_000);
});

test("a paste keeps its lines and tabs, and nothing that ends it or steers a terminal", () => {
  expect(pasteable("one\r\ntwo\rthree\n\tfour")).toBe("one\ntwo\nthree\n\tfour");
  expect(pasteable("a\x1b[201~b\x1b[200~c\x1b]0;t\x07\x00d\x9be\x7f")).toBe("abc]0;tde");
  expect(pasteable("\x1b[201~\x03")).toBe("");
});

test("a size is the session's from then on", () => {
  expect(sizeLines({ columns: 100, rows: 30 })).toEqual(["refresh-client -C 100x30", "refresh-client -f !ignore-size"]);
});
