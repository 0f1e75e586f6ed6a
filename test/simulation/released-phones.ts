import type { TokenEvent } from '../../shared/domain/event.ts';
import { dropRetiredEndpoints } from '../../shared/use-cases/drop-endpoints.ts';
import type { Stored } from './commit.ts';
import type { Enter } from './executions.ts';
import type { Scheduler } from './scheduler.ts';

interface Stage {
  readonly scheduler: Scheduler;
  readonly stored: Stored;
  readonly enter: Enter;
}

type Event = TokenEvent & { readonly tokenId: string; readonly holderId: string };

/** Plays the reader of the record's stream, which takes released phones off their endpoints: again until it succeeds. */
export class ReleasedPhones {
  private readonly stage: Stage;
  /** The last run for each event of a release. */
  private readonly runs = new Map<string, string>();
  private readonly releases: { readonly event: string; readonly holderId: string }[] = [];
  /** The record's events that were looked at; none ever goes. */
  private seen = 0;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  tick(): void {
    const { stored } = this.stage;
    if (stored.count('record', 'event') > this.seen) {
      const events = stored.all<Event>('record', 'event');
      for (const { tokenId, seq, holderId, type, change } of events.slice(this.seen)) {
        if (type !== 'CHANGE_APPLIED' || change?.action !== 'RELEASE') continue;
        this.releases.push({ event: `${tokenId} ${seq}`, holderId });
      }
      this.seen = events.length;
    }
    for (const { event, holderId } of this.releases) this.follow(event, holderId);
  }

  private follow(event: string, holderId: string): void {
    const { scheduler, enter } = this.stage;
    const last = this.runs.get(event);
    const end = last === undefined ? undefined : scheduler.ends.get(last);
    const succeeded = typeof end === 'object' && 'returned' in end;
    if (last !== undefined && (!end || succeeded)) return;
    const run = last === undefined ? `stream ${event}` : `${last}+`;
    this.runs.set(event, run);
    scheduler.spawn(run, (actor) => dropRetiredEndpoints(enter(actor, 'dropRetiredEndpoints'), holderId));
  }
}
