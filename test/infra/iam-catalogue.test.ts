import { findFault, listRoleGrants } from './iam-catalogue.ts';
import { DEPLOYED_STAGE, synthesizeStage } from './synthesized-stage.ts';

const stage = synthesizeStage({
  ...DEPLOYED_STAGE,
  repository: 'bank/tokens',
  eventDestinationUrl: 'https://events.bank.example/',
});
const grants = () =>
  listRoleGrants(
    (['Data', 'Service', 'Operations', 'Edge', 'Pipeline'] as const).map((part) => stage.readTemplate(part)),
  );

/**
 * Actions that are granted on a resource although the catalogue knows none for them. Where AWS judges so, the alarm
 * `PermissionsRefused` rings, and `namedGrants=false` grants them on every resource (docs/deployment.md).
 */
const BY_NAME_ALL_THE_SAME = [
  'sns:CreatePlatformEndpoint is judged by no resource',
  'sns:DeleteEndpoint is judged by no resource',
  'sns:DeletePlatformApplication is judged by no resource',
  'sns:SetEndpointAttributes is judged by no resource',
  'sns:SetPlatformApplicationAttributes is judged by no resource',
  'states:SendTaskSuccess is judged by no resource',
];

it('grants no action that does not exist, and none on a resource that it does not take, but for those named here', async () => {
  const all = grants();
  expect(all.length).toBeGreaterThan(80);
  const faults = new Set((await Promise.all(all.map(findFault))).filter((fault) => fault !== undefined));
  // CodeDeploy is granted its three actions on functions and aliases in one statement; this one takes aliases alone.
  const idle = [...faults].filter((fault) =>
    /^lambda:GetProvisionedConcurrencyConfig does not take .*:function:name$/.test(fault),
  );
  expect(idle).toHaveLength(1);
  expect([...faults].filter((fault) => !idle.includes(fault)).sort()).toEqual(BY_NAME_ALL_THE_SAME);
});

it.each([
  { what: 'an action that does not exist', action: 'dynamodb:PutItems', resource: '*' },
  { what: 'a queue where a topic is due', action: 'sns:Publish', resource: 'arn:aws:sqs:us-east-1:123456789012:name' },
  {
    what: 'a resource for an action that is judged by none',
    action: 'dynamodb:ListStreams',
    resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/name/stream/time',
  },
])('finds $what', async ({ action, resource }) => {
  expect(await findFault({ action, resource })).toEqual(expect.stringContaining(action));
});

it('grants all of them on every resource where a stage says so', () => {
  const template = synthesizeStage({ ...DEPLOYED_STAGE, namedGrants: false }).readTemplate('Service');
  const named = listRoleGrants([template]).filter(({ action, resource }) => {
    return resource !== '*' && BY_NAME_ALL_THE_SAME.some((line) => line.startsWith(`${action} `));
  });
  expect(named).toEqual([]);
});
