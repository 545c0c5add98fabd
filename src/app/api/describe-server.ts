import type { DescribeServer } from '../../oidc/account-page/account-routes.ts';
import type { Invoker } from '../../operations/invoke.ts';
import { GetServerInfo } from '../../rolecall/server/get-server-info.ts';
import { serverSummary } from './server-facts.ts';

/** The server in a few words, for people whose policies allow `rolecall:GetServerInfo`. */
export function serverDescriber({ invoke, allows }: Pick<Invoker, 'invoke' | 'allows'>): DescribeServer {
  return async (by) =>
    (await allows(GetServerInfo, {}, by)) ? serverSummary(await invoke(GetServerInfo, {}, by)) : undefined;
}
