import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { asText } from './named-metrics.ts';
import { DEPLOYED_STAGE, findResources, synthesizeStage } from './synthesized-stage.ts';

const bodySchema = z.object({
  periodOverride: z.string(),
  widgets: z.array(
    z.object({
      properties: z.looseObject({
        title: z.string().optional(),
        view: z.string().optional(),
        setPeriodToTimeRange: z.boolean().optional(),
        metrics: z.array(z.array(z.unknown())).default([]),
      }),
    }),
  ),
});

let dashboards: ReadonlyMap<string, z.infer<typeof bodySchema>>;

beforeAll(() => {
  const operations = synthesizeStage(DEPLOYED_STAGE).readTemplate('Operations');
  dashboards = new Map(
    findResources(operations, 'AWS::CloudWatch::Dashboard').map(([id, { Properties }]) => [
      id.startsWith('Health') ? 'Health' : 'Detail',
      bodySchema.parse(JSON.parse(asText(Properties.DashboardBody))),
    ]),
  );
});

it.each(['Health', 'Detail'])('%s keeps each graph’s own period, whatever time it shows', (name) => {
  expect(dashboards.get(name)?.periodOverride).toBe('inherit');
});

it('adds budgets up over all of the thirty days that they show, not over the last period within them', () => {
  const single = dashboards.get('Health')?.widgets.filter(({ properties }) => properties.view === 'singleValue') ?? [];
  expect(single.map(({ properties }) => [properties.setPeriodToTimeRange, properties.start, properties.end])).toEqual(
    Array.from({ length: 3 }, () => [true, '-P30D', 'P0D']),
  );
});

it('shows how long each call of the main table takes that the product makes, and no other', () => {
  const root = join(import.meta.dirname, '../..');
  const sources = globSync('shared/repositories/*.ts', { cwd: root })
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .filter((source) => source.includes('@aws-sdk/lib-dynamodb'));
  const made = sources.flatMap((source) => [...source.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => name));
  // The document client's names, and DynamoDB's own.
  const operations = [...new Set(made)].map((name) =>
    name.replace(/^(Put|Update|BatchGet|Get)$/, '$1Item').replace(/^TransactWrite$/, 'TransactWriteItems'),
  );
  const graph = dashboards
    .get('Detail')
    ?.widgets.find(({ properties }) => properties.title?.startsWith('Latencia p99'));
  const shown = (graph?.properties.metrics ?? []).map((metric) => metric[metric.indexOf('Operation') + 1]);
  expect(shown.sort()).toEqual(operations.sort());
});
