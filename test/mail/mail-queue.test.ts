import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Sealer } from '../../src/keys/key-ring.ts';
import { type MailOutcome, mailQueue, pauseAfter } from '../../src/mail/mail-queue.ts';
import { openMail } from '../../src/mail/open-mail.ts';
import { type AddressedMail, MailFailure } from '../../src/mail/smtp.ts';
import { outgoingMails, type StoredMail } from '../../src/mail/stored-mail.ts';
import type { Collection } from '../../src/ports/collections.ts';
import { type OpenIdentities, openIdentities } from '../support/open-identities.ts';
import { until } from '../support/until.ts';

const HOUR = 3_600_000;
let now = Date.now();
const clock = { now: () => now };
let identities: OpenIdentities;
let sealer: Sealer;
let mails: Collection<StoredMail>;
beforeAll(async () => {
  identities = await openIdentities({ clock });
  ({ sealer } = await identities.openKeys());
  mails = identities.collections.open(outgoingMails);
});
afterAll(() => identities.close());

/** A stand-in for the mail server, which takes or refuses as told. */
let sent: AddressedMail[];
let answer: () => Promise<void>;
let outcomes: MailOutcome[];
let warnings: string[];
beforeEach(async () => {
  for (const { mailId } of (await mails.find('key', [])).items) await mails.remove([mailId]);
  [sent, outcomes, warnings] = [[], [], []];
  answer = async () => {};
});

const depsOf = () => ({
  mails,
  sealer,
  clock,
  random: identities.random,
  smtp: {
    async send(mail: AddressedMail) {
      await answer();
      sent.push(mail);
    },
    close() {},
  },
  observe: (outcome: MailOutcome) => void outcomes.push(outcome),
  warn: (message: string, facts: object) => void warnings.push(`${message} ${JSON.stringify(facts)}`),
});

const mailTo = (to: string) => ({ to, message: { kind: 'test' } as const, expiresAt: now + 72 * HOUR });
const refusal = (code: string, isPermanent = false) =>
  Promise.reject(new MailFailure('no', { code, isPermanent, cause: undefined }));

