import { readFileSync } from 'node:fs';
import type { Registry } from 'prom-client';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import { type Mail, openMail } from '../../mail/open-mail.ts';
import type { MailSettings } from '../../mail/settings.ts';
import { openSmtp, type Smtp } from '../../mail/smtp.ts';
import type { CollectionStore } from '../../ports/collections.ts';
import { registerGauge } from '../health/register-gauge.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';
import type { Log } from '../log/log.ts';

/** The configured mail server; `undefined` if there is none. @throws {Error} if the file with its authorities cannot be read. */
export function openConfiguredSmtp({ smtpUrl, from, caFile }: MailSettings): Smtp | undefined {
  if (smtpUrl === undefined || from === undefined) return undefined;
  return openSmtp({ smtpUrl, from, ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8') });
}

interface AppMailDependencies {
  readonly collections: CollectionStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  readonly onFault: (fault: unknown) => void;
}

/** Opens the queue of mails with its metrics; `undefined` if no mail server is configured. */
export function openAppMail(settings: MailSettings, deps: AppMailDependencies): Mail | undefined {
  const smtp = openConfiguredSmtp(settings);
  if (smtp === undefined) return undefined;
  const { registry, log, ...rest } = deps;
  const outcomes = registerLabelledCount(registry, {
    name: 'rolecall_mails_total',
    help: 'Mails by outcome of an attempt: sent, retried, rejected, expired, or not-accepted into the queue.',
    label: 'outcome',
  });
  const mail = openMail({ ...rest, smtp, observe: outcomes.add, warn: log.warn });
  registerGauge(registry, {
    name: 'rolecall_mail_queue',
    help: 'Mails that wait to be sent, at most 10000.',
    read: mail.lastWaiting,
  });
  return mail;
}
