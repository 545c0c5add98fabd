import type { Socket } from 'node:net';
import { BindRequest, type Control, type Filter, type SearchOptions, SearchRequest, UnbindRequest } from 'ldapts';
import { BerTooLarge } from './ber.ts';
import type { DirectoryEntry } from './directory-entry.ts';
import { DirectoryFault } from './directory-fault.ts';
import { messageStream } from './message-stream.ts';
import { type LdapResponse, type LdapResult, readResponse } from './read-response.ts';

/** Bounds of one request. A server that exceeds one is disconnected. */
export interface RequestLimits {
  readonly timeoutMs: number;
  readonly entries: number;
  readonly bytes: number;
  /** Bounds of each entry, if it may be larger than usual: the list of a group with very many members. */
  readonly largestEntry?: { readonly bytes: number; readonly values: number };
}

export interface SearchCall {
  readonly base: string;
  readonly scope: NonNullable<SearchOptions['scope']>;
  readonly filter: Filter;
  /** Never empty: servers would send everything. */
  readonly attributes: readonly [string, ...string[]];
  readonly limits: RequestLimits;
  /** The limit to state to the server. Default: none, because some servers refuse to page if there is one. */
  readonly sizeLimit?: number;
  readonly controls?: readonly Control[];
}

export interface SearchAnswer {
  readonly result: LdapResult;
  /** How many references to other servers came. They are not followed. */
  readonly references: number;
}

/**
 * One connection to a directory, for its whole life: it never reconnects, so that nothing is sent over a connection that lost its TLS or its
 * login. Requests are sent one at a time.
 */
export interface DirectoryConnection {
  readonly isOpen: boolean;
  /** Authenticates. An empty password is refused: servers answer success to it (RFC 4513 §5.1.2). */
  bind(dn: string, password: string, options: BindOptions): Promise<LdapResult>;
  search(call: SearchCall, onEntry: (entry: DirectoryEntry) => void): Promise<SearchAnswer>;
  /** Whether the connection keeps the process running. */
  holdProcess(holds: boolean): void;
  close(): void;
}

export interface BindOptions {
  readonly timeoutMs: number;
  readonly controls?: readonly Control[];
}

/** A single entry may hold a large group. */
const LARGEST_MESSAGE = 8 * 1024 * 1024;
const LARGEST_BIND_ANSWER = 64 * 1024;
const LAST_ID = 2 ** 31 - 1;
/** A server that does not close its side is left. */
const CLOSING_MS = 1000;

interface Pending {
  readonly id: number;
  readonly what: string;
  readonly largestEntry: RequestLimits['largestEntry'];
  readonly take: (response: LdapResponse) => void;
  readonly fail: (fault: DirectoryFault) => void;
  bytesLeft: number;
}

