import { brotliDecompressSync } from 'node:zlib';
import { prefixOf, readService } from '../../policy/catalogue/packed-service.ts';
import type { AwsServices, ServiceDescription } from '../../policy/catalogue/service-catalogue.ts';
import { AWS_SERVICES } from './aws-service-data.ts';

/** The lines of the data, sorted by prefix. */
export function readLines(packed: string): readonly string[] {
  return packed === '' ? [] : brotliDecompressSync(Buffer.from(packed, 'base64')).toString().split('\n');
}

/** Unpacks the services of AWS. Takes some tens of milliseconds; import this module only when they are needed. */
export function awsServices(): AwsServices {
  const lines = new Map(readLines(AWS_SERVICES).map((line) => [prefixOf(line), line]));
  const read = new Map<string, ServiceDescription>();
  return {
    prefixes: [...lines.keys()],
    service(prefix) {
      const line = lines.get(prefix);
      const known = read.get(prefix) ?? (line === undefined ? undefined : readService(line));
      if (known) read.set(prefix, known);
      return known;
    },
  };
}
