import type { IncomingMessage } from 'node:http';
import type { Random } from '../../kernel/random.ts';
import { pendingKey } from '../../sign-in/pending-sign-in.ts';
import { answerKey } from '../../sign-in/sign-in-answers.ts';
import { RECORD_ID } from '../library/token-ids.ts';
import { remainingMs } from './adapter.ts';
import { uidKey } from './record-keys.ts';
import type { RequestStore } from './request-store.ts';
import { entryOf, type StoredEntry } from './stored-entry.ts';

const RECORD = /^(?:__\w+-)?rolecall-(?<what>session|interaction)$/;
/** A browser sends one session and one interaction, perhaps with those from before an upgrade. Reading more would let any caller cause the work. */
const MAX_RECORDS = 4;

/** A record of oidc-provider, by its model and id. */
export type RecordName = readonly [model: 'Session' | 'Interaction', id: string];

/** The records named by a request's cookies, by their model. The cookies' signatures are verified when they are used. */
export function recordsOfCookies({ headers }: IncomingMessage): readonly RecordName[] {
  const records = new Map<string, RecordName>();
  for (const cookie of (headers.cookie ?? '').split(';')) {
    const [name = '', id = ''] = cookie.trim().split('=');
    const what = RECORD.exec(name)?.groups?.['what'];
    // Two cookies may name one interaction.
    if (records.size === MAX_RECORDS) break;
    if (what !== undefined && RECORD_ID.test(id)) records.set(id, [what === 'session' ? 'Session' : 'Interaction', id]);
  }
  return [...records.values()];
}

export interface ReadAheadDependencies {
  readonly requests: RequestStore;
  readonly random: Random;
}

/**
 * Reads all records named by a request's cookies at once.
 * @param resumed the interaction that the request continues after. It is taken, so that only one of several such requests continues and
 * the others find none. If anything else cannot be read, it is put back.
 * @returns whether that interaction existed.
 */
export async function readAhead(
  { requests, random }: ReadAheadDependencies,
  request: IncomingMessage,
  resumed?: string,
): Promise<boolean> {
  const { ephemeral, claim, remember } = requests;
  const entryOfRecord = (...[model, id]: RecordName) => entryOf({ requests, random }, { model, id });
  const read = async (...record: RecordName): Promise<void> => {
    const entry = entryOfRecord(...record);
    const text = await ephemeral.get(entry.key);
    if (text === undefined || record[0] !== 'Session') return;
    const { uid } = entry.open(text);
    // The session keeps that uid as long as it exists: a successor removes its entry.
    if (uid !== undefined) remember(uidKey(uid), entry.hashed);
  };
  const records = recordsOfCookies(request).filter(([, id]) => id !== resumed);
  const interactions = records.filter(([model]) => model === 'Interaction').map(([, id]) => id);
  // Whatever other cookies the browser sends.
  if (resumed !== undefined) interactions.push(resumed);
  // The progress and the answer of an interaction's sign-in are needed next.
  const progress = interactions.flatMap((id) => [pendingKey(id), answerKey(id)]);
  const claimed = resumed === undefined ? false : claim(entryOfRecord('Interaction', resumed).key);
  const reads = [...records.map((record) => read(...record)), ...progress.map((key) => ephemeral.get(key))];
  const [isThere, ...done] = await Promise.allSettled([claimed, ...reads]);
  const failed = [isThere, ...done].find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
  if (failed === undefined) return isThere.status === 'fulfilled' && isThere.value;
  if (resumed !== undefined) await putBack(requests, entryOfRecord('Interaction', resumed));
  throw failed.reason;
}

async function putBack({ ephemeral }: RequestStore, entry: StoredEntry): Promise<void> {
  const text = await ephemeral.take(entry.key);
  if (text !== undefined) await ephemeral.set(entry.key, text, remainingMs(entry.open(text)));
}
