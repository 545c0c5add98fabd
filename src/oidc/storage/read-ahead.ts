import type { IncomingMessage } from 'node:http';
import type { Random } from '../../kernel/random.ts';
import { pendingKey } from '../../sign-in/pending-sign-in.ts';
import { answerKey } from '../../sign-in/sign-in-answers.ts';
import { RECORD_ID } from '../library/token-ids.ts';
import { remainingMs, uidKey } from './adapter.ts';
import type { RequestStore } from './request-store.ts';
import { entryOf } from './stored-entry.ts';

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
 * Reads at once all that a request's cookies name.
 * @param resumed the interaction that the request continues after. It is taken, so that of several such requests one continues; the others
 * find none. If anything else cannot be read, it is put back.
 * @returns whether that interaction was there.
 */
export async function readAhead(
  { requests, random }: ReadAheadDependencies,
  request: IncomingMessage,
  resumed?: string,
): Promise<boolean> {
  const { ephemeral, claim, remember } = requests;
  const read = async ([model, id]: RecordName): Promise<boolean> => {
    const entry = entryOf({ requests, random }, { model, id });
    if (model === 'Interaction' && id === resumed) return await claim(entry.key);
    const text = await ephemeral.get(entry.key);
    if (text === undefined || model !== 'Session') return false;
    const { uid } = entry.open(text);
    // It is the session of that name for as long as it is there: one that follows it takes its entry away.
    if (uid !== undefined) remember(uidKey(uid), entry.hashed);
    return false;
  };
  const records = recordsOfCookies(request);
  // How far the sign-in of an interaction has come, and how it was answered, is asked next.
  const ofInteractions = records.filter(([model]) => model === 'Interaction').map(([, id]) => id);
  const more = ofInteractions.flatMap((id) => [pendingKey(id), answerKey(id)]).map((key) => ephemeral.get(key));
  const done = await Promise.allSettled([...records.map(read), ...more]);
  const failed = done.find((each) => each.status === 'rejected');
  if (failed === undefined) return done.some((each) => each.status === 'fulfilled' && each.value === true);
  if (resumed !== undefined) await putBack({ requests, random }, resumed);
  throw failed.reason;
}

async function putBack({ requests, random }: ReadAheadDependencies, id: string): Promise<void> {
  const entry = entryOf({ requests, random }, { model: 'Interaction', id });
  const text = await requests.ephemeral.take(entry.key);
  if (text !== undefined) await requests.ephemeral.set(entry.key, text, remainingMs(entry.open(text)));
}
