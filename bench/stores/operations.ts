import { randomBytes } from 'node:crypto';
import type { AccessKeyPair } from '../../harness/start-server.ts';
import { IAM_VERSION, STS_VERSION, signedRequest } from '../wire-requests.ts';
import { type Connection, lastingConnection, RefusedError } from './connection.ts';
import { logIn, type Tokens, tokenRequest } from './log-in.ts';
import type { Target } from './target.ts';

/** Repeats one operation on a server, with several workers in parallel. */
export interface Driver {
  /** Performs the operation once, or throws {@link RefusedError}. `worker` counts from 0; each worker performs one operation at a time. */
  step(worker: number): Promise<void>;
  /** Cleans up what was created since the last call. */
  settle?(): Promise<void>;
}

export interface Operation {
  /** The measuring time per round, if the operation cannot be measured as long as others; ms. */
  readonly roundMs?: number;
  /** The number of operations in progress per load generator. */
  readonly concurrency: number;
  drive(target: Target, concurrency: number): Promise<Driver>;
}

const CONNECTIONS = 25;

const connections = (target: Target, count: number): readonly Connection[] =>
  Array.from({ length: count }, () => lastingConnection(target.url));

function item<Item>(items: readonly Item[], index: number): Item {
  const found = items[index % items.length];
  if (found === undefined) throw new Error('there is none');
  return found;
}

/** Sends the same signed bytes repeatedly. */
function repeated(key: (target: Target) => AccessKeyPair, parameters: (target: Target) => Record<string, string>) {
  return {
    concurrency: CONNECTIONS,
    async drive(target, concurrency) {
      const open = connections(target, concurrency);
      const request = signedRequest(target, key(target), parameters(target));
      return { step: async (worker) => void (await item(open, worker).exchange(request)) };
    },
  } satisfies Operation;
}

const createUser: Operation = {
  // An account has at most 5,000 users.
  roundMs: 400,
  concurrency: CONNECTIONS,
  async drive(target, concurrency) {
    const open = connections(target, concurrency);
    const prefix = randomBytes(6).toString('hex');
    let made: string[] = [];
    let count = 0;
    const call = (worker: number, action: string, name: string) =>
      item(open, worker).exchange(
        signedRequest(target, target.admin, { Action: action, Version: IAM_VERSION, UserName: name }),
      );
    const insist = async (worker: number, name: string): Promise<void> => {
      for (;;) {
        try {
          await call(worker, 'DeleteUser', name);
          return;
        } catch (error) {
          // An earlier attempt that failed for lack of an answer may have succeeded.
          if (String(error).includes('NoSuchEntity')) return;
          if (!(error instanceof RefusedError)) throw error;
        }
      }
    };
    return {
      async step(worker) {
        const name = `${prefix}-${count++}`;
        // The user may have been created even if the call is refused.
        made.push(name);
        await call(worker, 'CreateUser', name);
      },
      async settle() {
        const names = made;
        made = [];
        const remove = async (worker: number): Promise<void> => {
          for (let name = names.pop(); name !== undefined; name = names.pop()) await insist(worker, name);
        };
        await Promise.all(open.map((_, worker) => remove(worker)));
      },
    };
  },
};

const login: Operation = {
  concurrency: 8,
  drive: async (target) => ({
    step: async (worker) => void (await logIn(target, item(target.people, worker))),
  }),
};

const refresh: Operation = {
  concurrency: CONNECTIONS,
  async drive(target, concurrency) {
    const open = connections(target, concurrency);
    const held: string[] = [];
    for (let n = 0; n < concurrency; n++) held.push((await logIn(target, item(target.people, n))).refresh_token);
    return {
      async step(worker) {
        const form = { grant_type: 'refresh_token', refresh_token: item(held, worker) };
        const tokens = JSON.parse((await item(open, worker).exchange(tokenRequest(target, form))).toString()) as Tokens;
        held[worker] = tokens.refresh_token;
      },
    };
  },
};

/** The measured operations, by their name on the command line. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'assume-role': repeated(
    ({ admin }) => admin,
    ({ roleArn }) => ({
      Action: 'AssumeRole',
      Version: STS_VERSION,
      RoleArn: roleArn,
      RoleSessionName: 'bench',
    }),
  ),
  'caller-identity': repeated(
    ({ session }) => session,
    () => ({ Action: 'GetCallerIdentity', Version: STS_VERSION }),
  ),
  'get-user': repeated(
    ({ admin }) => admin,
    ({ people }) => ({ Action: 'GetUser', Version: IAM_VERSION, UserName: item(people, 0).userName }),
  ),
  'create-user': createUser,
  login,
  refresh,
};
