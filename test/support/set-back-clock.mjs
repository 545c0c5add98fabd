/**
 * Preloaded into a server (`--import`): at SIGUSR2 its wall clock goes back by ten minutes, which signatures bear. It stands in for a
 * machine whose clock is set back, which only root may do, and for all processes at once. The monotonic clock stays, as it does there.
 */
const RealDate = globalThis.Date;
let shift = 0;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shift);
    else super(...given);
  }
  static now() {
    return RealDate.now() + shift;
  }
};
process.on('SIGUSR2', () => {
  shift -= 600_000;
  process.stderr.write('the clock was set back\n');
});
