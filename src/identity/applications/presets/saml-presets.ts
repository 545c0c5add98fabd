import { AWS } from './aws.ts';
import { GITHUB_ENTERPRISE, GITHUB_ORGANIZATION, GITHUB_SERVER } from './github.ts';
import { GITLAB, GITLAB_COM } from './gitlab.ts';
import { GOOGLE_WORKSPACE } from './google-workspace.ts';
import { GRAFANA } from './grafana.ts';
import { JENKINS } from './jenkins.ts';
import { NEXTCLOUD } from './nextcloud.ts';
import type { SamlPreset } from './preset.ts';
import { SALESFORCE } from './salesforce.ts';
import { SLACK } from './slack.ts';
import { ZENDESK } from './zendesk.ts';

/** The presets of SAML applications, by name. */
export const SAML_PRESETS: ReadonlyMap<string, SamlPreset> = new Map(
  [
    AWS,
    GITHUB_ENTERPRISE,
    GITHUB_SERVER,
    GITHUB_ORGANIZATION,
    GITLAB,
    GITLAB_COM,
    GOOGLE_WORKSPACE,
    GRAFANA,
    JENKINS,
    NEXTCLOUD,
    SALESFORCE,
    SLACK,
    ZENDESK,
  ].map((preset) => [preset.name, preset]),
);
