import type { Connector } from '../../identity/documents/connector.ts';
import type { IssuerKeys } from '../web-identity/key-cache.ts';
import { kindNamed } from './kinds.ts';
import type { LoginTester } from './tested-login.ts';

/** The part of a stored connector that tests logins. */
export type OpenLoginTester = (connector: Connector) => LoginTester;

/** Opens the testers of connectors, by kind. */
export function openLoginTesters({ keys }: { readonly keys: IssuerKeys }): OpenLoginTester {
  return ({ settings }) => kindNamed(settings.kind).tester({ keys }, settings);
}
