import { NOTICED_EVENTS as FILTERED } from '../../infra/constructs/notices.ts';
import { NOTICED_EVENTS } from '../../shared/domain/notice.ts';
import { applicationOf } from './stage-application.ts';
import { DEPLOYED_STAGE, resourcesOf, synthesizeStage } from './synthesized-stage.ts';

const deployed = () => synthesizeStage(DEPLOYED_STAGE).templateOf('Service');
const local = () => synthesizeStage({}).templateOf('Service');

it('lets through the stream exactly the events that holders learn of', () => {
  const pattern = { eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: NOTICED_EVENTS } } } };
  expect(FILTERED).toEqual([...NOTICED_EVENTS]);
  const [, mapping] =
    resourcesOf(deployed(), 'AWS::Lambda::EventSourceMapping').find(([id]) => /SendNotices/.test(id)) ?? [];
  expect(mapping?.Properties).toEqual(
    expect.objectContaining({
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
      BatchSize: 10,
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: 7200,
      MaximumRetryAttempts: 20,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: expect.anything() },
    }),
  );
});

it('may mail from the one address of the identity, which only a local stage makes', () => {
  expect(JSON.stringify(deployed().Resources)).toContain(
    '"Condition":{"StringEquals":{"ses:FromAddress":"notices@example.com"}}',
  );
  expect(resourcesOf(deployed(), 'AWS::SES::EmailIdentity')).toEqual([]);
  expect(resourcesOf(local(), 'AWS::SES::EmailIdentity').map(([, { Properties }]) => Properties)).toEqual([
    expect.objectContaining({ EmailIdentity: 'llavero.invalid' }),
  ]);
});

it('says at synthesis where a stage mails no notices, and may mail nothing then', () => {
  const { noticeSender: _none, ...silent } = DEPLOYED_STAGE;
  expect(JSON.stringify(synthesizeStage(silent).templateOf('Service').Resources)).not.toContain('ses:SendEmail');
  const notes = (context: Record<string, unknown>) => {
    const service = applicationOf(context).node.findChild(`Llavero-${context.stage}-Service`);
    return service.node.findChild('Notices').node.metadata.map(({ data }) => String(data));
  };
  expect(notes(silent)).toEqual([expect.stringContaining('noticeSender')]);
  expect(notes(DEPLOYED_STAGE)).toEqual([]);
});
