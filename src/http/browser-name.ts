import type { Text } from './html.ts';
import { say } from './messages/say.ts';

/** A name and the part of a `User-Agent` header by which it is told. The first that matches counts: browsers also name those they descend from. */
type Mark = readonly [name: string, mark: RegExp];

const BROWSERS: readonly Mark[] = [
  ['Edge', /\bEdgA?(?:iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//],
  ['Safari', /\bVersion\/\S+ .*Safari\//],
];
const SYSTEMS: readonly Mark[] = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac(?:intosh| OS X)\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

/** Long enough for every browser. */
const MAX_LENGTH = 512;

const UNKNOWN = 'Unknown browser';
const ON = ' on ';

/** A browser in the words of its owner, as it is stored: `Firefox on Windows`. Made of our own words only, whatever the header contains. */
export function browserName(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, MAX_LENGTH);
  const browser = nameIn(BROWSERS, text) ?? UNKNOWN;
  const system = nameIn(SYSTEMS, text);
  return system === undefined ? browser : `${browser}${ON}${system}`;
}

/** A stored {@link browserName}, in the language of the page. */
export function shownBrowser(stored = UNKNOWN): string | Text {
  const [name = '', system] = stored.split(ON);
  const browser = name === UNKNOWN ? say('account.unknownBrowser') : name;
  return system === undefined ? browser : say('account.browserOn', { browser, system });
}

function nameIn(marks: readonly Mark[], text: string): string | undefined {
  return marks.find(([, mark]) => mark.test(text))?.[0];
}
