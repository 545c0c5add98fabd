import { readFile } from 'node:fs/promises';
import {
  readServiceProvider,
  type ServiceProviderMetadata,
} from '../../../federation/saml/service-providers/read-service-provider.ts';
import { serviceProviderSettings } from '../../../federation/saml/service-providers/service-provider-settings.ts';
import type { CommandContext } from '../command.ts';

/**
 * Prints a service provider as an entry of `saml.applications`, made of its metadata. Changes nothing.
 * @throws {Error} with a message that says what to do
 */
export async function readSamlMetadata(
  { stdout }: Pick<CommandContext, 'stdout'>,
  { file, entityId }: { readonly file: string; readonly entityId: string | undefined },
): Promise<void> {
  const text = await readFile(file, 'utf8');
  let metadata: ServiceProviderMetadata;
  try {
    metadata = readServiceProvider(text, entityId);
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
  await new Promise<void>((done) =>
    stdout.write(`${JSON.stringify(applicationOf(metadata), undefined, 2)}\n`, () => done()),
  );
}

/** The attributes are the administrator's to choose. */
function applicationOf(metadata: ServiceProviderMetadata): object {
  return { id: idOf(metadata.entityId), ...serviceProviderSettings(metadata), attributes: [] };
}

/** A proposal: the host, or whatever else the entity id consists of. */
function idOf(entityId: string): string {
  const name = URL.canParse(entityId) && new URL(entityId).host !== '' ? new URL(entityId).hostname : entityId;
  return (
    name
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 64) || 'app'
  );
}
