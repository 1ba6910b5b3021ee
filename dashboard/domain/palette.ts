/** One thing that the palette offers. */
export type Offer = {
  key: string;
  title: string;
  /** What it is, or where it is from; found by as well. */
  hint: string;
  /** The keys that do the same. */
  keys?: string;
  /** Why it cannot be done now: shown, and not done. */
  refusal?: string | null;
};

const mostOffers = 30;

/**
 * What fits the words, the best first: each word must be found, and counts more in the title, and most at the beginning
 * of one of its words. Without words everything fits, in its own order.
 */
export function fitting<O extends Offer>(offers: readonly O[], text: string): O[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = offers.flatMap((offer) => {
    const title = offer.title.toLowerCase();
    const hint = offer.hint.toLowerCase();
    let score = 0;
    for (const word of words) {
      const at = title.indexOf(word);
      const before = at > 0 ? (title[at - 1] ?? " ") : " ";
      if (at >= 0) score += /[\s/#-]/.test(before) ? 3 : 2;
      else if (hint.includes(word)) score += 1;
      else return [];
    }
    return [{ offer, score }];
  });
  // Sorting is stable: equals keep their order.
  return scored
    .sort((one, other) => other.score - one.score)
    .slice(0, mostOffers)
    .map(({ offer }) => offer);
}
