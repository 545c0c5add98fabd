import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Sealer } from '../keys/key-ring.ts';
import type { CollectionStore } from '../ports/collections.ts';
import type { Mailer } from '../ports/mailer.ts';
import { type MailOutcome, mailQueue } from './mail-queue.ts';
import type { Smtp } from './smtp.ts';
import { outgoingMails } from './stored-mail.ts';

/** How often each process looks for mails that are due: those of other processes, and those to be retried. */
const POLL_MS = 10_000;

interface MailDependencies {
  readonly collections: CollectionStore;
  readonly smtp: Smtp;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: (outcome: MailOutcome) => void;
  readonly warn: (message: string, facts: Record<string, unknown>) => void;
  readonly onFault: (fault: unknown) => void;
}

/** The mailer of a server, with its background work. */
export interface Mail extends Mailer {
  /** Begins to send what is in the queue. */
  start(): void;
  /** How many mails waited when the queue was last looked at; `undefined` before that. */
  readonly lastWaiting: () => number | undefined;
  /** Waits for a mail that is being sent; the others stay in the store. */
  close(): Promise<void>;
}

/** Opens the queue. Nothing is sent before it is started. */
export function openMail({ collections, smtp, onFault, ...rest }: MailDependencies): Mail {
  const queue = mailQueue({ ...rest, mails: collections.open(outgoingMails), smtp });
  let lastWaiting: number | undefined;
  let running: Promise<void> | undefined;
  let isWanted = false;
  let isClosed = false;

  /** `running` is cleared in the same turn as the last check of `isWanted`: between them, a mail would go unnoticed until the next poll. */
  const round = async (): Promise<void> => {
    try {
      do {
        isWanted = false;
        await queue.sendDue();
        lastWaiting = await queue.waiting();
      } while (isWanted && !isClosed);
    } catch (error) {
      onFault(error);
    } finally {
      running = undefined;
    }
  };
  /** One round at a time; a mail that comes during one gets another. */
  const wake = (): void => {
    isWanted = true;
    if (isClosed || timer === undefined || running !== undefined) return;
    running = round();
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      timer = setInterval(wake, POLL_MS);
      timer.unref();
      wake();
    },
    lastWaiting: () => lastWaiting,
    async queue(mail) {
      const isAccepted = await queue.queue(mail);
      if (isAccepted) wake();
      return isAccepted;
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      await running;
      smtp.close();
    },
  };
}
