import type { IncomingMessage } from 'node:http';
import type { Random } from '../../kernel/random.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import { pendingKey } from '../../sign-in/pending-sign-in.ts';
import { RECORD_ID } from '../library/token-ids.ts';
import { remainingMs, uidKey } from './adapter.ts';
import type { RequestStore } from './request-store.ts';
import { entryOf, hashedKey } from './stored-entry.ts';

const RECORD = /^(?:__\w+-)?rolecall-(?<what>session|interaction)$/;
/** A browser sends one session and one interaction, perhaps with those from before an upgrade. Reading more would let any caller cause the work. */
const MOST_RECORDS = 4;

/** A record of oidc-provider's, by its model and id. */
export type RecordName = readonly [model: 'Session' | 'Interaction', id: string];

/** The records that a request's cookies name, by their model. Whether the cookies are signed is looked at when they are used. */
export function recordsOfCookies({ headers }: IncomingMessage): readonly RecordName[] {
  const records = new Map<string, RecordName>();
  for (const cookie of (headers.cookie ?? '').split(';')) {
    const [name = '', id = ''] = cookie.trim().split('=');
    const what = RECORD.exec(name)?.groups?.['what'];
    // Two cookies may name one interaction.
    if (records.size === MOST_RECORDS) break;
    if (what !== undefined && RECORD_ID.test(id)) records.set(id, [what === 'session' ? 'Session' : 'Interaction', id]);
  }
  return [...records.values()];
}

export interface ReadAheadDependencies {
  readonly requests: RequestStore;
  readonly random: Random;
}

/**
 * Reads at once all that a request's cookies name. The interaction that it may end is held: of several forms of one page that are sent at
 * once, one is gone on with, and the others find no interaction (`interactions/repeated-forms.ts` has them wait for it).
 */
export async function readAhead(
  { requests, random }: ReadAheadDependencies,
  request: IncomingMessage,
  toEnd: string | undefined,
): Promise<void> {
  const { ephemeral, hold, remember } = requests;
  const read = async ([model, id]: RecordName): Promise<void> => {
    const entry = entryOf({ requests, random }, { model, id });
    if (model === 'Interaction' && id === toEnd) {
      return await hold(entry.key, (text) => remainingMs(entry.open(text)));
    }
    const text = await ephemeral.get(entry.key);
    if (text === undefined || model !== 'Session') return;
    const { uid } = entry.open(text);
    // It is the session of that name for as long as it is there: one that follows it takes its entry away.
    if (uid !== undefined) remember(uidKey(uid), entry.hashed);
  };
  const records = recordsOfCookies(request);
  // How far the sign-in of an interaction has come, the pages ask next.
  const pending = records.filter(([model]) => model === 'Interaction').map(([, id]) => ephemeral.get(pendingKey(id)));
  // All of them are waited for, also where one fails: what is held only after the request has ended is never put back.
  const done = await Promise.allSettled([...records.map(read), ...pending]);
  for (const each of done) if (each.status === 'rejected') throw each.reason;
}

/** Whether an interaction is there; while another request holds it, it is not. */
export async function hasInteraction({ ephemeral }: Pick<RequestStore, 'ephemeral'>, id: string): Promise<boolean> {
  return (await ephemeral.get(hashedKey('Interaction', hashedId(id)))) !== undefined;
}
