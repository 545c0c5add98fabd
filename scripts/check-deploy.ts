import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { mount } from '../src/app/edge/mount.ts';
import { KILL_AFTER } from '../src/app/processes/workers.ts';
import { environmentVariables } from '../src/app/settings/environment-variables.ts';
import { readSettings } from '../src/app/settings/read-settings.ts';
import { trustedProxies } from '../src/http/client-address.ts';
import { ACCOUNT_PATH, ISSUER_PATH } from '../src/oidc/own-client.ts';
import { passwordProblems, storeService } from './compose-passwords.ts';

/**
 * Checks deploy/ against the server and for consistency: the server knows and accepts every variable, the probes request paths that
 * it answers, the ingress does not expose those paths, ports, names, labels and the image agree, and nothing kills the server
 * before it has had time to stop. Whether Kubernetes accepts the manifests is checked against its schemas (.ci/run).
 */
const KUBERNETES = 'deploy/kubernetes';
const UNIT = 'deploy/systemd/rolecall.service';

const labels = z.record(z.string(), z.string());
const httpGet = z.object({ path: z.string(), port: z.string() });
const probe = z.object({ httpGet });
const keyRef = z.object({ name: z.string(), key: z.string() });
const container = z.object({
  image: z.string(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).length(1),
  env: z.array(
    z.object({
      name: z.string(),
      value: z.string().optional(),
      valueFrom: z.object({ secretKeyRef: keyRef }).optional(),
    }),
  ),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })).length(1),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.int() }) }) }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
});
const metadata = z.object({ name: z.string() });
const selector = z.object({ matchLabels: labels });
const podsOfNamespace = z.object({ namespaceSelector: selector, podSelector: selector });
const named = <Kind extends string, Rest extends z.ZodRawShape>(kind: Kind, rest: Rest) =>
  z.object({ kind: z.literal(kind), metadata, ...rest });

/** The parts of each manifest that are checked. The check fails if one is missing. */
const manifests = {
  ServiceAccount: named('ServiceAccount', { automountServiceAccountToken: z.literal(false) }),
  ConfigMap: named('ConfigMap', { data: labels }),
  Deployment: named('Deployment', {
    spec: z.object({
      replicas: z.never('the autoscaler chooses them').optional(),
      selector,
      template: z.object({
        metadata: z.object({ labels }),
        spec: z.object({
          serviceAccountName: z.string(),
          automountServiceAccountToken: z.literal(false),
          enableServiceLinks: z.literal(false),
          terminationGracePeriodSeconds: z.int(),
          securityContext: z.object({
            runAsNonRoot: z.literal(true),
            runAsUser: z.int().min(1),
            seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
          }),
          topologySpreadConstraints: z.array(z.object({ labelSelector: selector })).min(1),
          containers: z.tuple([container]),
        }),
      }),
    }),
  }),
  Service: named('Service', {
    spec: z.object({
      selector: labels,
      ports: z.tuple([z.object({ name: z.string(), port: z.int(), targetPort: z.string() })]),
    }),
  }),
  Ingress: named('Ingress', {
    spec: z.object({
      tls: z.tuple([z.object({ hosts: z.array(z.string()) })]),
      rules: z.tuple([
        z.object({
          host: z.string(),
          http: z.object({
            paths: z.array(
              z.object({
                path: z.string(),
                pathType: z.enum(['Exact', 'Prefix']),
                backend: z.object({ service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }) }),
              }),
            ),
          }),
        }),
      ]),
    }),
  }),
  HorizontalPodAutoscaler: named('HorizontalPodAutoscaler', {
    spec: z.object({
      scaleTargetRef: z.object({ kind: z.literal('Deployment'), name: z.string() }),
      minReplicas: z.int().min(2),
    }),
  }),
  PodDisruptionBudget: named('PodDisruptionBudget', { spec: z.object({ selector }) }),
  NetworkPolicy: named('NetworkPolicy', {
    spec: z.object({
      podSelector: selector,
      // Every peer selects individual pods, never a whole namespace.
      ingress: z.tuple([z.object({ from: z.array(podsOfNamespace), ports: z.tuple([z.object({ port: z.int() })]) })]),
      egress: z.array(
        z.object({
          to: z.array(z.union([podsOfNamespace, z.object({ ipBlock: z.object({ cidr: z.string() }) })])).min(1),
          ports: z.array(z.object({ port: z.int() })),
        }),
      ),
    }),
  }),
};

/**
 * Parses YAML files with Python's parser, which every machine with the container tools has. An npm package would be needed for this alone.
 */
