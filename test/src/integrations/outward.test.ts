import { expect, test } from "vitest";
import { isInside, postOutward } from "#integrations/outward.ts";

test.each([
  "127.0.0.1",
  "127.9.9.9",
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:8.8.8.8",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "ff02::1",
  "not an address",
])("%s is inside: nothing of ours goes there unasked (S51)", (address) => {
  expect(isInside(address)).toBe(true);
});

test.each(["8.8.8.8", "140.82.121.4", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "2a01:4f8::1"])(
  "%s is outside",
  (address) => {
    expect(isInside(address)).toBe(false);
  },
);

test.each([
  "https://127.0.0.1/",
  "https://[::1]/",
  "https://0x7f.1/",
  "https://2130706433/",
  "https://localhost/",
  "https://169.254.169.254/latest",
])("%s is refused before anything is sent, however it is written (S51)", async (url) => {
  await expect(postOutward(new URL(url), { headers: {}, body: "", mayGoInside: false })).rejects.toThrow(
    "this machine or a private network",
  );
});
