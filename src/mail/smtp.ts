import { createTransport } from 'nodemailer';
import { readSender } from './address.ts';
import { oneLine } from './one-line.ts';
import type { RenderedMail } from './rendered-mail.ts';
import { parseSmtpUrl } from './smtp-url.ts';

/** A mail on its way to the mail server. */
export interface AddressedMail extends RenderedMail {
  /** Stays the same when the mail is retried, so that a copy can be recognised. */
  readonly id: string;
  readonly to: string;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** The mail server did not take a mail. */
export class MailFailure extends Error {
  override readonly name = 'MailFailure';
  /** The mail server rejected this mail for good: sending it again would get the same answer. */
  readonly isPermanent: boolean;
  /** Which step failed, as a code that is safe to log. */
  readonly code: string;

  constructor(message: string, { isPermanent, code, cause }: { isPermanent: boolean; code: string; cause: unknown }) {
    super(message, { cause });
    this.isPermanent = isPermanent;
    this.code = code;
  }
}

export interface Smtp {
  /** Resolves when the mail server has taken the mail. @throws {MailFailure} */
  send(mail: AddressedMail): Promise<void>;
  close(): void;
}

interface SmtpSettings {
  readonly smtpUrl: string;
  readonly from: string;
  /** PEM. Default: the public certificate authorities. */
  readonly ca?: string | undefined;
}

/** All steps of one mail together take less than the queue's lease. */
const TIMEOUTS = { dnsTimeout: 10_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/** Sends mail by one server. Encryption is never optional: a server that does not offer STARTTLS gets nothing. */
export function openSmtp({ smtpUrl, from, ca }: SmtpSettings): Smtp {
  const { host, port, security, user, password } = parseSmtpUrl(smtpUrl);
  const sender = readSender(from);
  if (sender === undefined) throw new TypeError('mail.from is no address');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && { auth: { user, pass: password } }),
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    // A mail is data of ours alone: nothing in it may name a file or an address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...TIMEOUTS,
  });
  const domain = sender.address.slice(sender.address.lastIndexOf('@') + 1);
  return {
    async send({ id, to, writtenAt, subject, text, html }) {
      try {
        await transport.sendMail({
          from: sender,
          to: { name: '', address: to },
          envelope: { from: sender.address, to: [to] },
          messageId: `<${id}@${domain}>`,
          date: new Date(writtenAt),
          subject: oneLine(subject),
          text,
          html,
          // RFC 3834: nobody is to answer with an automatic mail.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
      } catch (error) {
        throw failureOf(error);
      }
    },
    close: () => transport.close(),
  };
}

/** Filters of mail servers name the link that they reject. Ours give access, so they must not get into the log. */
const LINK = /\b[a-z][a-z0-9+.-]*:\/\/\S*|\S*\/(?:invitation|recovery|not-me)\/\S*/gi;
const LONGEST_REPLY = 2000;

/** The reply of the mail server is quoted without links, except after a login, where it could repeat the credentials. */
function failureOf(error: unknown): MailFailure {
  const {
    code = 'unknown',
    responseCode,
    response,
  } = error as {
    readonly code?: string;
    readonly responseCode?: number;
    readonly response?: string;
  };
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  // A 503 is about the order of commands, not about this mail.
  const isPermanent = isAboutMail && responseCode !== undefined && responseCode >= 500 && responseCode !== 503;
  const reply = code === 'EAUTH' ? responseCode?.toString() : response?.slice(0, LONGEST_REPLY).replace(LINK, '(link)');
  const reason = reply === undefined ? (isAboutMail ? '' : oneLine((error as Error).message)) : oneLine(reply);
  return new MailFailure(`${STEPS[code] ?? 'the mail could not be sent'}${reason && `: ${reason}`}`, {
    isPermanent,
    code: responseCode === undefined ? code : `${code} ${responseCode}`,
    cause: error,
  });
}

const STEPS: Readonly<Record<string, string>> = {
  EDNS: 'the name of the mail server cannot be resolved',
  ECONNECTION: 'the connection to the mail server failed',
  ESOCKET: 'the connection to the mail server failed',
  ETIMEDOUT: 'the mail server did not answer in time',
  ETLS: 'TLS with the mail server failed',
  EAUTH: 'the mail server refused the user and password',
  EENVELOPE: 'the mail server refused the sender or the recipient',
  EMESSAGE: 'the mail server refused the mail',
};
