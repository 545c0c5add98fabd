import { API_VERSION, SERVICE } from '../rolecall-service.ts';
import type { Declared } from '../shapes/declare-operation.ts';
import { paginatorsModel, serviceModel } from './service-model.ts';

/** The files that clients download to know the API, by path; each is made when it is first asked for. */
export function modelFiles(declarations: readonly Declared[]): ReadonlyMap<string, () => string> {
  const directory = `/models/${SERVICE}/${API_VERSION}`;
  return new Map([
    [`${directory}/service-2.json`, () => JSON.stringify(serviceModel(declarations), undefined, 2)],
    [`${directory}/paginators-1.json`, () => JSON.stringify(paginatorsModel(declarations), undefined, 2)],
  ]);
}
