import cluster from 'node:cluster';
import { setTimeout as wait } from 'node:timers/promises';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { READY } from './workers.ts';

/** A worker's request for the metrics of all workers. The supervisor sends an {@link Answer}. */
interface Question {
  readonly kind: 'rolecall:metrics?';
  readonly id: number;
}
interface Answer {
  readonly kind: 'rolecall:metrics';
  readonly id: number;
  readonly text: string | undefined;
}

const ANSWER_TIMEOUT = 5_000;
/** How long the supervisor waits for workers that are starting; ms. */
const START_TIMEOUT = 4_000;
const LOOK_AGAIN = 50;

function isMessage<Message extends Question | Answer>(value: unknown, kind: Message['kind']): value is Message {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** In the supervisor: answers its workers with the combined metrics of all of them. */
export function answerMetricsQuestions(): void {
  const aggregator = new AggregatorRegistry();
  const allServe = serving();
  cluster.on('message', (worker, message: unknown) => {
    if (!isMessage<Question>(message, 'rolecall:metrics?')) return;
    const answer = (text: string | undefined): void => {
      if (worker.isConnected()) worker.send({ kind: 'rolecall:metrics', id: message.id, text } satisfies Answer);
    };
    allServe()
      .then(() => aggregator.clusterMetrics())
      .then(answer, () => answer(undefined));
  });
}

/** Waits briefly for workers that are starting, because they would never answer a question that comes too early. */
function serving(): () => Promise<void> {
  const ready = new Set<number>();
  cluster.on('message', (worker, message: unknown) => {
    if (message === READY) ready.add(worker.id);
  });
  const areReady = (): boolean =>
    Object.values(cluster.workers ?? {}).every((worker) => worker && ready.has(worker.id));
  return async () => {
    for (let waited = 0; !areReady() && waited < START_TIMEOUT; waited += LOOK_AGAIN) await wait(LOOK_AGAIN);
  };
}

/** In any process: reads its own metrics, or those of all workers if it is one of several. */
export function metricsReader(registry: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => registry.metrics();
  AggregatorRegistry.setRegistries([registry]);
  new AggregatorRegistry();
  const waiting = new Map<number, (text: string | undefined) => void>();
  let lastId = 0;
  process.on('message', (message: unknown) => {
    if (isMessage<Answer>(message, 'rolecall:metrics')) waiting.get(message.id)?.(message.text);
  });
  return async () => {
    const id = ++lastId;
    const text = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), ANSWER_TIMEOUT);
      waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      process.send?.({ kind: 'rolecall:metrics?', id } satisfies Question);
    });
    waiting.delete(id);
    if (text === undefined) throw new Error('the supervisor did not answer with the metrics of all workers');
    return text;
  };
}
