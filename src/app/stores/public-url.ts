import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import {
  type Collection,
  type CollectionDeclaration,
  type CollectionStore,
  DuplicateKeyError,
} from '../../ports/collections.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';

const publicUrlShape = z.object({
  name: z.string(),
  publicUrl: z.string(),
  /** Whether an operator set it; otherwise it follows the port. */
  isChosen: z.boolean(),
  changedAt: z.number(),
  /** The RP ID that all passkeys were last found to be bound to. Absent until the first check: see `passkey-host.ts`. */
  passkeyRpId: z.string().optional(),
});
export type PublicUrlRecord = z.infer<typeof publicUrlShape>;

/** A single document: the public URL of this installation. */
export const publicUrls: CollectionDeclaration<PublicUrlRecord> = {
  name: 'public-urls',
  shape: publicUrlShape,
  key: ['name'],
  unique: {},
  indexes: {},
};

export const PUBLIC_URL_KEY = 'public-url';

/** The public URL of this process differs from that of the installation. */
export class PublicUrlError extends Error {
  override readonly name = 'PublicUrlError';
}

export interface PublicUrlDependencies {
  readonly collections: CollectionStore;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Ensures that all processes on one store have the same public URL. It is part of the issuer in every token, so two URLs on one store would
 * mean two issuers with the same users and keys. The first process sets it; a store from an older version adopts this process's URL.
 * @throws {PublicUrlError} if the store has a different URL, unless that is the one to be replaced, or neither was set by an
 * operator.
 */
export async function requirePublicUrl(
  { publicUrl, isPublicUrlDefault, replacesPublicUrl }: Settings['server'],
  { collections, clock, log }: PublicUrlDependencies,
): Promise<void> {
  const collection = collections.open(publicUrls);
  const own: PublicUrlRecord = {
    name: PUBLIC_URL_KEY,
    publicUrl,
    isChosen: !isPublicUrlDefault,
    changedAt: clock.now(),
  };
  const stored = await storedOr(collection, own);
  if (stored.publicUrl === publicUrl) {
    if (own.isChosen && !stored.isChosen)
      await collection.update([PUBLIC_URL_KEY], (old) => ({ ...old, isChosen: true }));
    return;
  }
  const isOnPurpose = replacesPublicUrl === stored.publicUrl;
  if (!isOnPurpose && (own.isChosen || stored.isChosen)) throw refusal(stored.publicUrl, publicUrl);
  await collection.update([PUBLIC_URL_KEY], (old) => {
    // Another process was faster and set a different URL. Only one can hold, unless neither was set by an operator.
    const isOvertaken = old.publicUrl !== stored.publicUrl && old.publicUrl !== publicUrl;
    if (isOvertaken && (own.isChosen || old.isChosen)) throw refusal(old.publicUrl, publicUrl);
    return { ...old, ...own };
  });
  log.warn(
    `the public URL changed from ${stored.publicUrl} to ${publicUrl}: apps and services that know the previous issuer reject tokens of the new one`,
  );
}

async function storedOr(collection: Collection<PublicUrlRecord>, own: PublicUrlRecord): Promise<PublicUrlRecord> {
  const stored = await collection.get([PUBLIC_URL_KEY]);
  if (stored !== undefined) return stored;
  try {
    await collection.insert(own);
    return own;
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
  }
  return (await collection.get([PUBLIC_URL_KEY])) ?? own;
}

function refusal(stored: string, own: string): PublicUrlError {
  return new PublicUrlError(
    `the public URL of this process is ${own}, but the store belongs to an installation at ${stored}: two would make two issuers of one store. Set ROLECALL_PUBLIC_URL=${stored}; or, to move the installation, stop all its processes and start once with ROLECALL_REPLACES_PUBLIC_URL=${stored}`,
  );
}

/** The warning, logged at start, about a public URL whose traffic can be read and changed on the network. */
export function publicUrlAdvice(publicUrl: string): string | undefined {
  const { protocol, hostname } = new URL(publicUrl);
  const isLoopback = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === 'https:' || isLoopback) return undefined;
  return `the public URL ${publicUrl} is plain http: passwords, codes and cookies can be read and changed on the way. Put a proxy with TLS in front and set ROLECALL_PUBLIC_URL to its https address`;
}
