import { isNamedBy, type MetricIdentity, type MetricSearch, metricsNamedIn } from '../../infra/named-metrics.ts';
import { DEPLOYED_STAGE, synthesizeStage } from '../../infra/synthesized-stage.ts';
import { eventually } from '../support/eventually.ts';
import { startWatching, type Watching } from '../support/watching.ts';
import { type Emitted, runWholeProcess } from './whole-process.ts';

const NAMESPACE = 'Llavero';

let watching: Watching;
let named: (MetricIdentity | MetricSearch)[];

beforeAll(async () => {
  const { readTemplate } = synthesizeStage(DEPLOYED_STAGE);
  named = metricsNamedIn(readTemplate('Operations'))
    .filter(({ namespace }) => namespace === NAMESPACE)
    .map(asOfLocalStage);
  watching = startWatching();
  await runWholeProcess(emitted);
}, 240_000);

afterAll(() => watching?.stop());

/** A stage's metrics bear its name, and are otherwise the same in every stage. */
function asOfLocalStage<T extends MetricIdentity | MetricSearch>(metric: T): T {
  const { service } = metric.dimensions;
  if (service === undefined) return metric;
  const local = service.replace(DEPLOYED_STAGE.stage, 'local');
  return { ...metric, dimensions: { ...metric.dimensions, service: local } };
}

const own = () => watching.data.filter(({ namespace }) => namespace === NAMESPACE);

const emitted: Emitted = (name, value) =>
  eventually(
    async () =>
      own().some((datum) => datum.name === name && (!value || Object.values(datum.dimensions).includes(value))),
    (found) => found,
    { seconds: 60 },
  );

const inWords = ({ name, dimensions, ...rest }: MetricIdentity | MetricSearch) =>
  `${name} ${JSON.stringify(dimensions)}${'dimensionNames' in rest ? ` by ${rest.dimensionNames.join()}` : ''}`;
const inOrder = (metrics: readonly (MetricIdentity | MetricSearch)[]) => [...new Set(metrics.map(inWords))].sort();

it('every metric that alarms and dashboards name is emitted, dimension by dimension', () => {
  expect(named.length).toBeGreaterThan(0);
  expect(inOrder(named.filter((metric) => !own().some((datum) => isNamedBy(datum, metric))))).toEqual([]);
});

it('every metric that is emitted is on an alarm or a dashboard, dimension by dimension', () => {
  expect(inOrder(own().filter((datum) => !named.some((metric) => isNamedBy(datum, metric))))).toEqual([]);
});

it('every line that says it holds metrics holds them rightly', () => {
  expect(watching.malformed).toEqual([]);
});

it('no value of a dimension is an id or of a person: the service, or a word of a fixed list', () => {
  const values = own().flatMap(({ dimensions: { service, ...others } }) => [
    service === 'llavero-local',
    ...Object.values(others),
  ]);
  expect([...new Set(values)].filter((value) => value !== true && !/^[A-Z]+(?:_[A-Z]+)*$/.test(String(value)))).toEqual(
    [],
  );
});
