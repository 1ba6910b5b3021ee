/**
 * For each square bracket the place of its partner, -1 for a bracket without one and for every other character. A
 * blank line ends all open ones; an escaped bracket is none.
 */
export function matchBrackets(text: string): Int32Array {
  const partners = new Int32Array(text.length).fill(-1);
  let open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x5b) open.push(at);
    else if (code === 0x0a && text.charCodeAt(at + 1) === 0x0a) open = [];
    else if (code === 0x5d) {
      const start = open.pop();
      if (start === undefined) continue;
      partners[start] = at;
      partners[at] = start;
    }
  }
  return partners;
}
