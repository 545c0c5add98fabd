import { afterAll, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { startMongoServer } from '../../harness/mongo-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { StoreUnavailableError } from '../../src/ports/collections.ts';
import { people, person } from '../../src/ports/contract/contract-documents.ts';
import { openMongoStore } from '../../src/store/mongo/open-mongo-store.ts';

const STEP_DOWN_SECONDS = 5;

const server = await startMongoServer();
const raw = await mongoose.createConnection(server.uri).asPromise();
const admin = raw.getClient().db('admin');
const { setName } = await admin.command({ hello: 1 });
const stop = async (): Promise<void> => {
  await raw.close();
  await server.stop();
};
if (setName === undefined) {
  process.stdout.write(`not tested: ${server.name} is no replica set; name one by MONGODB_TEST_URI\n`);
  // Nothing is called after what is skipped.
  await stop();
}
const onReplicaSet = setName === undefined ? test.skip : test;
afterAll(stop);

onReplicaSet(
  'the primary steps down under load: what was acknowledged is there, and it goes on with the next',
  async () => {
    const { collections } = await openMongoStore({ uri: server.uri, clock: systemClock });
    const collection = collections.open(people('primary'));
    const acknowledged: string[] = [];
    const refused: { readonly id: string; readonly error: unknown }[] = [];
    let going = true;
    const write = async (worker: number): Promise<void> => {
      for (let n = 0; going; n++) {
        const id = `w${worker}-${n}`;
        await collection.insert(person(id)).then(
          () => void acknowledged.push(id),
          (error: unknown) => void refused.push({ id, error }),
        );
      }
    };
    const writers = [1, 2, 3, 4].map(write);
    const until = async (count: number): Promise<void> => {
      while (acknowledged.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await until(100);
    // The server may close the connection that asked for it.
    await admin.command({ replSetStepDown: STEP_DOWN_SECONDS, force: true }).catch(() => {});
    await until(acknowledged.length + 100);
    going = false;
    await Promise.all(writers);

    for (const { error } of refused) expect(error).toBeInstanceOf(StoreUnavailableError);
    for (const id of acknowledged) expect(await collection.get(['a1', id])).toMatchObject({ id });
    for (const { id } of refused) {
      const isThere = (await collection.get(['a1', id])) !== undefined;
      expect((await collection.find('byName', ['a1', `name-${id}`])).items).toHaveLength(isThere ? 1 : 0);
    }
    await collections.close();
  },
);
