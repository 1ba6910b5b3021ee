/** The known word that was most likely meant, or null when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const meant = word.slice(0, 60).toLowerCase();
  const near = known
    .map((one) => ({ one, far: distance(meant, one.toLowerCase()) }))
    .filter(({ one, far }) => far <= Math.max(1, Math.floor(Math.max(one.length, meant.length) / 3)))
    .sort((a, b) => a.far - b.far);
  return near[0]?.one ?? known.find((one) => meant.length > 3 && one.split("_").includes(meant)) ?? null;
}

/** How many letters have to be changed, added, taken away or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (older[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    older = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