function readYaml(paths: readonly string[]): readonly unknown[] {
  const script =
    'import json, sys, yaml\nprint(json.dumps([d for f in sys.argv[1:] for d in yaml.safe_load_all(open(f))]))';
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script, ...paths], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the YAML files cannot be read (python3-yaml is needed): ${stderr}`);
  return JSON.parse(stdout) as readonly unknown[];
}

const problems: string[] = [];
function require(isTrue: boolean, problem: string): void {
  if (!isTrue) problems.push(problem);
}
function requireSame(what: string, one: unknown, other: unknown): void {
  const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
  require(a === b, `${what}: ${a} and ${b}`);
}

const files = readdirSync(KUBERNETES).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
const documents = readYaml(files.map((name) => `${KUBERNETES}/${name}`));
function only<Kind extends keyof typeof manifests>(kind: Kind): z.output<(typeof manifests)[Kind]> {
  const found = documents.filter((document) => (document as { kind?: unknown }).kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind}, not one`);
  return manifests[kind].parse(found[0]) as z.output<(typeof manifests)[Kind]>;
}
const [deployment, config, service, ingress] = [
  only('Deployment'),
  only('ConfigMap'),
  only('Service'),
  only('Ingress'),
];
const policy = only('NetworkPolicy').spec;
const pod = deployment.spec.template.spec;
const [server] = pod.containers;
const port = server.ports[0]?.containerPort;
requireSame('kinds and manifests', documents.length, Object.keys(manifests).length);

// Files and the image.
const kustomization = z
  .object({
    resources: z.array(z.string()),
    images: z.tuple([z.object({ name: z.string(), newName: z.string(), newTag: z.string() })]),
  })
  .parse(readYaml([`${KUBERNETES}/kustomization.yaml`])[0]);
const [image] = kustomization.images;
requireSame('kustomization.yaml and the files', [...kustomization.resources].sort(), [...files].sort());
requireSame('the image of the kustomization and of the Deployment', image.name, server.image);
requireSame('its name and the one it gets', image.newName.split('/').at(-1), server.image);
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
requireSame('its tag and the version in package.json', image.newTag, version);
const { rolecall: compose, ...stores } = z
  .object({
    services: z.object({
      rolecall: z.object({ image: z.string(), stop_grace_period: z.string() }),
      mongo: storeService,
      redis: storeService,
    }),
  })
  .parse(readYaml(['compose.yaml'])[0]).services;
requireSame('the image of the Deployment and of compose.yaml', server.image, compose.image.split(':')[0]);

// Stores in compose.yaml.
problems.push(...passwordProblems(stores, readFileSync('compose.stores.env', 'utf8')));

// Variables: all known, and together sufficient to start the server with remote stores and a given key.
const secrets: Readonly<Record<string, string>> = {
  ROLECALL_MONGODB_URI: 'mongodb://user:password@db/rolecall',
  ROLECALL_REDIS_URL: 'redis://cache:6379',
  ROLECALL_KEY_ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
};
const known = new Set(['NODE_ENV', ...environmentVariables.map(({ name }) => name)]);
const given = server.env.map(({ name, value }) => [name, value ?? secrets[name] ?? ''] as const);
const settings = readSettings({ ...config.data, ...Object.fromEntries(given) }, '');
for (const { name, valueFrom } of server.env) {
  require(known.has(name), `the server does not know ${name}`);
  if (valueFrom !== undefined) requireSame('a variable and its key in the Secret', name, valueFrom.secretKeyRef.key);
}
requireSame('the ConfigMap and who reads it', config.metadata.name, server.envFrom[0]?.configMapRef.name);
requireSame('where it listens', settings.server.host, '0.0.0.0');
requireSame('PORT and the port of the container', settings.server.port, port);
requireSame(
  'the public URL and the host of the Ingress',
  settings.server.publicUrl,
  `https://${ingress.spec.rules[0].host}`,
);
requireSame('the host of the Ingress and its certificate', ingress.spec.tls[0].hosts, [ingress.spec.rules[0].host]);
require(settings.server.trustedProxies.length > 0, 'no proxy is trusted');
for (const name of ['mongodbUri', 'redisUrl'] as const)
  require(settings.stores[name] !== undefined, `${name} is not given: a pod would have a store of its own`);
require(settings.keys.keyEncryptionKey !== undefined, 'each pod would make a key of its own');

// Ports, names and labels.
const [servicePort] = service.spec.ports;
const probes = [server.startupProbe, server.livenessProbe, server.readinessProbe];
for (const name of [servicePort.targetPort, ...probes.map((each) => each.httpGet.port)])
  requireSame('a port and the one of the container', name, server.ports[0]?.name);
requireSame('the port of the NetworkPolicy', policy.ingress[0].ports[0].port, port);
const out = policy.egress.flatMap(({ ports }) => ports.map((each) => each.port));
for (const needed of [53, 27017, 6379, 443])
  require(out.includes(needed), `the NetworkPolicy lets nothing out to ${needed}`);
