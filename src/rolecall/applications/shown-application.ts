import type { Target } from '../../authorize/target.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { OidcApplicationSettings } from '../../identity/documents/applications/oidc-application.ts';
import { actionOf } from '../../operations/action-of.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import type { ValueOf } from '../shapes/shape.ts';
import { shownTags } from '../tags/tags.ts';
import type { APPLICATION } from './application-shapes.ts';
import { shownMetadata } from './oidc/oidc-metadata.ts';
import { shownRegistration } from './registered/registration-members.ts';
import { shownSaml } from './saml-members.ts';

function applicationArn(accountId: string, id: string): string {
  return rolecallArn(accountId, `application/${id}`);
}

/** An application as the target of an operation, with its tags if it exists. */
export function applicationTarget(
  { schema }: Pick<Declared, 'schema'>,
  accountId: string,
  { id, found }: { readonly id: string; readonly found?: Application | undefined },
): Target {
  return {
    action: actionOf(schema),
    resource: applicationArn(accountId, id),
    resourceAccountId: accountId,
    resourceTags: found?.tags ?? [],
  };
}

/** @param now in ms: a former secret that has expired is not shown. */
export function shownApplication(application: Application, now: number): ValueOf<typeof APPLICATION> {
  const { accountId, applicationId, settings, assignments, openTo, origin, icon, startUrl, registration } = application;
  return {
    ApplicationId: applicationId,
    Arn: applicationArn(accountId, applicationId),
    Protocol: settings.protocol,
    Origin: origin.toUpperCase() as Uppercase<Application['origin']>,
    DisplayName: application.displayName,
    Enabled: application.disabledAt === undefined,
    OpenTo: openTo.toUpperCase() as Uppercase<Application['openTo']>,
    Icon: icon,
    StartUrl: startUrl,
    ...(settings.protocol === 'OIDC'
      ? { Oidc: shownOidc(applicationId, settings, now) }
      : { Saml: shownSaml(application.entityId ?? '', settings) }),
    ...(registration !== undefined && { Registration: shownRegistration(registration, application) }),
    AssignedUsers: assignments.users.length,
    AssignedGroups: assignments.groups.length,
    Tags: shownTags(application.tags ?? []),
    CreatedAt: new Date(application.createdAt),
    UpdatedAt: new Date(application.updatedAt),
  };
}

function shownOidc(clientId: string, settings: OidcApplicationSettings, now: number) {
  const [current, former] = settings.secrets;
  const until = former?.expiresAt;
  return {
    ClientId: clientId,
    ...shownMetadata(settings),
    ...(current !== undefined && { SecretCreatedAt: new Date(current.createdAt) }),
    ...(until !== undefined && until > now && { FormerSecretExpiresAt: new Date(until) }),
  };
}
