import type { SamlApplicationSettings } from '../documents/applications/saml-application.ts';
import type { ApplicationSeed } from './application-seed.ts';
import type { GivenSaml, GivenSamlApplication } from './saml/saml-settings.ts';
import { sharedNameProblem } from './saml/shared-names.ts';

/** The SAML applications of the configuration file. @param accountId of those that name none. */
export function samlSeeds(list: readonly GivenSamlApplication[], accountId: string): readonly ApplicationSeed[] {
  return list.map((given) => ({
    accountId: given.accountId ?? accountId,
    applicationId: given.id,
    displayName: given.displayName ?? given.id,
    icon: given.icon,
    startUrl: given.startUrl,
    openTo: given.openTo,
    entityId: given.entityId,
    settings: samlSettings(given),
    secret: undefined,
  }));
}

/** The settings with their defaults. */
export function samlSettings(given: GivenSaml): SamlApplicationSettings {
  const { acs, logout, encryptionCertificate, keyEncryption, audience, nameId, attributes } = given;
  const { idpInitiated, sessionSeconds, maxSignInAge } = given;
  const hasDefault = acs.some(({ isDefault }) => isDefault === true);
  return {
    protocol: 'SAML',
    acs: acs.map(({ url, index, isDefault }, position) => ({
      url,
      index: index ?? position,
      isDefault: hasDefault ? isDefault === true : position === 0,
    })),
    ...(logout !== undefined && { logout }),
    certificates: given.certificates,
    ...(encryptionCertificate !== undefined && { encryptionCertificate }),
    ...(keyEncryption !== undefined && { keyEncryption }),
    ...(audience !== undefined && { audience }),
    nameId,
    attributes: attributes.map(({ forGroups, ...attribute }) => ({
      ...attribute,
      ...(forGroups !== undefined && forGroups.length > 0 && { forGroups }),
      nameFormat: attribute.nameFormat ?? (attribute.name.includes(':') ? 'uri' : 'basic'),
    })),
    signResponse: given.signResponse,
    signAssertion: given.signAssertion,
    signatureAlgorithm: given.signatureAlgorithm,
    wantSignedRequests: given.wantSignedRequests,
    ...(idpInitiated !== undefined && { idpInitiated }),
    authnContexts: given.authnContexts,
    ...(sessionSeconds !== undefined && { sessionSeconds }),
    ...(maxSignInAge !== undefined && { maxSignInAge }),
  };
}

/** Why an application cannot be saved, beside what is wrong with its settings alone. `undefined` if nothing is. */
export function samlRefusal({ settings, openTo }: Pick<ApplicationSeed, 'settings' | 'openTo'>): string | undefined {
  const problem = settings.protocol === 'SAML' ? sharedNameProblem(openTo, settings.nameId) : undefined;
  return problem === undefined ? undefined : `the NameID ${problem}`;
}