const isOneAddress = (cidr: string): boolean => cidr.endsWith(cidr.includes(':') ? '/128' : '/32');
for (const { to, ports } of policy.egress) {
  if (ports.every((each) => each.port === 443)) continue;
  for (const peer of to)
    if ('ipBlock' in peer)
      require(isOneAddress(
        peer.ipBlock.cidr,
      ), `the NetworkPolicy lets out to ${peer.ipBlock.cidr}, not to single addresses`);
}
requireSame('EXPOSE and the port', /^EXPOSE (\d+)$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1], String(port));
requireSame('the ServiceAccount', only('ServiceAccount').metadata.name, pod.serviceAccountName);
const autoscaler = only('HorizontalPodAutoscaler').spec;
requireSame('what is scaled', autoscaler.scaleTargetRef.name, deployment.metadata.name);
for (const [what, wanted] of [
  ['Deployment', deployment.spec.selector.matchLabels],
  ['Service', service.spec.selector],
  ['PodDisruptionBudget', only('PodDisruptionBudget').spec.selector.matchLabels],
  ['NetworkPolicy', policy.podSelector.matchLabels],
  ...pod.topologySpreadConstraints.map((each) => ['spread', each.labelSelector.matchLabels] as const),
] as const)
  requireSame(
    `the selector of the ${what} and the labels of the pods`,
    wanted,
    deployment.spec.template.metadata.labels,
  );

// Paths.
const routes = ingress.spec.rules[0].http.paths;
for (const { backend } of routes)
  requireSame('the backend of the Ingress', backend.service, {
    name: service.metadata.name,
    port: { name: servicePort.name },
  });
const isExposed = (asked: string): boolean =>
  routes.some(({ path, pathType }) =>
    pathType === 'Exact' ? asked === path : `${asked}/`.startsWith(path.endsWith('/') ? path : `${path}/`),
  );
const forOutside = [
  '/start',
  '/federation/corp/callback',
  '/federation',
  '/saml/corp/acs',
  '/saml/idp/123456789012/sso',
  '/models/rolecall',
];
for (const path of ['/', `${ISSUER_PATH}/auth`, ACCOUNT_PATH, `${ACCOUNT_PATH}/password`, ...forOutside])
  require(isExposed(path), `the Ingress does not let ${path} through`);
const internal = [...new Set(probes.map((each) => each.httpGet.path)), '/metrics'];
for (const path of internal) require(!isExposed(path), `the Ingress shows ${path} to everybody`);
problems.push(...(await notAnswered(internal)));

// Stopping. The server's maximum stop time, in seconds, applies to compose and systemd as well.
const stopsWithin = Math.ceil(KILL_AFTER / 1000);
const unit = readFileSync(UNIT, 'utf8');
const setting = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1] ?? '';
for (const [what, grace] of [
  ['Kubernetes', pod.terminationGracePeriodSeconds - server.lifecycle.preStop.sleep.seconds],
  ['compose', Number.parseInt(compose.stop_grace_period, 10)],
  ['systemd', Number(setting('TimeoutStopSec'))],
] as const)
  require(grace > stopsWithin, `${what} gives the server ${grace} s to stop, of which it may need ${stopsWithin}`);

// The systemd unit.
const [, program = ''] = setting('ExecStart').split(' ');
require(existsSync(
  program.replace(/^dist\/(.*)\.js$/, 'src/$1.ts'),
), `the unit starts ${program}, which nothing builds`);
for (const [, name = ''] of unit.matchAll(/^Environment=(\w+)=/gm))
  require(known.has(name), `${UNIT}: the server does not know ${name}`);

if (problems.length > 0)
  throw new Error(`deploy/ does not agree:\n${problems.map((text) => `  - ${text}`).join('\n')}`);
console.log(`${documents.length} manifests and a unit agree with the server and with each other`);

/** The paths for which the route table has no specific answer. */
async function notAnswered(paths: readonly string[]): Promise<readonly string[]> {
  const refuse = (): never => {
    throw new Error('no call is made here');
  };
  const listener = mount({
    wire: refuse,
    servesTarget: () => false,
    files: () => false,
    tooLarge: refuse,
    unserved: refuse,
    ready: async () => ({ ok: true, servesCalls: true, text: '' }),
    metrics: async () => ({ contentType: 'text/plain', text: '' }),
    pages: (_request, response) => response.writeHead(404).end(),
    trustedProxies: trustedProxies([]),
    fault: refuse,
  });
  const listening = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const at = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  const states = await Promise.all(paths.map(async (path) => ({ path, state: (await fetch(at + path)).status })));
  listening.close();
  listening.closeAllConnections();
  return states.filter(({ state }) => state !== 200).map(({ path, state }) => `${path} is answered by ${state}`);
}
