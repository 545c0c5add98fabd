import { changedSince } from './csn.ts';
import { earlier } from './generalized-time.ts';

/**
 * How far the changes of a directory had come when its people were listed. Every value is the server's own, because clocks differ.
 * - `usn`: the highest update sequence number of one domain controller;
 * - `csn`: OpenLDAP's `contextCSN`, which says for each provider how far its changes have arrived;
 * - `time`: the newest `modifyTimestamp` that was seen.
 */
export interface ChangeMark {
  readonly by: 'usn' | 'csn' | 'time';
  /** What the values are of. At another server, they mean nothing. */
  readonly server: string;
  readonly values: readonly string[];
}

/** The attribute of an entry that says when it was changed, as a mark of its kind counts. */
export const STAMPS = { usn: 'uSNChanged', csn: 'entryCSN', time: 'modifyTimestamp' } as const satisfies Record<
  ChangeMark['by'],
  string
>;

/** From which stamp on entries may have changed, that one included; or why only a list of everybody can tell. */
export type ChangesSince = { readonly from: string } | { readonly fullBecause: string };

/** A write that is in progress may be committed with a lower number than one that has ended. */
const USN_OVERLAP = 100n;
/** For replicas that are behind, and for servers that set their clock back a little. */
export const TIME_OVERLAP_MS = 10 * 60_000;

const OTHER_SERVER = { fullBecause: 'another server of the directory answers, or the server was reinstalled' };
const WENT_BACK = { fullBecause: 'the server knows less than the last time: it was restored, or is a replica behind' };

/** What to ask a server for that stands at a mark, after a list that stood at an earlier one. */
export function changesSince(last: ChangeMark, now: ChangeMark): ChangesSince {
  if (last.by !== now.by || last.server !== now.server) return OTHER_SERVER;
  if (last.by === 'csn') {
    const from = changedSince(last.values, now.values);
    return from === undefined ? WENT_BACK : { from };
  }
  const [before = '', after = ''] = [last.values[0], now.values[0]];
  if (last.by === 'time') {
    const from = earlier(before, TIME_OVERLAP_MS);
    return from === undefined ? OTHER_SERVER : { from };
  }
  if (BigInt(after) < BigInt(before)) return WENT_BACK;
  const from = BigInt(before) - USN_OVERLAP;
  return { from: String(from < 0n ? 0n : from) };
}
