import { callbackPath } from '../../federation/connectors/callback-path.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { errorTable } from '../../kernel/service-error.ts';
import { rolecallArn } from '../rolecall-service.ts';
import type { DeclaredError } from '../shapes/declare-operation.ts';
import { shape, type ValueOf } from '../shapes/shape.ts';

const { boolean, enumeration, list, optional, required, structure, text, timestamp } = shape;

const ROWS = errorTable({ NoSuchConnectorException: { status: 404, recorded: true } });

/** The errors of the operations on connectors. */
export const CONNECTOR_ERRORS = {
  NoSuchConnector: { ...ROWS.NoSuchConnectorException, documentation: 'The account has no connector of this name.' },
} as const satisfies Record<string, DeclaredError>;

export const CONNECTOR_NAME = text('ConnectorName', {
  length: [1, 63],
  pattern: '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?',
  audited: true,
});

const DOMAIN = text('Domain', { length: [1, 253], audited: true });

/** A connector, as the API shows it: everything but its secret. */
export const CONNECTOR = structure(
  'Connector',
  {
    Name: required(CONNECTOR_NAME, 'Its name.'),
    Arn: required(text('ConnectorArn', { length: [1, 2048] }), 'Its ARN, for policies.'),
    Kind: required(enumeration('ConnectorKind', ['OIDC']), 'How it reaches the provider.'),
    DisplayName: required(text('DisplayName', { length: [1, 64] }), 'The text of its button.'),
    Enabled: required(boolean('ConnectorEnabled'), 'Whether people may sign in through it.'),
    Issuer: required(text('ConnectorIssuer', { length: [1, 2048] }), 'The issuer of the provider.'),
    ClientId: required(text('ConnectorClientId', { length: [1, 255] }), 'The client that the provider knows.'),
    RedirectUri: required(
      text('ConnectorRedirectUri', { length: [1, 2048] }),
      'The redirect URI to register at the provider.',
    ),
    Domains: required(list('DomainList', DOMAIN), 'The e-mail domains whose people are sent to it.'),
    Condition: optional(
      text('ConnectorCondition', { length: [1, null] }),
      'The condition that a login must meet, as JSON; absent if there is none.',
    ),
    CreatedAt: required(timestamp('ConnectorCreatedAt'), 'When it was created.'),
    UpdatedAt: required(timestamp('ConnectorUpdatedAt'), 'When it was last changed.'),
  },
  { documentation: 'A source of logins outside of this server.' },
);

export function connectorArn(accountId: string, name: string): string {
  return rolecallArn(accountId, `connector/${name}`);
}

/** @param publicUrl without a slash at its end. */
export function shownConnector(connector: Connector, publicUrl: string): ValueOf<typeof CONNECTOR> {
  const { accountId, name, displayName, settings, rules, domains, enabled, disabledAt } = connector;
  return {
    Name: name,
    Arn: connectorArn(accountId, name),
    Kind: 'OIDC',
    DisplayName: displayName,
    Enabled: enabled && disabledAt === undefined,
    Issuer: settings.issuer,
    ClientId: settings.clientId,
    RedirectUri: `${publicUrl}${callbackPath(name)}`,
    Domains: domains,
    Condition: rules.condition,
    CreatedAt: new Date(connector.createdAt),
    UpdatedAt: new Date(connector.updatedAt),
  };
}
