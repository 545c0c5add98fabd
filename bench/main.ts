/**
 * Runs the benches: `npm run bench [-- NAME…] [-- --json]`. All variants of a bench take turns within one run, so that their
 * ratios hold on a busy machine; the figures are medians over the rounds.
 */
import type { Bench, Figure, SizeBench, SizeFigure } from './bench.ts';
import { ALL_BENCHES } from './benches.ts';
import { runBench } from './measure.ts';

function selected(names: readonly string[]): readonly (Bench | SizeBench)[] {
  const unknown = names.filter((name) => !ALL_BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    throw new Error(`no bench ${unknown.join(', ')}; there are: ${ALL_BENCHES.map(({ name }) => name).join(', ')}`);
  }
  return names.length === 0 ? ALL_BENCHES : ALL_BENCHES.filter(({ name }) => names.includes(name));
}

function print(figure: Figure): void {
  const rate = Math.round(figure.opsPerSecond).toLocaleString('en').padStart(12);
  const cpu = figure.cpuMicroseconds === undefined ? '' : `   ${figure.cpuMicroseconds.toFixed(1)} µs CPU`;
  console.log(`  ${figure.variant.padEnd(40)}${rate} ops/s   ${figure.ratio.toFixed(2)} × ${figure.against}${cpu}`);
}

function printJson({ bench, variant, opsPerSecond, against, ratio }: Figure): void {
  const rounded = { opsPerSecond: Math.round(opsPerSecond), against, ratio: Number(ratio.toFixed(4)) };
  console.log(JSON.stringify({ bench, variant, ...rounded }));
}

function printSize({ variant, bytes }: SizeFigure): void {
  console.log(`  ${variant.padEnd(40)}${(bytes / 1024).toFixed(1).padStart(12)} KiB`);
}

function printSizeJson({ bench, variant, bytes }: SizeFigure): void {
  console.log(JSON.stringify({ bench, variant, bytes: Math.round(bytes) }));
}

const parameters = process.argv.slice(2).filter((parameter) => parameter !== '--');
const isJson = parameters.includes('--json');
for (const bench of selected(parameters.filter((parameter) => parameter !== '--json'))) {
  if (!isJson) console.log(bench.name);
  if ('measureSizes' in bench) bench.measureSizes().forEach(isJson ? printSizeJson : printSize);
  else for (const figure of await runBench(bench)) (isJson ? printJson : print)(figure);
}
