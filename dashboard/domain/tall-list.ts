/**
 * Scrolling through more rows than a browser has room for: it makes no element higher than some 17 million pixels. The
 * element is as high as is safe, and what it shows is moved: by wheel and keys from row to row, by the bar over the whole
 * length. (So does
 * SlickGrid: https://github.com/6pac/SlickGrid)
 */
export type TallView = {
  /** How far the element is scrolled, in pixels. */
  top: number;
  /** What is to be added to that to know how far one has come. */
  offset: number;
};

/** All rows together, and what is seen of them, in pixels. */
export type Tall = { total: number; seen: number };

const tallest = 6_000_000;
const pages = 100;

/** How high the element is. */
export function elementHeight({ total }: Pick<Tall, "total">): number {
  return Math.min(total, tallest);
}

/** Where one is after the element was scrolled to `top`: a step goes on from where one was, a jump is over the whole length. */
export function scrolledTo(before: TallView, top: number, tall: Tall): TallView {
  const height = elementHeight(tall);
  if (tall.total <= height) return { top, offset: 0 };
  if (Math.abs(top - before.top) < tall.seen) return viewAt(top + before.offset, tall);
  const y = top * ((tall.total - tall.seen) / (height - tall.seen));
  return { top, offset: offsetAt(y, tall) };
}

/** How the element has to be scrolled so that what lies `y` pixels down is at the top. */
export function viewAt(y: number, tall: Tall): TallView {
  const at = Math.max(0, Math.min(y, tall.total - tall.seen));
  const offset = offsetAt(at, tall);
  return { top: at - offset, offset };
}

function offsetAt(y: number, tall: Tall): number {
  const height = elementHeight(tall);
  if (tall.total <= height) return 0;
  const page = height / pages;
  const count = Math.floor(tall.total / page);
  const at = Math.min(count - 1, Math.floor(y / page));
  return Math.round((at * (tall.total - height)) / (count - 1));
}
