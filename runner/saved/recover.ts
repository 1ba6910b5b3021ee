import { type Checkout, CheckoutError, openCheckout } from "./checkout.ts";
import { byAge, keptFolders, type SavedWork, savedInMirrors } from "./find-saved.ts";

/** All that is known of a task's saved work, as seen from a folder of this machine. */
export type Saved = {
  /** Oldest first; what is on this machine and on the remote too is there once. */
  work: SavedWork[];
  /** Folders that were kept whole. */
  kept: string[];
  /** The checkout to bring it into; null where there is none of that repository. */
  checkout: Checkout | null;
  /** Why the remote could not be asked; null when it was, or there was none to ask. */
  trouble: string | null;
};

/**
 * Looks for a task's saved work in the mirrors of this machine's runners and on the remote of the checkout here.
 * @param of.homes the runners' folders
 * @param of.repository `owner/name`, when the person has named it
 */
export async function findSavedWork(of: {
  homes: readonly string[];
  task: string;
  folder: string;
  repository: string | null;
}): Promise<Saved> {
  const [here, kept, checkout] = await Promise.all([
    savedInMirrors(of.homes, of.task),
    keptFolders(of.homes, of.task),
    openCheckout(of.folder),
  ]);
  let trouble: string | null = null;
  const there = await (checkout?.saved(of.task) ?? Promise.resolve([])).catch((error: unknown) => {
    if (!(error instanceof CheckoutError)) throw error;
    trouble = error.message;
    return [];
  });
  const onlyThere = there.filter(({ ref, sha }) => !here.some((one) => one.ref === ref && one.sha === sha));
  const wanted = of.repository?.toLowerCase() ?? null;
  const work = [...onlyThere, ...here].filter((one) => wanted === null || one.repository.toLowerCase() === wanted);
  return { work: work.sort(byAge), kept, checkout, trouble };
}
