import {
  type EventSourceMappingConfiguration,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import type { Datum, Source } from './datum.ts';

/**
 * The delay of each reader of a stream (`AWS/Lambda IteratorAge` by FunctionName). The engine tells only how the
 * last batch went: one that fails is tried again and again, and is as old as its first failure.
 */
export class StreamAge implements Source {
  private readonly lambda: LambdaClient;
  private readonly failingSince = new Map<string, Date>();

  constructor(lambda: LambdaClient) {
    this.lambda = lambda;
  }

  async measure(now: Date): Promise<Datum[]> {
    const { EventSourceMappings } = await this.lambda.send(new ListEventSourceMappingsCommand({}));
    return (EventSourceMappings ?? []).map((mapping) => this.age(mapping, now));
  }

  private age({ UUID, FunctionArn, LastProcessingResult }: EventSourceMappingConfiguration, at: Date): Datum {
    const id = String(UUID);
    if (LastProcessingResult !== 'FAILED') this.failingSince.delete(id);
    else if (!this.failingSince.has(id)) this.failingSince.set(id, at);
    const since = this.failingSince.get(id) ?? at;
    return {
      namespace: 'AWS/Lambda',
      name: 'IteratorAge',
      dimensions: { FunctionName: String(FunctionArn).split(':')[6] ?? '' },
      unit: 'Milliseconds',
      at,
      values: [at.getTime() - since.getTime()],
    };
  }
}
