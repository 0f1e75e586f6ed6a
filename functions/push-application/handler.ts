import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { inRun, type RunContext } from '../../shared/http/in-run.ts';
import { PushCredentialsError } from './credentials.ts';
import { PushApplicationProvider, propertiesSchema } from './push-application.ts';

const provider = new PushApplicationProvider(
  new SNSClient({ maxAttempts: 3 }),
  new SecretsManagerClient({ maxAttempts: 3 }),
);

/** CloudFormation's answer must come whatever happens: without one, a deployment waits until its time-out. */
export const handler = (event: CloudFormationCustomResourceEvent, context: RunContext): Promise<void> =>
  inRun(context, async () => answer(event, await fulfil(event)));

async function fulfil(event: CloudFormationCustomResourceEvent): Promise<Outcome> {
  try {
    return { Status: 'SUCCESS', PhysicalResourceId: await carryOut(event) };
  } catch (error) {
    return { Status: 'FAILED', PhysicalResourceId: physicalId(event), Reason: describeFailure(error) };
  }
}

async function carryOut(event: CloudFormationCustomResourceEvent): Promise<string> {
  if (event.RequestType === 'Delete') {
    await provider.delete(event.PhysicalResourceId);
    return event.PhysicalResourceId;
  }
  const properties = z.parse(propertiesSchema, event.ResourceProperties);
  return event.RequestType === 'Create'
    ? provider.create(properties)
    : provider.update(event.PhysicalResourceId, properties);
}

function physicalId(event: CloudFormationCustomResourceEvent): string {
  return event.RequestType === 'Create' ? `not-created-${event.RequestId}` : event.PhysicalResourceId;
}

/** The name of a fault, and its words only where they are ours: those of a service may quote what it was given. */
function describeFailure(error: unknown): string {
  if (error instanceof PushCredentialsError) return error.message;
  return error instanceof Error ? `The push application failed: ${error.name}` : 'The push application failed';
}

interface Outcome {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly PhysicalResourceId: string;
  readonly Reason?: string;
}

async function answer(event: CloudFormationCustomResourceEvent, outcome: Outcome): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const response = await fetch(event.ResponseURL, {
    method: 'PUT',
    // A presigned address: a content type that was not signed would be refused.
    headers: { 'Content-Type': '' },
    body: JSON.stringify({ ...outcome, StackId, RequestId, LogicalResourceId, NoEcho: true }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`CloudFormation refused the answer: ${response.status}`);
}
