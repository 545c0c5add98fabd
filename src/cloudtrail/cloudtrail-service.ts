import type { JsonService } from '../operations/choose-protocol.ts';

/** CloudTrail (API version 2013-11-01) as the wire sees it: AWS JSON 1.1. A wrong `MaxResults` has a code of its own, so it is no constraint. */
export const CLOUDTRAIL_SERVICE: JsonService = {
  name: 'cloudtrail',
  namespace: 'com.amazonaws.cloudtrail',
  version: '2013-11-01',
  targetPrefix: 'CloudTrail_20131101',
  // What botocore sends.
  otherTargetPrefixes: ['com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101'],
  constraints: {
    shapes: {
      EventCategory: { values: ['insight'] },
      LookupAttributeKey: {
        values: [
          'EventId',
          'EventName',
          'ReadOnly',
          'Username',
          'ResourceType',
          'ResourceName',
          'EventSource',
          'AccessKeyId',
        ],
      },
    },
    structures: {
      LookupAttribute: { AttributeKey: 'LookupAttributeKey' },
      LookupEventsRequest: { EventCategory: 'EventCategory' },
    },
    errorStatus: {},
    errors: {},
  },
};
