import type { OutboundFetch, OutboundRequest } from '../../../http/outbound-fetch.ts';
import { type LoginCheck, LoginRefused } from '../login-refused.ts';

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** GitHub refuses calls without one. */
const USER_AGENT = 'Rolecall';

/** An address without its query, which may hold proofs. */
export function shownUrl(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** Calls an endpoint of a provider. @throws {LoginRefused} if there is no answer. */
export async function callProvider(
  fetch: OutboundFetch,
  url: string,
  request: OutboundRequest,
): Promise<ProviderAnswer> {
  const headers = {
    accept: 'application/json',
    'user-agent': USER_AGENT,
    ...(request.headers as Record<string, string>),
  };
  try {
    const answer = await fetch(url, { ...request, headers });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch (error) {
    const reason = request.signal?.aborted === true ? 'no answer in time' : reasonOf(error);
    throw new LoginRefused('unreachable', `${shownUrl(url)}: ${reason}`, error);
  }
}

/** @throws {LoginRefused} */
export function parseAnswer(text: string, url: string, check: LoginCheck): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LoginRefused(check, `${shownUrl(url)} did not answer JSON`);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
