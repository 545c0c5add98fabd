import type { AccessKeyPair, RunningServer } from '../../harness/start-server.ts';
import { type Caller, newCaller } from './caller.ts';
import type { Narrator } from './narrator.ts';

/** What every chapter is given. */
export interface Stage {
  readonly narrator: Narrator;
  readonly server: RunningServer;
  readonly admin: Caller;
  /** Makes a name that no earlier run of the demo has used. */
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

/** Credentials as the SDK's answers hold them, as its clients take them. */
export function keyPair(given: SdkCredentials | undefined): AccessKeyPair {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error('the answer holds no credentials');
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}
