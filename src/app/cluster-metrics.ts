import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** A worker's question for the metrics of all workers, and the supervisor's answer to it. */
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

function isMessage<Message extends Question | Answer>(value: unknown, kind: Message['kind']): value is Message {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** In the supervisor: answers its workers with the metrics of all of them, added up. */
export function answerMetricsQuestions(): void {
  const aggregator = new AggregatorRegistry();
  cluster.on('message', (worker, message: unknown) => {
    if (!isMessage<Question>(message, 'rolecall:metrics?')) return;
    const answer = (text: string | undefined): void => {
      if (worker.isConnected()) worker.send({ kind: 'rolecall:metrics', id: message.id, text } satisfies Answer);
    };
    aggregator.clusterMetrics().then(answer, () => answer(undefined));
  });
}

/** In a worker, first of all: has it answer when all are asked, with nothing as yet, so that none waits for one that is starting. */
export function joinMetrics(): void {
  new AggregatorRegistry();
}

/** In a process: reads its metrics, or those of all workers where it is one of several. */
export function metricsReader(registry: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => registry.metrics();
  AggregatorRegistry.setRegistries([registry]);
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
