import fc from 'fast-check';
import {
  DELETION_MS,
  deleted,
  type Endpoint,
  isBeingDeleted,
  join,
  leave,
  newEndpoint,
} from '../../../shared/domain/endpoint.ts';
import { NOW } from '../../fixtures.ts';

const ARN = 'arn:endpoint';
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

describe('a push endpoint', () => {
  it('wakes nobody at first', () => {
    expect(newEndpoint(ARN)).toEqual({ endpointArn: ARN, devices: [], version: 0 });
  });

  it('wakes a phone once, the latest last, and is no longer being deleted', () => {
    const before: Endpoint = { endpointArn: ARN, devices: ['a', 'b'], version: 4, deletingUntil: NOW.toISOString() };
    expect(join(before, 'a')).toEqual({ endpointArn: ARN, devices: ['b', 'a'], version: 5 });
    expect(join(before, 'c')).toEqual({ endpointArn: ARN, devices: ['a', 'b', 'c'], version: 5 });
  });

  it('stays while it wakes another phone', () => {
    const before = { endpointArn: ARN, devices: ['a', 'b'], version: 4 };
    expect(leave(before, 'a', NOW)).toEqual({ endpointArn: ARN, devices: ['b'], version: 5 });
  });

  it.each([{ devices: ['a'] }, { devices: [] }])(
    'is deleted for half a minute once $devices leaves it',
    ({ devices }) => {
      const left = leave({ endpointArn: ARN, devices, version: 4 }, 'a', NOW);
      expect(left).toEqual({
        endpointArn: ARN,
        devices: [],
        version: 5,
        deletingUntil: later(DELETION_MS).toISOString(),
      });
      expect(isBeingDeleted(left, later(DELETION_MS - 1))).toBe(true);
      expect(isBeingDeleted(left, later(DELETION_MS))).toBe(false);
      expect(deleted(left)).toEqual({ endpointArn: ARN, devices: [], version: 6 });
      expect(isBeingDeleted(deleted(left), NOW)).toBe(false);
    },
  );

  it('has each phone at most once, whoever joins and leaves, and a version that only grows', () => {
    const steps = fc.array(fc.record({ joins: fc.boolean(), phone: fc.constantFrom('a', 'b', 'c') }));
    fc.assert(
      fc.property(steps, (those) => {
        let endpoint = newEndpoint(ARN);
        for (const { joins, phone } of those) {
          const next = joins ? join(endpoint, phone) : leave(endpoint, phone, NOW);
          expect(next.devices.includes(phone)).toBe(joins);
          expect(next.version).toBe(endpoint.version + 1);
          expect(new Set(next.devices).size).toBe(next.devices.length);
          endpoint = next;
        }
      }),
    );
  });
});
