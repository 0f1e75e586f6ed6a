import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { PublishedEvent } from '../domain/published-event.ts';
import { type Environment, requireEnv } from '../env.ts';
import { EVENT_SOURCE } from '../event-source.ts';
import { clientSettings } from './clients.ts';

/** The bus from which the bank's other systems learn what joins the record. */
export class EventBus {
  private readonly client: Pick<EventBridgeClient, 'send'>;
  private readonly name: string;

  constructor(client: Pick<EventBridgeClient, 'send'>, name: string) {
    this.client = client;
    this.name = name;
  }

  /** Puts at most ten events; gives, in their order, why each was refused, or undefined where it was taken. */
  async put(events: readonly PublishedEvent[]): Promise<(string | undefined)[]> {
    const { Entries = [] } = await this.client.send(
      new PutEventsCommand({
        Entries: events.map((event) => ({
          EventBusName: this.name,
          Source: EVENT_SOURCE,
          DetailType: event.type,
          Time: new Date(event.at),
          Detail: JSON.stringify(event),
        })),
      }),
    );
    // An entry of which nothing is said was not taken, for all that is known.
    return events.map((_, index) => (Entries[index]?.EventId ? undefined : (Entries[index]?.ErrorCode ?? 'NoAnswer')));
  }
}

/** The stage's bus. */
export function openEventBus(environment: Environment): EventBus {
  return new EventBus(new EventBridgeClient(clientSettings(environment)), requireEnv(environment, 'EVENT_BUS_NAME'));
}
