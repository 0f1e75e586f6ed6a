import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { systemClock } from '../../shared/clock.ts';
import type { MemoryWorld } from './world.ts';

const REAL = ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout', 'performance'] as const;

/** Answers every call of AWS that a handler's own clients make in this world, stops the machine's clock at the world's, and lets nobody wait. */
export function standIn({ services, hooks, clock }: MemoryWorld): void {
  jest.useFakeTimers({ now: clock.now(), doNotFake: [...REAL] });
  jest.spyOn(systemClock, 'sleep').mockResolvedValue();
  const { tables, workflow, push, mail, events, keys } = services;
  jest.spyOn(DynamoDBDocumentClient.prototype, 'send').mockImplementation(tables.client(hooks).send);
  jest.spyOn(SFNClient.prototype, 'send').mockImplementation(workflow.client(hooks).send);
  jest.spyOn(SNSClient.prototype, 'send').mockImplementation(push.client(hooks).send);
  jest.spyOn(SESv2Client.prototype, 'send').mockImplementation(mail.client(hooks).send);
  jest.spyOn(EventBridgeClient.prototype, 'send').mockImplementation(events.client(hooks).send);
  jest.spyOn(KMSClient.prototype, 'send').mockImplementation(keys.client(hooks).send);
}

export function stopStandingIn(): void {
  jest.restoreAllMocks();
  jest.useRealTimers();
}
