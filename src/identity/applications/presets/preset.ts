import type { TemplateVariable } from '../mapping/templates.ts';
import type { GivenSaml } from '../saml/saml-settings.ts';

const variable = (name: TemplateVariable): string => `\${${name}}`;

/** The templates that presets tell services about people by. */
export const PERSON = {
  subject: variable('user:subject'),
  userName: variable('user:preferredUsername'),
  sessionName: variable('user:sessionName'),
  displayName: variable('user:name'),
  email: variable('user:email'),
  groups: variable('user:groups'),
} as const;

/** A value that the administrator gives, such as the name of a workspace. `{Name}` stands for it in the settings. */
export interface PresetParameter {
  readonly name: string;
  readonly documentation: string;
  readonly example: string;
  /** What the whole value must match. */
  readonly pattern: RegExp;
  /** Used if none is given. */
  readonly default?: string;
}

/** The attribute by which a service learns the roles of a person. */
export interface PresetRoles {
  readonly attribute: string;
  /** What the role of a service looks like. */
  readonly pattern: RegExp;
  readonly example: string;
  /** The value of the attribute. Default: the role itself. */
  readonly written?: (role: string, parameters: Readonly<Record<string, string>>) => string;
}

/** An attribute, with its values as templates. Left out if it needs a parameter that was not given. */
export interface PresetAttribute {
  readonly name: string;
  readonly nameFormat?: 'uri' | 'basic' | 'unspecified';
  readonly values: readonly string[];
}

/** What a service documents for SAML identity providers. */
export interface SamlPreset {
  readonly name: string;
  readonly service: string;
  readonly parameters: readonly PresetParameter[];
  readonly entityId: string;
  readonly acs: string;
  readonly audience?: string;
  readonly nameId: GivenSaml['nameId'];
  readonly attributes: readonly PresetAttribute[];
  readonly roles?: PresetRoles;
  readonly signResponse?: boolean;
  /** Where people start, if the service has to begin. */
  readonly startUrl?: string;
  /** Its own pages about it. */
  readonly source: string;
}

/** A label of a host name. */
export const LABEL = /[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?/;

/** The address of a service that people run themselves. */
export const SERVICE_URL: PresetParameter = {
  name: 'Url',
  documentation: 'The address of the service, without a slash at the end.',
  example: 'https://app.example.com',
  pattern: /https:\/\/[^\s/?#@{}]+(?:\/[^\s/?#{}]+)*/,
};
