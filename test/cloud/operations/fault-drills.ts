import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { nth } from '../support/company.ts';
import { openSystem } from '../support/otp.ts';
import { type Fault, withFaults } from '../support/relay.ts';
import { withoutGrant } from '../support/stream-failures.ts';
import { BLOCK } from '../support/web.ts';
import { type AlarmDrill, invoke, type Lane, setThreshold, times } from './alarm-drill.ts';
import { type Cast, holdUnblock, PAST_OBJECTIVES_MS } from './cast.ts';

/** The drills in which a service of AWS fails: functions by their errors, the reconciler by its own metrics. */
export function failureLanes(cast: Cast): Lane[] {
  return [
    [tableFails(cast), archiveFails(cast), noticesForbidden(cast), busForbidden(cast)],
    [workflowRefuses(cast), reconcilerFails(cast)],
  ];
}

/** The drills in which tables refuse calls: those of any function, so that nothing else is at work. */
export function throttledLane(cast: Cast): Lane {
  return [readsThrottled(cast), writesThrottled, recordThrottled(cast)];
}

const runBoth = () => Promise.all([invoke('reconcile-changes', {}), invoke('sign-day', {})]);

let ranOnce: Promise<unknown> | undefined;

/** The schedule is off, and no drill runs its functions: after a first run, nothing more is to be done for it. */
export const silence: AlarmDrill = {
  fires: ['ReconcilerSilent', 'DaysNotSigned'],
  cause: async () => {
    ranOnce ??= withFaults([], runBoth);
    await ranOnce;
  },
  end: () => withFaults([], runBoth),
};

/** The table answers nothing: every function that needs it throws, and so does the API. */
function tableFails(cast: Cast): AlarmDrill {
  const { web } = nth(cast.administrators, 0);
  const fires = ['HoldChangeErrors', 'ApplyChangeErrors', 'ExpireChangeErrors', 'ReconcileChangesErrors'];
  return {
    fires: ['ApiFaults', ...fires],
    cause: () => {
      const { companyId } = cast.company;
      const ids = { changeId: randomBytes(32).toString('hex'), companyId, tokenId: 'none', requestId: 'none' };
      return withFaults([{ service: 'dynamodb', kind: 'error' }], () =>
        Promise.all([
          web.send('GET', '/tokens'),
          invoke('hold-change', { ...ids, taskToken: 'none' }),
          invoke('apply-change', ids),
          invoke('expire-change', ids),
          invoke('reconcile-changes', {}),
        ]),
      );
    },
  };
}

/** An execution could not be started: the reconciler starts it. */
function workflowRefuses(cast: Cast): AlarmDrill {
  return {
    fires: ['ReconcilerRepairing'],
    cause: async () => {
      await withFaults([{ service: 'states', operation: 'StartExecution', kind: 'error' }], async () =>
        holdUnblock(nth(cast.administrators, 2), await cast.idleToken()),
      );
      await sleep(PAST_OBJECTIVES_MS);
      await invoke('reconcile-changes', {});
    },
  };
}

/** Longer than it takes a change that was not started to be the reconciler's. */
const DUE_MS = 2_500;

/** An execution can be started neither by the request nor by the reconciler, for as long as this goes on. */
function reconcilerFails(cast: Cast): AlarmDrill {
  return {
    fires: ['ReconcilerFailing'],
    cause: () =>
      withFaults([{ service: 'states', operation: 'StartExecution', kind: 'error' }], async () => {
        // Another each time: between the faults, the reconciler's own minute may see to those before.
        await holdUnblock(nth(cast.administrators, 2), await cast.idleToken());
        await sleep(DUE_MS);
        await invoke('reconcile-changes', {});
      }),
  };
}

/** Longer than the watch takes to see twice that a reader of the stream fails. */
const SEEN_TWICE_MS = 6_000;
/** In milliseconds; the alarm itself waits for ten minutes. */
const LATE_MS = 1_000;

/** The archive takes and lists nothing. */
function archiveFails(cast: Cast): AlarmDrill {
  const { web } = nth(cast.administrators, 0);
  return late(['ArchiveEventsLate'], ['ArchiveEventsErrors', 'SignDayErrors'], async () => {
    const tokenId = await cast.idleToken();
    await withFaults([{ service: 's3', kind: 'error' }], async () => {
      await Promise.all([web.block(tokenId), invoke('sign-day', {})]);
      await sleep(SEEN_TWICE_MS);
    });
  });
}

/** The function that tells holders may no longer read the table. */
function noticesForbidden(cast: Cast): AlarmDrill {
  const { web } = nth(cast.administrators, 0);
  return late(['SendNoticesLate'], ['SendNoticesErrors', 'PermissionsRefused'], () =>
    withoutGrant('send-notices', ['dynamodb:BatchGetItem'], async () => {
      await web.block(await cast.idleToken());
      await sleep(SEEN_TWICE_MS);
    }),
  );
}

/** The function that tells other systems may no longer put events on the bus. */
function busForbidden(cast: Cast): AlarmDrill {
  const { web } = nth(cast.administrators, 0);
  return late(['PublishEventsLate'], ['PublishEventsErrors'], () =>
    withoutGrant('publish-events', ['events:PutEvents'], async () => {
      await web.block(await cast.idleToken());
      await sleep(SEEN_TWICE_MS);
    }),
  );
}

/** A drill of alarms among which are some on lateness, which they say of a second instead of ten minutes meanwhile. */
function late(lateness: readonly string[], others: readonly string[], cause: () => Promise<unknown>): AlarmDrill {
  let restore: (() => Promise<unknown>) | undefined;
  return {
    fires: [...lateness, ...others],
    cause: async () => {
      restore ??= await setThreshold(lateness, LATE_MS);
      await cause();
    },
    end: async () => restore?.(),
  };
}

const throttled = (...operations: string[]): Fault[] =>
  operations.map((operation) => ({ service: 'dynamodb', operation, kind: 'error', code: 'ThrottlingException' }));

function readsThrottled(cast: Cast): AlarmDrill {
  const { web } = nth(cast.administrators, 0);
  return {
    fires: ['MainReadThrottled'],
    cause: () => withFaults(throttled('BatchGetItem', 'GetItem'), () => times(6, () => web.send('GET', '/me'))),
  };
}

/** The memory of codes is written to the main table alone. */
const writesThrottled: AlarmDrill = {
  fires: ['MainWriteThrottled'],
  cause: async () => {
    const { verify } = await openSystem();
    await withFaults(throttled('TransactWriteItems'), () => times(6, (each) => verify(`nobody-${each}`, '123456')));
  },
};

function recordThrottled(cast: Cast): AlarmDrill {
  const { web } = nth(cast.administrators, 0);
  return {
    fires: ['RecordReadThrottled', 'RecordWriteThrottled'],
    cause: async () => {
      const tokenId = await cast.idleToken();
      await withFaults(throttled('Query', 'TransactWriteItems'), () =>
        Promise.all([
          times(6, () => web.send('GET', `/tokens/${tokenId}/events`)),
          times(6, () => web.ask(tokenId, BLOCK)),
        ]),
      );
    },
  };
}
