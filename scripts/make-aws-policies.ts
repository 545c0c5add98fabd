import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { encodeBase32 } from '../src/identity/factors/base32.ts';
import { AWS_POLICY_DOCUMENTS, AWS_POLICY_HEADS } from '../src/identity/policies/aws-policy-data.ts';
import { type AwsPolicyHead, readDocuments, readHeads } from '../src/identity/policies/read-aws-policies.ts';
import { MAX_TEXT_LENGTH } from '../src/policy/document/parse-json.ts';

/**
 * Generates `src/identity/policies/aws-policy-data.ts` from the PyPI package `moto` (Apache-2.0), and lists what is new:
 *   npx tsx scripts/make-aws-policies.ts moto-5.2.5/moto/iam/aws_managed_policies.py moto-2.3.2/moto/iam/aws_managed_policies.py
 * The first file has today's policies. The second is from an older version of the package, which still has AWS's own ids of policies.
 */
interface MotoPolicy {
  readonly CreateDate: string;
  readonly UpdateDate: string;
  readonly DefaultVersionId: string;
  readonly Path: string;
  readonly PolicyId?: string;
  readonly Document: { readonly Version: string; readonly Statement: Statement | readonly Statement[] };
}
type Statement = Readonly<Record<string, unknown>>;

function readPolicies(file: string | undefined): Readonly<Record<string, MotoPolicy>> {
  if (file === undefined) throw new Error('name the file of today’s policies and one with ids');
  const text = /"""(.*)"""/s.exec(readFileSync(file, 'utf8'))?.[1];
  if (text === undefined) throw new Error(`${file} is not aws_managed_policies.py`);
  return JSON.parse(text) as Readonly<Record<string, MotoPolicy>>;
}

/** The order in which AWS writes the members of a statement; the package sorts them by name. */
const MEMBERS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

function ordered(statement: Statement): Statement {
  const unknown = Object.keys(statement).filter((member) => !MEMBERS.includes(member));
  if (unknown.length > 0) throw new Error(`a statement has ${unknown.join(', ')}`);
  return Object.fromEntries(MEMBERS.flatMap((member) => (member in statement ? [[member, statement[member]]] : [])));
}

const [today, withIds] = process.argv.slice(2);
const ids = readPolicies(withIds);
/** An id for a policy whose id at AWS is not known. */
const ownId = (name: string) => `ANPAI${encodeBase32(createHash('sha256').update(name).digest().subarray(0, 10))}`;

interface Policy extends AwsPolicyHead {
  /** As JSON. */
  readonly document: string;
}
const placeOf = ({ path, name }: AwsPolicyHead) => `${path}${name}`;
const documents = readDocuments(AWS_POLICY_DOCUMENTS);
const former = readHeads(AWS_POLICY_HEADS).map((head, line): Policy => ({ ...head, document: documents[line] ?? '' }));
const known = new Map(former.map((policy) => [placeOf(policy), policy]));

const current = Object.entries(readPolicies(today)).map(([name, policy]): Policy => {
  const { Version, Statement } = policy.Document;
  // Attachments store the id, so that of a known policy never changes.
  const id = known.get(`${policy.Path}${name}`)?.id ?? ids[name]?.PolicyId ?? ownId(name);
  return {
    name,
    path: policy.Path,
    id,
    version: Number(policy.DefaultVersionId.slice(1)),
    created: Date.parse(policy.CreateDate),
    updated: Date.parse(policy.UpdateDate),
    document: JSON.stringify({ Version, Statement: [Statement].flat().map((each) => ordered(each as Statement)) }),
  };
});
const present = new Set(current.map(placeOf));
// A policy that AWS withdrew stays, as it does in AWS for those who have it attached.
const withdrawn = former.filter((policy) => !present.has(placeOf(policy)));
const all = [...current, ...withdrawn]
  // Too long to be evaluated: only a policy of AWS's own support staff.
  .filter(({ document }) => document.length <= MAX_TEXT_LENGTH)
  .sort((a, b) => (a.name < b.name ? -1 : 1));

for (const policy of all) {
  const before = known.get(placeOf(policy))?.version;
  if (before !== policy.version) process.stdout.write(`${placeOf(policy)}: v${before ?? 0} → v${policy.version}\n`);
}
function pack(lines: readonly string[]): string {
  const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_LGWIN: window, BROTLI_MAX_QUALITY: best } = constants;
  return brotliCompressSync(lines.join('\n'), { params: { [quality]: best, [window]: 24 } }).toString('base64');
}
const latest = new Date(Math.max(...all.map(({ updated }) => updated))).toISOString().slice(0, 10);
const heads = pack(all.map(({ document: _document, ...head }) => JSON.stringify(head)));
writeFileSync(
  'src/identity/policies/aws-policy-data.ts',
  `/**
 * AWS's managed policies as of ${latest}, made by \`scripts/make-aws-policies.ts\` from the PyPI package \`moto\` (Apache License 2.0), which
 * reads them from AWS; do not edit. Each line is JSON: names, paths, ids, versions and dates here, and the documents below, in the same
 * order; brotli, base64.
 */
export const AWS_POLICY_HEADS =
  '${heads}';

export const AWS_POLICY_DOCUMENTS =
  '${pack(all.map(({ document }) => document))}';
`,
);
