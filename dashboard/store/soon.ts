/** Does the work once for many calls, so many milliseconds after the first of them. */
export function soon(work: () => void, ms: number): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      work();
    }, ms);
  };
}
