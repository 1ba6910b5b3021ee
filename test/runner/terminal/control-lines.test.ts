import { expect, test } from "vitest";
import { openControlReader } from "#runner/terminal/control-lines.ts";
import { openOutlet } from "#runner/terminal/outlet.ts";

const place = "%begin 5 1 0\n20 3 2 1 0\n%end 5 1 0\n";

function read(text: string, pieceBytes: number) {
  const seen: unknown[] = [];
  const output: Buffer[] = [];
  const reader = openControlReader({ screen: (screen) => seen.push(screen), output: (bytes) => output.push(bytes) });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  return { seen, output: Buffer.concat(output).toString() };
}

test.each([1, 2, 7, 1_000])("control mode is read whole in pieces of %i bytes", (pieceBytes) => {
  const text = `${place}%begin 5 2 0\n\x1b[31mhé\n\n%end 5 2 0\n%session-changed $0 a\n%output %0 a\\134b\\033[1m é\\015\\012\n%exit\n`;
  const { seen, output } = read(text, pieceBytes);
  expect(seen).toEqual([{ columns: 20, rows: 3, text: "\x1b[31mhé\r\n\x1b[0m\x1b[2;3H" }]);
  expect(output).toBe("a\\b\x1b[1m é\r\n");
});

test("what stands on a screen ends no answer, and a refused command shows nothing", () => {
  const { seen, output } = read(`${place}%begin 5 2 0\n%end 5 1 0\n%output %0 forged\n%end 5 2 0\n`, 1_000);
  expect(seen).toMatchObject([{ text: expect.stringContaining("%end 5 1 0\r\n%output %0 forged") }]);
  expect(output).toBe("");
  expect(read("%begin 5 1 0\ncan't find pane\n%error 5 1 0\n%begin 5 2 0\n%end 5 2 0\n", 9).seen).toEqual([]);
});

test("a secret that comes in two pieces is taken out of its line (S43); what ends no line goes out all the same", async () => {
  const sent: string[] = [];
  const outlet = openOutlet(
    (text) => text.replace("hunter22", "[redacted]"),
    (text) => sent.push(text),
  );
  outlet.push(Buffer.from("the key hun"));
  outlet.push(Buffer.from("ter22 is\r\nwait"));
  expect(sent).toEqual(["the key [redacted] is\r\n"]);
  await expect.poll(() => sent.at(-1)).toBe("wait");
  outlet.push(Buffer.from("forgotten"));
  outlet.clear();
  outlet.push(Buffer.from("é\n").subarray(0, 1));
  outlet.push(Buffer.from("é\n").subarray(1));
  expect(sent.at(-1)).toBe("é\n");
});
