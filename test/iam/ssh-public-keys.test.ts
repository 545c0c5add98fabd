import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { type IamUnderTest, openIam, refusalOf, START } from './support/iam-under-test.ts';

/** Made by OpenSSH 9, with the fingerprint that its `ssh-keygen -l -E md5` prints. */
const BLOB = [
  'AAAAB3NzaC1yc2EAAAADAQABAAABAQDemoAV3+sSyuKdgQmaBTjFq2tRMtRQc/EFf1H3nIymiqcRaU+ziJBSrfQIu2z5EhVNJLGFDu2kdeBd+/',
  '9HxSNFICsuo+VLCSWZJeTc93c1dyQMxzY1InI+FA+SG3RW+C4SFlInxMG2HG9q9oVSrT3QcReyTUYmXv2O/4ygiklfhNhraDExoPBPt8jivUxj',
  'qqw4v1qmE/C7i1OoKzDoTZMlwQGxYzV84amiKZ1BXkVt9+CDm6EHPOFJbNLHkwXsydK0NIKaT2eQsQyKnARIc+TB9Z+VQz8V+nhuNMJJra1/RX',
  'UqIyJcHAbZbBYLvXUXU0Mzh5ss7AxNTOezE3y/clYp',
].join('');
const LINE = `ssh-rsa ${BLOB} alice@example`;
const FINGERPRINT = 'a5:63:97:66:3e:5b:63:5d:4f:b3:97:7c:6a:2d:b0:85';

let iam: IamUnderTest;
beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'alice' });
});
afterAll(() => iam.close());

const upload = (SSHPublicKeyBody: string, UserName = 'alice') =>
  iam.call('UploadSSHPublicKey', { UserName, SSHPublicKeyBody });
const get = (SSHPublicKeyId: string, Encoding: 'SSH' | 'PEM') =>
  iam.call('GetSSHPublicKey', { UserName: 'alice', SSHPublicKeyId, Encoding });
const list = async () => (await iam.call('ListSSHPublicKeys', { UserName: 'alice' })).SSHPublicKeys;
const rsaPem = (modulusLength = 2048): string =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ type: 'spki', format: 'pem' }).toString();

test('a key is uploaded, read in both encodings, made inactive and deleted', async () => {
  const { SSHPublicKey: key } = await upload(LINE);
  expect(key).toEqual({
    UserName: 'alice',
    SSHPublicKeyId: expect.stringMatching(/^APKA[A-Z2-7]{16}$/),
    Fingerprint: FINGERPRINT,
    SSHPublicKeyBody: LINE,
    Status: 'Active',
    UploadDate: new Date(START),
  });
  const { SSHPublicKeyId: id } = key;
  expect((await get(id, 'SSH')).SSHPublicKey).toEqual(key);
  const asPem = (await get(id, 'PEM')).SSHPublicKey;
  expect(asPem.SSHPublicKeyBody).toMatch(/^-----BEGIN PUBLIC KEY-----\nMIIBIjAN/);
  expect(asPem.Fingerprint).toBe(FINGERPRINT);

  const metadata = { UserName: 'alice', SSHPublicKeyId: id, Status: 'Active', UploadDate: new Date(START) };
  expect(await list()).toEqual([metadata]);
  const named = { UserName: 'alice', SSHPublicKeyId: id };
  expect(await iam.call('UpdateSSHPublicKey', { ...named, Status: 'Inactive' })).toEqual({});
  expect(await list()).toEqual([{ ...metadata, Status: 'Inactive' }]);
  expect(await iam.call('DeleteSSHPublicKey', named)).toEqual({});
  expect(await list()).toEqual([]);
});

test('a key uploaded as PEM is read as OpenSSH reads it', async () => {
  const id = (await upload(LINE)).SSHPublicKey.SSHPublicKeyId;
  const pem = (await get(id, 'PEM')).SSHPublicKey.SSHPublicKeyBody;
  await iam.call('DeleteSSHPublicKey', { UserName: 'alice', SSHPublicKeyId: id });
  const again = (await upload(pem)).SSHPublicKey;
  expect(again).toMatchObject({ SSHPublicKeyBody: pem, Fingerprint: FINGERPRINT });
  expect((await get(again.SSHPublicKeyId, 'SSH')).SSHPublicKey.SSHPublicKeyBody).toBe(`ssh-rsa ${BLOB}`);
});

test('the same key twice, in whatever encoding, is refused for one user and allowed for another', async () => {
  const { SSHPublicKey: key } = await upload(LINE);
  const pem = (await get(key.SSHPublicKeyId, 'PEM')).SSHPublicKey.SSHPublicKeyBody;
  for (const body of [LINE, `ssh-rsa ${BLOB}`, pem]) {
    expect(await refusalOf(upload(body))).toMatchObject({ code: 'DuplicateSSHPublicKey', status: 400 });
  }
  await iam.call('CreateUser', { UserName: 'bob' });
  expect((await upload(LINE, 'bob')).SSHPublicKey.Fingerprint).toBe(FINGERPRINT);
});

const ED25519 = generateKeyPairSync('ed25519');
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const tooLong = Buffer.concat([Buffer.from(BLOB, 'base64'), Buffer.alloc(4)]).toString('base64');
test.each([
  ['no key', 'UnrecognizedPublicKeyEncoding', 'nonsense'],
  ['another algorithm', 'UnrecognizedPublicKeyEncoding', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIH4yiOPw9p6lMZJFSWl8g'],
  ['no blob', 'InvalidPublicKey', 'ssh-rsa'],
  ['no base64', 'InvalidPublicKey', 'ssh-rsa !!!!'],
  ['a blob cut off', 'InvalidPublicKey', `ssh-rsa ${BLOB.slice(0, -40)}`],
  ['a blob with another part', 'InvalidPublicKey', `ssh-rsa ${tooLong}`],
  ['broken PEM', 'InvalidPublicKey', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
  ['a short key', 'InvalidPublicKey', rsaPem(1024)],
  ['no RSA key', 'InvalidPublicKey', ED25519.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ['a private key', 'InvalidPublicKey', RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
])('%s is refused', async (_what, code, body) => {
  const refused = await refusalOf(upload(body));
  expect(refused).toMatchObject({ code, status: 400 });
  expect(refused.message).not.toContain('-----');
  expect(await list()).toEqual([]);
});

test('five keys at most', async () => {
  for (let i = 0; i < 5; i++) await upload(rsaPem());
  expect(await refusalOf(upload(rsaPem()))).toEqual({
    code: 'LimitExceeded',
    status: 409,
    message: 'Cannot exceed quota for SSHPublicKeysPerUser: 5',
  });
});

test('errors name what is missing, and a user with a key cannot be deleted', async () => {
  const id = 'APKAXXXXXXXXXXXXXXXXX';
  const missing = { code: 'NoSuchEntity', status: 404, message: `The Public Key with id ${id} cannot be found.` };
  const named = { UserName: 'alice', SSHPublicKeyId: id };
  expect(await refusalOf(get(id, 'SSH'))).toEqual(missing);
  expect(await refusalOf(iam.call('UpdateSSHPublicKey', { ...named, Status: 'Active' }))).toEqual(missing);
  expect(await refusalOf(iam.call('DeleteSSHPublicKey', named))).toEqual(missing);
  expect((await refusalOf(upload(LINE, 'nobody'))).message).toBe('The user with name nobody cannot be found.');
  await upload(LINE);
  expect(await refusalOf(iam.call('DeleteUser', { UserName: 'alice' }))).toMatchObject({
    code: 'DeleteConflict',
    message: 'Cannot delete entity, must remove referenced objects first.',
  });
});
