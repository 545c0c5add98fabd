/** Moves the test's `Date` to another time, from which it runs on; answers how to put it back. What runs outside of the test keeps its own. */
export function startDateAt(time: number): () => void {
  const RealDate = globalThis.Date;
  const shift = time - RealDate.now();
  globalThis.Date = class extends RealDate {
    constructor(...given: []) {
      if (given.length === 0) super(RealDate.now() + shift);
      else super(...given);
    }
    static override now(): number {
      return RealDate.now() + shift;
    }
  } as DateConstructor;
  return () => {
    globalThis.Date = RealDate;
  };
}
