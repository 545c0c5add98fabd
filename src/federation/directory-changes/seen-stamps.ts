import type { DirectoryEntry } from '../directory-client/directory-entry.ts';
import { type ChangeMark, STAMPS, TIME_OVERLAP_MS } from './change-mark.ts';
import { isGeneralizedTime, isLaterThan } from './generalized-time.ts';

/** Notes the stamps of the entries that are listed. */
export interface SeenStamps {
  note(entry: DirectoryEntry): void;
  /**
   * The mark for the next list. @returns `undefined` if an entry had no stamp that may be read: changes of it would never be found. Nor would
   * those of others, after an entry that a wrong clock has stamped far ahead.
   */
  mark(): ChangeMark | undefined;
}

/** @param last the mark of the list before, if only changes since then are listed. */
export function openSeenStamps(
  read: ChangeMark,
  { now, last }: { readonly now: number; readonly last?: ChangeMark | undefined },
): SeenStamps {
  const attribute = STAMPS[read.by];
  let newest = last?.by === 'time' ? (last.values[0] ?? '') : '';
  let areAll = true;
  return {
    note(entry) {
      const [stamp = ''] = entry.texts(attribute);
      if (stamp === '' || (read.by === 'time' && !isGeneralizedTime(stamp))) areAll = false;
      else if (stamp > newest) newest = stamp;
    },
    mark() {
      if (!areAll) return undefined;
      if (read.by !== 'time') return read;
      return newest === '' || isLaterThan(newest, now + TIME_OVERLAP_MS) ? undefined : { ...read, values: [newest] };
    },
  };
}