describe('the queue of mails', () => {
  test('is sealed: the store shows neither whom a mail is for nor its link', async () => {
    const queue = mailQueue(depsOf());
    const message = { kind: 'notice', event: 'new-device', userName: 'ann', account: 'acme', at: 0 } as const;
    const link = 'https://iam.example.org/not-me/very-secret';
    await queue.queue({ to: 'ann@example.org', message: { ...message, link }, expiresAt: now + HOUR });
    expect(sent).toEqual([]);
    const stored = JSON.stringify((await mails.find('key', [])).items);
    expect(stored).not.toMatch(/ann|very-secret/);
    await queue.sendDue();
    expect(sent).toEqual([expect.objectContaining({ to: 'ann@example.org', text: expect.stringContaining(link) })]);
    expect(await queue.waiting()).toBe(0);
  });

  test('sends each mail once, however many processes send at the same time', async () => {
    const processes = [1, 2, 3].map(() => mailQueue(depsOf()));
    for (let i = 0; i < 25; i++) await processes[0]?.queue(mailTo(`p${i}@example.org`));
    await Promise.all(processes.map((each) => each.sendDue()));
    expect(sent.map(({ to }) => to).sort()).toEqual(Array.from({ length: 25 }, (_, i) => `p${i}@example.org`).sort());
    expect(await mails.count('byDue', [])).toBe(0);
  });

  test('survives a process that is killed while it sends: another one sends the mail, after the lease', async () => {
    let isSending = false;
    const forEver = new Promise<void>(() => {});
    const killed = mailQueue({
      ...depsOf(),
      smtp: {
        send() {
          isSending = true;
          return forEver;
        },
      },
    });
    await killed.queue(mailTo('ann@example.org'));
    void killed.sendDue();
    await until(() => isSending);
    const other = mailQueue(depsOf());
    await other.sendDue();
    expect(sent).toEqual([]);
    now += 5 * 60_000;
    await other.sendDue();
    expect(sent.map(({ to }) => to)).toEqual(['ann@example.org']);
  });

  test('retries with growing pauses, then gives up when the mail has expired', async () => {
    const queue = mailQueue(depsOf());
    await queue.queue(mailTo('ann@example.org'));
    answer = () => refusal('ECONNECTION');
    await queue.sendDue();
    await queue.sendDue();
    expect(outcomes).toEqual(['retried']);
    now += pauseAfter(1);
    await queue.sendDue();
    now += pauseAfter(2) - 1;
    await queue.sendDue();
    expect(outcomes).toEqual(['retried', 'retried']);
    expect([1, 2, 3, 20].map(pauseAfter)).toEqual([60_000, 120_000, 240_000, HOUR]);
    now += 73 * HOUR;
    await queue.sendDue();
    expect([outcomes.at(-1), await queue.waiting()]).toEqual(['expired', 0]);
  });

  test('gives up what the mail server rejects for good, and goes on with the next', async () => {
    const queue = mailQueue(depsOf());
    await queue.queue(mailTo('gone@example.org'));
    now += 1;
    await queue.queue(mailTo('ann@example.org'));
    let isFirst = true;
    answer = () => {
      const reply = isFirst ? refusal('EENVELOPE 550', true) : Promise.resolve();
      isFirst = false;
      return reply;
    };
    await queue.sendDue();
    expect([outcomes, await queue.waiting()]).toEqual([['rejected', 'sent'], 0]);
    expect(warnings.join()).toContain('EENVELOPE 550');
    expect(warnings.join()).not.toContain('gone@example.org');
  });

  test('does not try the others while the mail server is away', async () => {
    const queue = mailQueue(depsOf());
    for (const to of ['a@example.org', 'b@example.org']) await queue.queue(mailTo(to));
    answer = () => refusal('ECONNECTION');
    await queue.sendDue();
    expect(outcomes).toEqual(['retried']);
  });

  test.each(['ann', 'a@example.org,b@example.org', 'a@example.org\r\nBcc: b@example.org'])(
    '[header injection] does not accept the address %j',
    async (to) => {
      const queue = mailQueue(depsOf());
      expect([await queue.queue(mailTo(to)), await queue.waiting()]).toEqual([false, 0]);
    },
  );

  test('a server sends what was left by one that stopped, and what it is given', async () => {
    await mailQueue(depsOf()).queue(mailTo('left@example.org'));
    const { mails: _mails, ...rest } = depsOf();
    const faults: unknown[] = [];
    const mail = openMail({
      ...rest,
      collections: identities.collections,
      onFault: (fault) => void faults.push(fault),
    });
    mail.start();
    await until(() => sent.length === 1);
    await mail.queue(mailTo('new@example.org'));
    await until(() => sent.length === 2);
    await mail.close();
    expect([sent.map(({ to }) => to), faults, mail.lastWaiting()]).toEqual([
      ['left@example.org', 'new@example.org'],
      [],
      0,
    ]);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'a mail that is queued just as a round ends is sent without waiting for the next look (%i turns later)',
    async (turns) => {
      // Nobody looks at the queue on a timer.
      const timer = jest.spyOn(globalThis, 'setInterval').mockReturnValue(setTimeout(() => {}, 0));
      const { mails: _mails, ...rest } = depsOf();
      let endRound: (() => void) | undefined;
      let isAcknowledged: (() => void) | undefined;
      const gated: typeof mails = {
        ...mails,
        async count(...query) {
          const count = await mails.count(...query);
          if (endRound === undefined) await new Promise<void>((resolve) => (endRound = resolve));
          return count;
        },
        async insert(mail) {
          await mails.insert(mail);
          await new Promise<void>((resolve) => (isAcknowledged = resolve));
        },
      };
      const mail = openMail({
        ...rest,
        collections: { ...identities.collections, open: () => gated as never },
        onFault: (fault) => void warnings.push(String(fault)),
      });
      try {
        mail.start();
        await until(() => endRound !== undefined);
        const queued = mail.queue(mailTo('ann@example.org'));
        await until(() => isAcknowledged !== undefined);
        endRound?.();
        for (let turn = 0; turn < turns; turn++) await null;
        isAcknowledged?.();
        await queued;
        await until(() => sent.length === 1);
      } finally {
        timer.mockRestore();
        await mail.close();
      }
      expect(warnings).toEqual([]);
    },
  );
});
