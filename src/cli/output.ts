import type { Output } from "./context.ts";

/** Whether a person looks at this output. Only what may be a terminal is asked through its stream. */
export function isTerminal(number: 1 | 2): boolean {
  const { fstatSync } = process.getBuiltinModule("node:fs");
  return fstatSync(number).isCharacterDevice() && (number === 1 ? process.stdout : process.stderr).isTTY === true;
}

/**
 * One of the process's outputs. To a pipe or a file it is written at once, past Node's streams, which take as long to
 * load as a short command does altogether; a terminal needs them.
 * @param number of the file descriptor
 */
export function openOutput(number: 1 | 2): Output {
  const stream = () => (number === 1 ? process.stdout : process.stderr);
  if (isTerminal(number)) return closable(stream());
  const { writeSync } = process.getBuiltinModule("node:fs");
  let isBusy = false;
  return {
    isTTY: false,
    write(text) {
      let left = Buffer.from(text);
      // What has been left to the stream once is to come out before what follows.
      if (isBusy) return stream().write(left);
      try {
        while (left.length > 0) left = left.subarray(writeSync(number, left));
        return true;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
        if (code === "EPIPE") process.exit(0);
        if (code !== "EAGAIN") throw error;
        // Somebody has made the pipe one that does not wait; the stream knows how to.
        isBusy = true;
        return closable(stream()).write(left);
      }
    },
  };
}

function closable(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return stream;
}
