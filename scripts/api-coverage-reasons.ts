/**
 * Why operations of the SDK are not served, by service: a pattern for the whole name, and the reason. Every operation that the registry
 * lacks needs one that matches; the first counts.
 */
export const REASONS: Readonly<Record<string, readonly (readonly [pattern: RegExp, reason: string])[]>> = {
  iam: [],
  sts: [],
  cloudtrail: [
    [
      /.*(Trail|Logging|EventSelectors|InsightSelectors|EventConfiguration|Tags|PublicKeys|ResourcePolicy).*/,
      'there are no trails: `rolecall query-audit` writes the record where it is needed (operations.md)',
    ],
    [/.*Insights.*/, 'there are no Insights events'],
    [/.*(EventDataStore|Quer|Import|Channel|Dashboard|Federation).*/, 'CloudTrail Lake is not supported'],
    [/.*OrganizationDelegatedAdmin/, 'each account looks up its own events'],
  ],
  organizations: [
    [/CreateGovCloudAccount|.*Responsibility.*/, 'there is no GovCloud and no billing'],
    [/.*ResourcePolicy/, 'delegated administrators read the organization; nobody else can be allowed to'],
  ],
};
