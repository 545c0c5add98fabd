import * as z from 'zod';
import type { OutboundFetch } from '../../http/outbound-fetch.ts';
import { IdentityFault } from '../identity-fault.ts';
import type { VerifyCustomToken } from './custom-token.ts';

/** The answer to a valid token, as MinIO documents it for its identity management plugins. */
const acceptedShape = z.object({
  user: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^\p{C}]+$/u),
  maxValiditySeconds: z.int().min(900).max(31_536_000),
  claims: z.record(z.string(), z.unknown()).nullish(),
});
const rejectedShape = z.object({ reason: z.string() });
/** Claims that the webhook cannot set, as in MinIO. */
const RESERVED = ['exp', 'parent', 'sub'];
const REASON_LIMIT = 200;
/** Questions at the same time. A further one is refused at once, so that a slow webhook cannot use up sockets and memory. */
const MAX_QUESTIONS = 64;

export interface WebhookOptions {
  readonly url: string;
  /** The value of the Authorization header, if one is needed. Read each time, so that a renewed one needs no restart. */
  readonly authorization: () => Promise<string | undefined>;
  readonly fetch: OutboundFetch;
}

/**
 * Verifies tokens by MinIO's protocol for identity management plugins: a POST with the query parameter `token`, answered with
 * 200 and the user, or with 403 and a reason. Anything else refuses the token.
 */
export function webhookVerifier({ url, authorization, fetch }: WebhookOptions): VerifyCustomToken {
  let asking = 0;

  async function ask(token: string): Promise<Response> {
    const address = new URL(url);
    address.searchParams.set('token', token);
    const value = await authorization();
    return await fetch(address, {
      method: 'POST',
      headers: { accept: 'application/json', ...(value !== undefined && { authorization: value }) },
    });
  }

  return async (token) => {
    if (asking >= MAX_QUESTIONS) throw unavailable(`more than ${MAX_QUESTIONS} questions at once`);
    asking += 1;
    try {
      const answer = await ask(token).catch((cause: unknown) => {
        throw unavailable('it did not answer', cause);
      });
      const body = await bodyOf(answer);
      if (answer.status === 403) throw rejected(body);
      if (answer.status !== 200) throw unavailable(`it answered ${answer.status}`);
      const { user, maxValiditySeconds, claims } = accepted(body);
      const own = Object.entries(claims ?? {}).filter(([name]) => !RESERVED.includes(name));
      return { user, maxValiditySeconds, claims: Object.fromEntries(own) };
    } finally {
      asking -= 1;
    }
  };
}

async function bodyOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    return undefined;
  }
}

function accepted(body: unknown): z.output<typeof acceptedShape> {
  const read = acceptedShape.safeParse(body);
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path }) => path.join('.') || 'its body').join(', ');
  throw unavailable(`its answer is not as documented (${wrong})`);
}

/** The caller gets the webhook's reason, as in MinIO, without control characters. The audit log gets no text of the webhook's. */
function rejected(body: unknown): IdentityFault {
  const read = rejectedShape.safeParse(body);
  const reason = read.success ? read.data.reason.replace(/\p{C}+/gu, ' ').slice(0, REASON_LIMIT) : '';
  const message = 'The identity provider rejected the token';
  return new IdentityFault('rejected', reason === '' ? message : `${message}: ${reason}`, { code: 'IDPRejectedClaim' });
}

/** SDKs repeat a call that fails so. The cause is not passed on as it is: its text may contain the URL with the token. */
function unavailable(detail: string, cause?: unknown): IdentityFault {
  const code = (cause as { readonly code?: unknown } | undefined)?.code;
  const message =
    'The identity provider that verifies custom tokens could not be reached, or its answer could not be used';
  return new IdentityFault('webhook', message, {
    code: 'IDPCommunicationError',
    detail: typeof code === 'string' ? `${detail} (${code})` : detail,
  });
}
