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

/** A browser in the words of its owner: `Firefox on Windows`. Made of our own words only, whatever the header contains. */
export function browserName(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, MAX_LENGTH);
  const browser = nameIn(BROWSERS, text);
  const system = nameIn(SYSTEMS, text);
  if (system === undefined) return browser ?? 'Unknown browser';
  return `${browser ?? 'Unknown browser'} on ${system}`;
}

function nameIn(marks: readonly Mark[], text: string): string | undefined {
  return marks.find(([, mark]) => mark.test(text))?.[0];
}
