import {
  GenerateCredentialReport$,
  type GenerateCredentialReportResponse,
  GetCredentialReport$,
  type GetCredentialReportResponse,
} from '@aws-sdk/client-iam';
import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { accountRead } from './account-operation.ts';

/** GenerateCredentialReport and GetCredentialReport. Both change nothing that a policy protects: AWS counts them as reads. */
export function credentialReportOperations({ credentialReports: reports }: IamDependencies): readonly AnyOperation[] {
  return [
    accountRead(GenerateCredentialReport$, async (_input, accountId): Promise<GenerateCredentialReportResponse> => {
      const state = await reports.generate(accountId);
      if (state === 'complete') return { State: 'COMPLETE' };
      if (state === 'in-progress') return { State: 'INPROGRESS' };
      return {
        State: 'STARTED',
        // AWS's words.
        ...(state.started === 'first' && {
          Description: 'No report exists. Starting a new report generation task',
        }),
      };
    }),
    accountRead(GetCredentialReport$, async (_input, accountId): Promise<GetCredentialReportResponse> => {
      const { text, generatedAt } = await reports.get(accountId);
      return { Content: Buffer.from(text), ReportFormat: 'text/csv', GeneratedTime: new Date(generatedAt) };
    }),
  ];
}
