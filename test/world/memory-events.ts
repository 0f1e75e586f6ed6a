import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type Hooks, MemoryService } from './memory-service.ts';

/** EventBridge in memory: what was put on one bus, in order, and the entries it refuses. */
export class MemoryEvents {
  private readonly service: MemoryService;
  /** Every entry that was taken, in order. */
  readonly taken: PutEventsRequestEntry[] = [];
  /** Gives the code with which an entry is refused; by default all are taken. */
  refusal: (entry: PutEventsRequestEntry) => string | undefined = () => undefined;

  constructor(busName: string) {
    this.service = new MemoryService('EventBridge').on(PutEventsCommand, ({ Entries = [] }) => {
      if (Entries.length === 0 || Entries.length > 10) throw new Error('PutEvents takes one to ten entries');
      const answers = Entries.map((entry) => {
        if (entry.EventBusName !== busName) throw new Error(`There is no bus ${entry.EventBusName}`);
        const ErrorCode = this.refusal(entry);
        if (ErrorCode !== undefined) return { ErrorCode, ErrorMessage: 'Refused' };
        return { EventId: `event-${this.taken.push(entry)}` };
      });
      return { Entries: answers, FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length };
    });
  }

  /** A client of this service; one made for an actor of a simulation has that actor's hooks. */
  client(hooks: Hooks = {}): EventBridgeClient {
    return this.service.client(EventBridgeClient, hooks);
  }
}
