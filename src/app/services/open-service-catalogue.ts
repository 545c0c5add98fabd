import {
  type ActionDescription,
  type LoadServices,
  type ServiceCatalogue,
  type ServiceDescription,
  serviceCatalogue,
} from '../../policy/catalogue/service-catalogue.ts';
import type { Declared } from '../../rolecall/shapes/declare-operation.ts';

/** What the catalogue is made of. */
interface CatalogueSources {
  /** The services of the operator. */
  readonly files: readonly ServiceDescription[];
  /** The operations of our own API. */
  readonly declarations: () => readonly Declared[];
}

/** Services of AWS that this server is, so that it sees their use. */
const SERVED = ['iam', 'sts', 'cloudtrail'];
/** Actions that are no operation of our own API, and those of MinIO's. */
const FURTHER_OWN = ['ChangeEmailAddress', 'ClaimDomain', 'GetAccessToken', 'GrantResource', 'GrantTokenExchange'];
const FURTHER_STS = [
  'AssumeRoleWithCertificate',
  'AssumeRoleWithClientGrants',
  'AssumeRoleWithCustomToken',
  'AssumeRoleWithLDAPIdentity',
];

/** Loads the catalogue of services when it is first asked for: a start does not need it. */
export function openServiceCatalogue(sources: CatalogueSources): LoadServices {
  let loading: Promise<ServiceCatalogue> | undefined;
  return () => {
    loading ??= load(sources);
    return loading;
  };
}

async function load({ files, declarations }: CatalogueSources): Promise<ServiceCatalogue> {
  const { awsServices } = await import('../../identity/services/aws-services.ts');
  const aws = awsServices();
  const served = SERVED.flatMap((prefix) => aws.service(prefix) ?? []);
  return serviceCatalogue(aws, [
    ...files,
    ...served.map((service) => ({
      ...service,
      ...(service.prefix === 'sts' && withActions(service, FURTHER_STS)),
      isOwn: true,
    })),
    rolecall(declarations()),
  ]);
}

function withActions({ actions }: ServiceDescription, names: readonly string[]): Pick<ServiceDescription, 'actions'> {
  const further = names.map(
    (name): ActionDescription => ({ name, accessLevel: 'Write', resourceTypes: ['role'], conditionKeys: [] }),
  );
  return { actions: [...actions, ...further].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function rolecall(declarations: readonly Declared[]): ServiceDescription {
  const rows = [
    ...declarations.map(({ name, readOnly }) => ({ name, readOnly })),
    ...FURTHER_OWN.map((name) => ({ name, readOnly: false })),
  ];
  return {
    prefix: 'rolecall',
    name: 'Rolecall',
    actions: rows
      .map(({ name, readOnly }) => ({
        name,
        accessLevel: levelOf(name, readOnly),
        resourceTypes: [],
        conditionKeys: [],
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    resourceTypes: [],
    conditionKeys: [],
    isOwn: true,
  };
}

function levelOf(name: string, readOnly: boolean): ActionDescription['accessLevel'] {
  if (/^(Unt|T)agResource$/.test(name)) return 'Tagging';
  if (/Privileged|SignInPolicy|PasskeyPolicy|Grant/.test(name) && !readOnly) return 'Permissions management';
  if (!readOnly) return 'Write';
  return name.startsWith('List') ? 'List' : 'Read';
}