/** @param url for messages. */
export function directoryConnection(socket: Socket, url: string): DirectoryConnection {
  const stream = messageStream(LARGEST_MESSAGE);
  let pending: Pending | undefined;
  let fault: DirectoryFault | undefined;
  let lastId = 0;

  const end = (reason: DirectoryFault): void => {
    fault ??= reason;
    socket.destroy();
    const waiting = pending;
    pending = undefined;
    waiting?.fail(fault);
  };

  socket.on('error', (error) => end(new DirectoryFault('closed', `${url}: ${error.message}`, { cause: error })));
  socket.on('close', () => end(new DirectoryFault('closed', `${url}: the server closed the connection`)));
  socket.on('data', (chunk: Buffer) => {
    if (pending === undefined) return end(new DirectoryFault('closed', `${url}: the server ended the connection`));
    pending.bytesLeft -= chunk.length;
    if (pending.bytesLeft < 0) return end(new DirectoryFault('too-much', `${url}: ${pending.what}: too many bytes`));
    try {
      for (const message of stream.read(chunk, pending.largestEntry?.bytes)) {
        const response = readResponse(message, pending?.largestEntry?.values);
        // Unsolicited: a notice of disconnection (RFC 4511 §4.4.1).
        if (response.id === 0) throw new DirectoryFault('closed', `${url}: the server ended the connection`);
        if (pending === undefined || response.id !== pending.id) {
          throw new DirectoryFault('malformed', `${url}: an answer that belongs to no request`);
        }
        pending.take(response);
      }
    } catch (error) {
      if (error instanceof DirectoryFault) return end(error);
      const kind = error instanceof BerTooLarge ? 'too-much' : 'malformed';
      end(new DirectoryFault(kind, `${url}: ${(error as Error).message}`, { cause: error }));
    }
  });
  socket.resume();

  const send = <Answer>({ what, bytes, timeoutMs, largestEntry, make, take }: Exchange<Answer>): Promise<Answer> => {
    if (fault !== undefined) return Promise.reject(fault);
    if (pending !== undefined) return Promise.reject(new TypeError('one request at a time'));
    lastId = lastId === LAST_ID ? 1 : lastId + 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => end(new DirectoryFault('timeout', `${url}: ${what}: no complete answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      pending = {
        id,
        what,
        largestEntry,
        bytesLeft: bytes,
        take(response) {
          const answer = take(response);
          if (answer === undefined) return;
          clearTimeout(timer);
          pending = undefined;
          resolve(answer);
        },
        fail(reason) {
          clearTimeout(timer);
          reject(reason);
        },
      };
      socket.write(make(id).write());
    });
  };

  return {
    get isOpen() {
      return fault === undefined && !socket.destroyed;
    },
    async bind(dn, password, { timeoutMs, controls = [] }) {
      if (dn === '' || password === '') throw new TypeError('a bind without name or password would be anonymous');
      return await send({
        what: 'bind',
        bytes: LARGEST_BIND_ANSWER,
        timeoutMs,
        make: (messageId) => new BindRequest({ messageId, dn, password, controls: [...controls] }),
        take: (response) => (response.kind === 'result' && response.of === 'bind' ? response.result : unexpected(url)),
      });
    },
    search({ base, scope, filter, attributes, limits, sizeLimit = 0, controls = [] }, onEntry) {
      let entries = 0;
      let references = 0;
      return send({
        what: 'search',
        bytes: limits.bytes,
        timeoutMs: limits.timeoutMs,
        largestEntry: limits.largestEntry,
        make: (messageId) =>
          new SearchRequest({
            messageId,
            baseDN: base,
            scope,
            filter,
            attributes: [...attributes],
            sizeLimit,
            timeLimit: Math.ceil(limits.timeoutMs / 1000),
            controls: [...controls],
          }),
        take(response) {
          if (response.kind === 'reference') {
            references += 1;
          } else if (response.kind === 'entry') {
            entries += 1;
            if (entries > limits.entries) throw new DirectoryFault('too-much', `${url}: search: too many entries`);
            onEntry(response.entry);
          } else {
            return response.of === 'search' ? { result: response.result, references } : unexpected(url);
          }
          return undefined;
        },
      });
    },
    holdProcess(holds) {
      if (holds) socket.ref();
      else socket.unref();
    },
    close() {
      if (fault !== undefined) return;
      lastId = lastId === LAST_ID ? 1 : lastId + 1;
      fault = new DirectoryFault('closed', `${url}: the connection was closed`);
      if (pending !== undefined) return end(fault);
      socket.setTimeout(CLOSING_MS, () => socket.destroy());
      socket.end(new UnbindRequest({ messageId: lastId }).write());
    },
  };
}

interface Exchange<Answer> {
  readonly what: string;
  readonly bytes: number;
  readonly timeoutMs: number;
  readonly largestEntry?: RequestLimits['largestEntry'];
  readonly make: (id: number) => { write(): Buffer };
  /** @returns the answer, once it is complete. */
  readonly take: (response: LdapResponse) => Answer | undefined;
}

function unexpected(url: string): never {
  throw new DirectoryFault('malformed', `${url}: an answer of another kind than asked for`);
}
