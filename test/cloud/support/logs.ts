import { paginateDescribeLogGroups, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { aws } from './aws.ts';

/** The head of every JWT, JWS and JWE. */
export const JOSE = /eyJ[\w-]{10,}/;

/** Every line of every log since a moment (epoch milliseconds). */
export async function logText(startTime = 0): Promise<{ groups: number; text: string }> {
  const client = aws.logs();
  const names: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client }, {})) {
    names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => (logGroupName ? [logGroupName] : [])));
  }
  const lines: string[] = [];
  for (const logGroupName of names) {
    for await (const page of paginateFilterLogEvents({ client }, { logGroupName, startTime })) {
      lines.push(...(page.events ?? []).map(({ message }) => message ?? ''));
    }
  }
  return { groups: names.length, text: lines.join('\n') };
}
