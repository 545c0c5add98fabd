import type { Activity, ListActivity } from '../identity/activity/activity.ts';
import { failureTerm, personTerm, termsOf } from '../identity/activity/activity-terms.ts';
import type { AuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Page } from '../ports/collections.ts';
import { activityFrom } from './activity-from.ts';
import { cursorOf, isOlder, type Place, placeOf } from './audit-place.ts';
import { timeText } from './event-time.ts';
import { type IndexedEvent, indexedEvents } from './indexed-events.ts';
import type { AuditCollections } from './stored-audit.ts';

/** How far back activity is shown, in days. */
export const ACTIVITY_DAYS = 90;
const DAY_MS = 86_400_000;
/** How many failed sign-ins between two other activities are counted; beyond, there are "more than" so many. */
const MOST_FAILURES = 100;

/** An activity, and the place below which the list continues after it; `undefined` if nothing is left. */
interface Row {
  readonly activity: Activity;
  readonly next: Place | undefined;
}

type Indexed = Pick<AuditCollections, 'blocks' | 'index'>;

/**
 * Lists people's activity by the audit index. Failed sign-ins are folded to one row between two other activities, so that a stranger who
 * keeps failing neither hides the others nor makes the list expensive.
 */
export function openActivityList(audit: Indexed, clock: Clock): ListActivity {
  return async ({ accountId, personId, limit, after }): Promise<Page<Activity>> => {
    const from = timeText(clock.now() - ACTIVITY_DAYS * DAY_MS);
    const below = after === undefined ? undefined : placeOf(after);
    const find = (term: string, start: Place | undefined) =>
      indexedEvents(audit, { accountId, term, from, below: start, mark: personId, isWanted: has(term) });
    const events = await firstOf(find(personTerm(personId), below), limit + 1);
    const bounds = events.map(({ place }) => place);
    const failures = await foldFailures((start) => find(failureTerm(personId), start), {
      below,
      bounds,
      // With more events than fit, failures after the last one belong to later pages.
      isEndShown: events.length <= limit,
    });
    const foldAt = (n: number): readonly Row[] => {
      const fold = failures.get(n);
      const bound = bounds[n];
      // After the row, the list goes on with the event at the bound.
      const next = bound && { ...bound, line: bound.line + 1 };
      return fold === undefined ? [] : [{ activity: foldedActivity(fold, personId), next }];
    };
    const rows = events.flatMap(({ event, place }, n): readonly Row[] => [
      ...foldAt(n),
      { activity: activityFrom(event, personId), next: place },
    ]);
    rows.push(...foldAt(events.length));
    const page = rows.slice(0, limit);
    const last = page.at(-1)?.next;
    const items = page.map(({ activity }) => activity);
    return rows.length > page.length && last !== undefined ? { items, next: cursorOf(last) } : { items };
  };
}

const has = (term: string) => (event: AuditEvent) => termsOf(event).includes(term);

async function firstOf<Item>(items: AsyncIterable<Item>, count: number): Promise<readonly Item[]> {
  const first: Item[] = [];
  for await (const item of items) {
    first.push(item);
    if (first.length >= count) break;
  }
  return first;
}

/** Failed sign-ins between two other activities. */
interface Fold {
  readonly latest: AuditEvent;
  oldest: AuditEvent;
  count: number;
  isMore: boolean;
}

interface Gaps {
  readonly below: Place | undefined;
  /** The places of the other events, newest first. */
  readonly bounds: readonly Place[];
  /** Whether failures older than the last of them count. */
  readonly isEndShown: boolean;
}

/**
 * Folds failed sign-ins, newest first, between the places of other events: those before the first under 0, and so on. What exceeds
 * {@link MOST_FAILURES} is skipped without reading it.
 */
async function foldFailures(
  find: (below: Place | undefined) => AsyncGenerator<IndexedEvent>,
  { below, bounds, isEndShown }: Gaps,
): Promise<ReadonlyMap<number, Fold>> {
  const folds = new Map<number, Fold>();
  let gap = 0;
  let walk = find(below);
  for (let next = await walk.next(); next.done !== true; next = await walk.next()) {
    const { event, place } = next.value;
    for (let bound = bounds[gap]; bound !== undefined && isOlder(place, bound); bound = bounds[gap]) gap++;
    const bound = bounds[gap];
    if (bound === undefined && !isEndShown) break;
    const fold = folds.get(gap);
    if (fold === undefined) folds.set(gap, { latest: event, oldest: event, count: countOf(event), isMore: false });
    else if (fold.count < MOST_FAILURES) {
      fold.oldest = event;
      fold.count += countOf(event);
    } else {
      fold.isMore = true;
      if (bound === undefined) break;
      walk = find(bound);
    }
  }
  return folds;
}

function foldedActivity({ latest, oldest, count, isMore }: Fold, personId: string): Activity {
  return {
    ...activityFrom(latest, personId),
    failures: { count, since: Date.parse(oldest.eventTime), isMore },
  };
}

/** An event may stand for several refusals. */
function countOf({ request }: AuditEvent): number {
  const count = request?.['count'];
  return typeof count === 'number' && count > 0 ? count : 1;
}
