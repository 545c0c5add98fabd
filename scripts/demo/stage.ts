import type { AccessKeyPair, RunningServer } from '../../harness/start-server.ts';
import { type Caller, newCaller } from './caller.ts';
import type { Narrator } from './narrator.ts';

/** What every chapter receives. */
export interface Stage {
  readonly narrator: Narrator;
  readonly server: RunningServer;
  readonly admin: Caller;
  /** Generates a name that no earlier run of the demo has used. */
  name(base: string): string;
  as(name: string, credentials: AccessKeyPair): Caller;
}

export function newStage(narrator: Narrator, server: RunningServer, run: string): Stage {
  const as = (name: string, credentials: AccessKeyPair): Caller => newCaller(narrator, server.url, name, credentials);
  return { narrator, server, as, admin: as('admin', server.admin), name: (base) => `${base}-${run}` };
}

interface SdkCredentials {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}

/** Converts credentials from the format of the SDK's answers to the format that its clients take. */
export function keyPair(given: SdkCredentials | undefined): AccessKeyPair {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error('the answer holds no credentials');
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
