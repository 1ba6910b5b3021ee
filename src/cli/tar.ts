import { gzipSync } from "node:zlib";

export type TarFile = { name: string; content: string };

const block = 512;

/** Files as a tar archive (POSIX.1-1988, ustar), compressed. Names have at most 100 characters of ASCII. */
export function tarOf(files: readonly TarFile[], now: number): Buffer {
  const parts = files.flatMap(({ name, content }) => {
    const body = Buffer.from(content);
    const padding = Buffer.alloc((block - (body.length % block)) % block);
    return [headerOf(name, body.length, now), body, padding];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]));
}

function headerOf(name: string, size: number, now: number): Buffer {
  const header = Buffer.alloc(block);
  const number = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  header.write(name, 0, 100, "latin1");
  header.write(number(0o600, 8), 100);
  header.write(number(0, 8), 108);
  header.write(number(0, 8), 116);
  header.write(number(size, 12), 124);
  header.write(number(Math.floor(now / 1_000), 12), 136);
  header.write(" ".repeat(8), 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
