/** An event id of ours, 32 hexadecimal digits, written as CloudTrail writes its ids: `019b2c5e-…`. */
export function shownEventId(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function ownEventId(shown: string): string {
  return shown.replaceAll('-', '').toLowerCase();
}
