import '../../loud-env.ts';
import { PROBLEMS } from '../../../shared/errors.ts';
import { METRICS, type MetricName } from '../../../shared/telemetry/metric-names.ts';
import { count, judgeObjective, measure } from '../../../shared/telemetry/metrics.ts';

/** The lines that are written to the log. */
function written(work: () => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const spy = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    work();
  } finally {
    spy.mockRestore();
  }
  return lines.map((line) => JSON.parse(line));
}

function embedded(dimensions: string[][], name: string, unit: string) {
  return {
    Timestamp: expect.any(Number),
    CloudWatchMetrics: [{ Namespace: 'Llavero', Dimensions: dimensions, Metrics: [{ Name: name, Unit: unit }] }],
  };
}

it('counts one by its own dimension beside the service', () => {
  expect(written(() => count('ChangesRequested', 'RELEASE'))).toEqual([
    {
      _aws: embedded([['service', 'action']], 'ChangesRequested', 'Count'),
      service: 'llavero-test',
      action: 'RELEASE',
      ChangesRequested: 1,
    },
  ]);
});

it('measures an amount in the unit of its metric', () => {
  expect(written(() => measure('OldestOpenHoldAge', 12.5))).toEqual([
    { _aws: embedded([['service']], 'OldestOpenHoldAge', 'Seconds'), service: 'llavero-test', OldestOpenHoldAge: 12.5 },
  ]);
});

it('counts once more without its own dimension what has an alarm on the whole', () => {
  const [line] = written(() => count('ReconcilerRepairs', 'ENDED'));
  expect(line?._aws).toEqual(embedded([['service', 'kind'], ['service']], 'ReconcilerRepairs', 'Count'));
});

it.each([
  { elapsedMs: 0, result: 'MET' },
  { elapsedMs: 5_000, result: 'MET' },
  { elapsedMs: 5_001, result: 'MISSED' },
  { elapsedMs: undefined, result: 'MISSED' },
])('judges an objective by five seconds: $elapsedMs is $result', ({ elapsedMs, result }) => {
  expect(written(() => judgeObjective('PushObjective', elapsedMs))).toEqual([
    expect.objectContaining({ result, PushObjective: 1 }),
  ]);
});

it('has no dimension that could grow without bound', () => {
  const open = (Object.keys(METRICS) as MetricName[]).filter((name) => {
    const spec = METRICS[name];
    return 'dimension' in spec && !('values' in spec);
  });
  // The one whose values are listed elsewhere.
  expect(open).toEqual(['Refusals']);
  expect(Object.keys(PROBLEMS).length).toBeLessThan(40);
});
