import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * `node .ci/failures.mjs PATH…` summarises the failures in each PATH.log, short enough for the last page of a long log: for Jest, the failed
 * tests with the beginning of their messages; otherwise the last lines.
 */
const LINES = 64;
const WIDTH = 180;
const NO_COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** The failed tests of a Jest log: title and message, each once (Jest repeats them in its summary). */
function failedTests(lines) {
  const found = new Map();
  let file = '';
  let message;
  for (const line of lines) {
    const title = /^ {2}● (.+)$/.exec(line)?.[1];
    if (/^FAIL /.test(line)) file = line.split(' ')[1];
    if (/^(PASS|FAIL) |^Test Suites:|^Summary of all/.test(line)) message = undefined;
    if (title !== undefined) {
      message = title === 'Console' || found.has(`${file} ● ${title}`) ? undefined : [];
      if (message !== undefined) found.set(`${file} ● ${title}`, message);
    } else if (message !== undefined && line.trim() !== '') {
      // Omit the code frame and the stack: the title identifies the test.
      if (/^\s+(at |>? *\d+ \|)/.test(line)) message = undefined;
      else message.push(line);
    }
  }
  return [...found];
}

const cut = (line) => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line);

function summary(lines, room) {
  const tests = failedTests(lines);
  if (tests.length === 0) return lines.filter((line) => line.trim() !== '').slice(-room);
  const each = Math.max(1, Math.floor((room - 1) / tests.length));
  const shown = tests.slice(0, room - 1);
  return [
    ...shown.flatMap(([title, message]) => [title, ...message].slice(0, each)),
    ...(shown.length < tests.length ? [`and ${tests.length - shown.length} more`] : []),
  ];
}

const logs = process.argv.slice(2);
const room = Math.max(3, Math.floor(LINES / logs.length) - 1);
for (const log of logs) {
  const lines = readFileSync(`${log}.log`, 'utf8').replaceAll(NO_COLOURS, '').split('\n');
  process.stdout.write(`${[`--- ${basename(log)}`, ...summary(lines, room).map(cut)].join('\n')}\n`);
}
