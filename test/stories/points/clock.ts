/** The two clocks of a process, which can be moved. Milliseconds. */
export function doubleOf(of: { wall: () => number; monotonic: () => number }) {
  let passed = 0;
  let set = 0;
  return {
    wall: () => of.wall() + passed + set,
    monotonic: () => of.monotonic() + passed,
    /** Time goes by. */
    pass: (ms: number) => {
      passed += ms;
    },
    /** Somebody sets the wall clock. */
    set: (ms: number) => {
      set += ms;
    },
  };
}
