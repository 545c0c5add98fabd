import { closestName } from './closest-name.ts';

/** What an action does to a resource (Service Authorization Reference, "Access levels"). */
export type AccessLevel = 'List' | 'Read' | 'Write' | 'Tagging' | 'Permissions management';

export interface ActionDescription {
  /** Without the service's prefix. */
  readonly name: string;
  readonly accessLevel: AccessLevel;
  /** The names of the resource types that policies can name for it. Empty: only `*`. */
  readonly resourceTypes: readonly string[];
  /** The condition keys of the action, beside the global ones. */
  readonly conditionKeys: readonly string[];
}

export interface ResourceTypeDescription {
  readonly name: string;
  /** A template: `arn:${Partition}:s3:::${BucketName}`. */
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

export interface ServiceDescription {
  /** What its actions begin with: `s3`. */
  readonly prefix: string;
  /** What people call it: `Amazon S3`. */
  readonly name: string;
  /** Sorted by name. */
  readonly actions: readonly ActionDescription[];
  readonly resourceTypes: readonly ResourceTypeDescription[];
  /** Names, with `${TagKey}` in those of a family, and types as in the Service Authorization Reference: `String`, `ArrayOfString`, …. */
  readonly conditionKeys: readonly { readonly name: string; readonly type: string }[];
  /** Whether this server sees its use: its own services, and those of the operator. */
  readonly isOwn?: boolean;
}

/** The services that policies can be about: those of AWS, and those of the operator, which take precedence. */
export interface ServiceCatalogue {
  /** All prefixes, sorted. */
  readonly prefixes: readonly string[];
  /** Ignores case. */
  service(prefix: string): ServiceDescription | undefined;
  /** An action by its full name (`s3:GetObject`), without regard to case. */
  action(name: string): ActionDescription | undefined;
}

/** Loads the catalogue, on first use. */
export type LoadServices = () => Promise<ServiceCatalogue>;

/** The services of AWS: those whose lines are asked for are parsed. */
export interface AwsServices {
  readonly prefixes: readonly string[];
  service(prefix: string): ServiceDescription | undefined;
}

export function serviceCatalogue(aws: AwsServices, own: readonly ServiceDescription[]): ServiceCatalogue {
  const ownByPrefix = new Map(own.map((service) => [service.prefix.toLowerCase(), service]));
  const prefixes = [...new Set([...aws.prefixes, ...ownByPrefix.keys()])].sort();
  const actionsOf = new Map<string, ReadonlyMap<string, ActionDescription>>();

  const service: ServiceCatalogue['service'] = (prefix) => {
    const wanted = prefix.toLowerCase();
    return ownByPrefix.get(wanted) ?? aws.service(wanted);
  };
  function actions(prefix: string): ReadonlyMap<string, ActionDescription> {
    const wanted = prefix.toLowerCase();
    const known = actionsOf.get(wanted);
    if (known) return known;
    const found = service(wanted);
    const made = new Map((found?.actions ?? []).map((action) => [action.name.toLowerCase(), action]));
    // Names come from requests: only those of services are remembered.
    if (found) actionsOf.set(wanted, made);
    return made;
  }
  return {
    prefixes,
    service,
    action(name) {
      const colon = name.indexOf(':');
      return actions(name.slice(0, colon)).get(name.slice(colon + 1).toLowerCase());
    },
  };
}

/** The prefix that was probably meant by one that no service has. */
export function similarPrefix({ prefixes }: ServiceCatalogue, prefix: string): string | undefined {
  return closestName(prefix, prefixes);
}

/** The action, without its prefix, that was probably meant by one that its service does not have. */
export function similarAction({ actions }: ServiceDescription, name: string): string | undefined {
  return closestName(
    name,
    actions.map((action) => action.name),
  );
}
