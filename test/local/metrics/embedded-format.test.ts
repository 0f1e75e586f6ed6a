import { MalformedMetricsError, parseEmbedded } from '../../../local/metrics/embedded-format.ts';

const at = 1_574_109_732_004;
const line = (root: object, metrics: object[], rest: object = {}) =>
  JSON.stringify({ _aws: { Timestamp: at, CloudWatchMetrics: metrics, ...root }, ...rest });

/** The example of the specification. */
const EXAMPLE = line(
  {},
  [
    {
      Namespace: 'lambda-function-metrics',
      Dimensions: [['functionVersion']],
      Metrics: [{ Name: 'time', Unit: 'Milliseconds', StorageResolution: 60 }],
    },
  ],
  { functionVersion: '$LATEST', time: 100, requestId: '989ffbf8-9ace-4817-a57c-e4dd734019ee' },
);

it('reads the example of the specification', () => {
  expect(parseEmbedded(EXAMPLE)).toEqual([
    {
      namespace: 'lambda-function-metrics',
      name: 'time',
      dimensions: { functionVersion: '$LATEST' },
      unit: 'Milliseconds',
      at: new Date(at),
      values: [100],
      resolution: 60,
    },
  ]);
});

it('gives every metric once for each set of dimensions, an empty set among them', () => {
  const metrics = [
    {
      Namespace: 'N',
      Dimensions: [['service', 'kind'], ['service'], []],
      Metrics: [{ Name: 'A', Unit: 'Count' }, { Name: 'B' }],
    },
  ];
  const data = parseEmbedded(line({}, metrics, { service: 's', kind: 'k', A: 1, B: 2 }));
  expect(data.map(({ name, dimensions, unit }) => ({ name, dimensions, unit }))).toEqual(
    [{ service: 's', kind: 'k' }, { service: 's' }, {}].flatMap((dimensions) => [
      { name: 'A', dimensions, unit: 'Count' },
      { name: 'B', dimensions, unit: 'None' },
    ]),
  );
});

it('gives the values of an array, and metrics of several namespaces and of high resolution', () => {
  const metrics = [
    { Namespace: 'N', Dimensions: [[]], Metrics: [{ Name: 'A', StorageResolution: 1 }] },
    { Namespace: 'M', Dimensions: [[]], Metrics: [{ Name: 'B' }] },
  ];
  expect(parseEmbedded(line({}, metrics, { A: [1, 2.5, -3], B: 0 }))).toMatchObject([
    { namespace: 'N', name: 'A', values: [1, 2.5, -3], resolution: 1 },
    { namespace: 'M', name: 'B', values: [0], resolution: 60 },
  ]);
});

it('gives nothing for no set of dimensions, for an empty array and for members it does not know', () => {
  expect(parseEmbedded(line({}, [{ Namespace: 'N', Dimensions: [], Metrics: [{ Name: 'A' }] }], { A: 1 }))).toEqual([]);
  const metrics = [{ Namespace: 'N', Dimensions: [[]], Metrics: [{ Name: 'A', Other: 1 }], More: true }];
  expect(parseEmbedded(line({}, metrics, { A: [] }))).toEqual([]);
});

it.each([
  ['text', 'START RequestId: 1 Version: $LATEST'],
  ['text that names the metadata', 'the member "_aws" is missing'],
  ['a log line as JSON', '{"level":"INFO","message":"\\"_aws\\""}'],
  ['an array', '["_aws"]'],
  ['metrics with something behind them', `${EXAMPLE} and more`],
])('takes %s for no metrics', (_what, text) => {
  expect(parseEmbedded(text)).toEqual([]);
});

const good = { Namespace: 'N', Dimensions: [['d']], Metrics: [{ Name: 'A' }] };
const members = { d: 'v', A: 1 };

it.each([
  ['no timestamp', line({ Timestamp: undefined }, [good], members), '_aws.Timestamp'],
  ['a time as text', line({ Timestamp: '2026-01-01' }, [good], members), '_aws.Timestamp'],
  ['no namespace', line({}, [{ ...good, Namespace: '' }], members), 'Namespace'],
  ['dimensions that are no sets', line({}, [{ ...good, Dimensions: ['d'] }], members), 'Dimensions'],
  ['a dimension that is not there', line({}, [good], { A: 1 }), 'd: '],
  ['a dimension that is a number', line({}, [good], { d: 1, A: 1 }), 'd: '],
  ['a value that is not there', line({}, [good], { d: 'v' }), 'A: '],
  ['a value that is text', line({}, [good], { d: 'v', A: '1' }), 'A: '],
  ['values among which is text', line({}, [good], { d: 'v', A: [1, '2'] }), 'A'],
  ['101 values', line({}, [good], { d: 'v', A: Array(101).fill(1) }), 'A'],
  ['a unit that is none', line({}, [{ ...good, Metrics: [{ Name: 'A', Unit: 'Furlong' }] }], members), 'Unit'],
  [
    'a resolution that is none',
    line({}, [{ ...good, Metrics: [{ Name: 'A', StorageResolution: 5 }] }], members),
    'StorageResolution',
  ],
  ['31 dimensions', line({}, [{ ...good, Dimensions: [Array(31).fill('d')] }], members), 'Dimensions'],
])('refuses %s, and says which member is wrong', (_what, text, member) => {
  expect(() => parseEmbedded(text)).toThrow(MalformedMetricsError);
  expect(() => parseEmbedded(text)).toThrow(member);
});
