/** What a document is to be used as; each kind has rules of its own. */
export type PolicyKind = 'identity' | 'trust' | 'session' | 'resource' | 'service-control' | 'resource-control';
