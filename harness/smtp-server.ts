import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as the mail server received it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header fields by lower-case name, with folding undone. A name that occurs twice has two values. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The plain text, decoded. */
  readonly text: string;
  readonly raw: string;
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
}

export interface SmtpServerOptions {
  /** Default: no TLS at all. `starttls` offers it on the plain connection. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer; readonly from: 'start' | 'starttls' };
  /** Whoever signs in otherwise is refused. Default: nobody needs to sign in. */
  readonly login?: { readonly user: string; readonly password: string };
  /** The reply to a recipient, if not success: `450` is temporary, `550` permanent. */
  readonly refuseRecipient?: () => number | undefined;
  /** The words with which the server rejects a mail that it has read, as a filter does. */
  readonly refuseText?: (mail: ReceivedMail) => string;
}

export interface TestSmtpServer {
  readonly port: number;
  readonly mails: readonly ReceivedMail[];
  close(): Promise<void>;
}

/** A real SMTP server (`smtp-server`) on a free port, which keeps what it receives. */
export async function startSmtpServer(options: SmtpServerOptions = {}): Promise<TestSmtpServer> {
  const { tls, login, refuseRecipient, refuseText } = options;
  const mails: ReceivedMail[] = [];
  const disabledCommands = [...(tls === undefined ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])];
  const server = new SMTPServer({
    secure: tls?.from === 'start',
    ...(tls !== undefined && { key: tls.key, cert: tls.cert }),
    disabledCommands,
    authOptional: login === undefined,
    disableReverseLookup: true,
    onAuth({ username, password }, _session, answer) {
      if (username === login?.user && password === login?.password) answer(null, { user: username });
      else answer(new Error(`no entry for ${String(password)}`));
    },
    onRcptTo(_address, _session, answer) {
      const code = refuseRecipient?.();
      answer(code === undefined ? null : Object.assign(new Error('no such mailbox'), { responseCode: code }));
    },
    onData(stream, session, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isEncrypted: session.secure,
          user: session.user === undefined ? undefined : String(session.user),
          ...readMail(Buffer.concat(chunks).toString('utf8')),
        };
        mails.push(mail);
        answer(refuseText === undefined ? null : Object.assign(new Error(refuseText(mail)), { responseCode: 554 }));
      });
    },
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => listening.once('listening', resolve));
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The first link in a mail's text. @throws {Error} if there is none */
export function linkIn({ text }: ReceivedMail): string {
  const link = /https?:\/\/\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`no link in: ${text}`);
  return link;
}

function readMail(raw: string): Pick<ReceivedMail, 'headers' | 'text' | 'raw'> {
  const end = raw.indexOf('\r\n\r\n');
  const headers = new Map<string, string[]>();
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), decodedWords(line.slice(name.length + 1).trim())]);
  }
  return { headers, text: plainPart(raw), raw };
}

/** Encoded words of a header (RFC 2047). */
function decodedWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, kind: string, word: string) => {
      if (kind.toLowerCase() === 'b') return Buffer.from(word, 'base64').toString();
      return decodedQuotedPrintable(word.replace(/_/g, ' '));
    });
}

function plainPart(raw: string): string {
  // The whole boundary: a line of a folded link may begin with two dashes, too.
  const boundary = /boundary="?([^"\r\n;]+)/i.exec(raw)?.[1] ?? '';
  const start = /Content-Type: text\/plain[\s\S]*?\r\n\r\n/i.exec(raw);
  const rest = start === null ? '' : raw.slice(start.index + start[0].length);
  const head = /Content-Type: text\/plain([\s\S]*?)\r\n\r\n/i.exec(raw)?.[1] ?? '';
  const end = boundary === '' ? -1 : rest.indexOf(`\r\n--${boundary}`);
  const body = end === -1 ? rest : rest.slice(0, end);
  if (/quoted-printable/i.test(head)) return decodedQuotedPrintable(body);
  return /base64/i.test(head) ? Buffer.from(body, 'base64').toString() : body;
}

function decodedQuotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/(?:=[\dA-F]{2})+/gi, (run) => Buffer.from(run.replace(/=/g, ''), 'hex').toString());
  return bytes;
}
