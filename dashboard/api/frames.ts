/** An event of a stream as the server writes it. */
export type Frame = { event: string; id: string | null; data: string };

/**
 * Reads server-sent events out of text that comes in any pieces
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 * @returns takes a piece, and gives the events that are whole with it
 */
export function frameReader(): (piece: string) => Frame[] {
  let rest = "";
  return (piece) => {
    const whole = `${rest}${piece}`.split("\n\n");
    rest = whole.pop() ?? "";
    return whole.flatMap((block) => {
      const frame: Frame = { event: "message", id: null, data: "" };
      for (const line of block.split("\n")) {
        // JSON leaves U+2028 and its kind as they are, where a dot ends unless it is told not to.
        const [, field, value = ""] = /^([a-z]+): ?(.*)$/s.exec(line) ?? [];
        if (field === "event") frame.event = value;
        else if (field === "id") frame.id = value;
        else if (field === "data") frame.data += frame.data === "" ? value : `\n${value}`;
      }
      return frame.data === "" ? [] : [frame];
    });
  };
}
