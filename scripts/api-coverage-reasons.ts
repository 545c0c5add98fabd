/**
 * Why operations of the SDK are not served, by service: a pattern for the whole name, and the reason. Every operation that the registry
 * lacks needs one that matches; the first counts.
 */
export const REASONS: Readonly<Record<string, readonly (readonly [pattern: RegExp, reason: string])[]>> = {
  iam: [
    [/.*Organization.*/, 'there is no access report of organizations'],
    [/.*Delegation.*|GetHumanReadableSummary/, 'delegation requests are not supported'],
  ],
  sts: [
    [/AssumeRoot/, 'needs organizations'],
    [/GetDelegatedAccessToken/, 'delegation requests are not supported'],
  ],
  cloudtrail: [
    [
      /.*(Trail|Logging|EventSelectors|InsightSelectors|EventConfiguration|Tags|PublicKeys|ResourcePolicy).*/,
      'there are no trails: `rolecall audit export` writes the record where it is needed (operations.md)',
    ],
    [/.*Insights.*/, 'there are no Insights events'],
    [/.*(EventDataStore|Quer|Import|Channel|Dashboard|Federation).*/, 'CloudTrail Lake is not supported'],
    [/.*OrganizationDelegatedAdmin/, 'needs organizations'],
  ],
};
