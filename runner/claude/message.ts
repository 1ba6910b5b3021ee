/** The lines that Claude Code reads from its standard input (`--input-format stream-json`, one JSON object a line). */

/**
 * A message to Claude as one line without its line end. `id` must be a UUID: the message comes back under it
 * (event `replayed`) when Claude has taken it in. Text that starts with "/" would run a slash command,
 * so such text gets a line break before it.
 */
export function userLine(text: string, id: string): string {
  const plain = text.toWellFormed();
  const content = /^\s*\//.test(plain) ? `Message:\n${plain}` : plain;
  return JSON.stringify({
    type: "user",
    uuid: id,
    session_id: "",
    parent_tool_use_id: null,
    message: { role: "user", content: [{ type: "text", text: content }] },
  });
}

/** Asks Claude to stop what it is doing; the process lives on and takes the next message. */
export function interruptLine(id: string): string {
  return JSON.stringify({ type: "control_request", request_id: id, request: { subtype: "interrupt" } });
}
