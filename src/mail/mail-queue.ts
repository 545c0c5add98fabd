import type { Clock } from '../kernel/clock.ts';
import { isMailAddress } from '../kernel/mail-address.ts';
import type { Random } from '../kernel/random.ts';
import type { Sealer } from '../keys/key-ring.ts';
import type { Collection } from '../ports/collections.ts';
import type { Mailer, OutgoingMail } from '../ports/mailer.ts';
import { renderMail } from './render-mail.ts';
import { MailFailure, type Smtp } from './smtp.ts';
import type { StoredMail } from './stored-mail.ts';

/** More are not accepted: a mail server that is away must not fill the store. */
export const MAX_WAITING = 10_000;
/** While a process sends a mail, the others leave it alone for this long. Sending takes less, by its timeouts. */
const LEASE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 60_000;
const MAX_PAUSE_MS = 60 * 60_000;
const PAGE = 20;

export type MailOutcome = 'sent' | 'retried' | 'rejected' | 'expired' | 'not-accepted';

export interface MailQueueDependencies {
  readonly mails: Collection<StoredMail>;
  readonly smtp: Pick<Smtp, 'send'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: (outcome: MailOutcome) => void;
  readonly warn: (message: string, facts: Record<string, unknown>) => void;
}

export interface MailQueue extends Mailer {
  /** Sends what is due, one after the other. Stops at the first failure of the mail server as such; the rest stays due. */
  sendDue(): Promise<void>;
  /** How many mails wait, up to the most that are accepted. */
  waiting(): Promise<number>;
}

/** Another process has claimed the mail, or sent it. */
class NotOurs extends Error {
  override readonly name = 'NotOurs';
}

/** The pause before the next attempt: a minute, doubled each time, an hour at most. */
export function pauseAfter(attempts: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1), MAX_PAUSE_MS);
}

/** The queue in the store, shared by all processes. */
export function mailQueue(deps: MailQueueDependencies): MailQueue {
  const { mails, sealer, clock, random, observe, warn } = deps;
  const waiting = (): Promise<number> => mails.count('byDue', [], { limit: MAX_WAITING });
  return {
    waiting,
    async queue(mail) {
      if (!isMailAddress(mail.to) || (await waiting()) >= MAX_WAITING) {
        observe('not-accepted');
        warn('a mail was not accepted: its address cannot be written to, or too many are waiting', {
          kind: mail.message.kind,
        });
        return false;
      }
      const now = clock.now();
      const mailId = random.bytes(16).toString('hex');
      const sealed = sealer.seal(Buffer.from(JSON.stringify(mail)), boundTo(mailId));
      await mails.insert({ mailId, sealed, writtenAt: now, dueAt: now, expiresAt: mail.expiresAt, attempts: 0 });
      return true;
    },
    async sendDue() {
      for (let isGoing = true; isGoing; ) {
        const { items } = await mails.find('byDue', [], { below: clock.now() + 1, limit: PAGE });
        isGoing = items.length === PAGE;
        for (const mail of items) {
          if (!(await sendOne(deps, mail.mailId))) return;
        }
      }
    },
  };
}

const boundTo = (mailId: string): string => `mail ${mailId}`;

/** @returns whether to go on with the next mail. */
async function sendOne(deps: MailQueueDependencies, mailId: string): Promise<boolean> {
  const { mails, smtp, sealer, clock, observe, warn } = deps;
  const claimed = await claim(deps, mailId);
  if (claimed === undefined) return true;
  if (claimed.expiresAt <= clock.now()) {
    await remove(mails, claimed);
    observe('expired');
    warn('a mail was given up: it expired before the mail server took it', { mailId, attempts: claimed.attempts - 1 });
    return true;
  }
  try {
    const mail = JSON.parse(sealer.open(claimed.sealed, boundTo(mailId)).toString()) as OutgoingMail;
    await smtp.send({ id: mailId, to: mail.to, writtenAt: claimed.writtenAt, ...renderMail(mail) });
  } catch (error) {
    return await putOff(deps, claimed, error);
  }
  await remove(mails, claimed);
  observe('sent');
  return true;
}

/** Hides the mail from the other processes. `undefined` if another one has it. */
async function claim({ mails, clock }: MailQueueDependencies, mailId: string): Promise<StoredMail | undefined> {
  const now = clock.now();
  try {
    return await mails.update([mailId], (old) => {
      if (old.dueAt > now) throw new NotOurs();
      return { ...old, dueAt: now + LEASE_MS, attempts: old.attempts + 1 };
    });
  } catch (error) {
    if (error instanceof NotOurs) return undefined;
    throw error;
  }
}

/** Retries the mail later, or gives it up if the mail server rejected it for good. */
async function putOff(deps: MailQueueDependencies, claimed: StoredMail, error: unknown): Promise<boolean> {
  const { mails, clock, observe, warn } = deps;
  const { mailId, attempts } = claimed;
  const isFailure = error instanceof MailFailure;
  const reason = isFailure ? error.message : 'the mail could not be opened';
  const facts = { mailId, attempts, code: isFailure ? error.code : 'unreadable', reason };
  if (isFailure && error.isPermanent) {
    await remove(mails, claimed);
    observe('rejected');
    warn('a mail was given up: the mail server rejected it', facts);
    return true;
  }
  await mails.update([mailId], (old) =>
    old.attempts === attempts ? { ...old, dueAt: clock.now() + pauseAfter(attempts) } : old,
  );
  observe('retried');
  warn('a mail was not sent; it is retried', facts);
  // What is wrong with one mail must not keep the others back; what is wrong with the server concerns them all.
  return !isFailure || error.code.startsWith('EENVELOPE') || error.code.startsWith('EMESSAGE');
}

/** Removes a mail, unless another process has claimed it since. */
async function remove(mails: Collection<StoredMail>, { mailId, attempts }: StoredMail): Promise<void> {
  try {
    await mails.remove([mailId], (old) => {
      if (old.attempts !== attempts) throw new NotOurs();
    });
  } catch (error) {
    if (!(error instanceof NotOurs)) throw error;
  }
}
