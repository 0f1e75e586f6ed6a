import { faultSchema, takeFault } from '../../../local/relay/faults.ts';

const publish = { service: 'sns', operation: 'Publish', protocol: 'query' } as const;
const fault = (members: object) => faultSchema.parse({ service: 'sns', kind: 'error', ...members });

it('gives each call the first fault that fits, in the order they came', () => {
  const faults = [fault({ times: 2, code: 'First' }), fault({ times: 1, operation: 'Publish', code: 'Second' })];
  const codes = Array.from({ length: 4 }, () => takeFault(faults, publish)?.code);
  expect({ codes, faults }).toEqual({ codes: ['First', 'First', 'Second', undefined], faults: [] });
});

it('acts for ever when no number of times is given, and keeps how often it is still to act where one is', () => {
  const always = [fault({ code: 'Always' })];
  const codes = Array.from({ length: 20 }, () => takeFault(always, publish)?.code);
  expect({ codes: new Set(codes), always }).toEqual({
    codes: new Set(['Always']),
    always: [fault({ code: 'Always' })],
  });
  const thrice = [fault({ times: 3 })];
  takeFault(thrice, publish);
  expect(thrice).toEqual([fault({ times: 2 })]);
});

it.each([
  { what: 'another service', call: { service: 'sqs', operation: 'Publish', protocol: 'json' } },
  { what: 'another operation', call: { service: 'sns', operation: 'DeleteEndpoint', protocol: 'query' } },
] as const)('leaves $what alone, and is not used up by it', ({ call }) => {
  const faults = [fault({ operation: 'Publish', times: 1 })];
  expect({ other: takeFault(faults, call), own: takeFault(faults, publish)?.kind }).toEqual({
    other: undefined,
    own: 'error',
  });
});

it('knows a service by its other common names', () => {
  expect(faultSchema.parse({ service: 'ses', kind: 'cut' })).toEqual({ service: 'email', kind: 'cut' });
});

it.each([
  { what: 'an unknown kind', fault: { service: 'sns', kind: 'explode' } },
  { what: 'no service', fault: { kind: 'error' } },
  { what: 'a service in upper case', fault: { service: 'SNS', kind: 'error' } },
  { what: 'a misspelt member', fault: { service: 'sns', kind: 'error', time: 1 } },
  { what: 'no times at all', fault: { service: 'sns', kind: 'error', times: 0 } },
  { what: 'a status of success', fault: { service: 'sns', kind: 'error', status: 200 } },
  { what: 'a negative delay', fault: { service: 'sns', kind: 'delay', delayMs: -1 } },
  { what: 'an operation in lower case', fault: { service: 'sns', kind: 'error', operation: 'publish' } },
])('refuses $what', ({ fault: refused }) => {
  expect(faultSchema.safeParse(refused).success).toBe(false);
});
