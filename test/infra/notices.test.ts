import { NOTICED_EVENTS as FILTERED } from '../../infra/constructs/notices.ts';
import { COMPANY_NOTICED_EVENTS } from '../../shared/domain/company-notice.ts';
import { NOTICED_EVENTS } from '../../shared/domain/notice.ts';
import { buildApplication } from './stage-application.ts';
import { DEPLOYED_STAGE, findResources, synthesizeStage } from './synthesized-stage.ts';

const deployed = () => synthesizeStage(DEPLOYED_STAGE).readTemplate('Service');
const local = () => synthesizeStage({}).readTemplate('Service');

it('lets through the stream exactly the events that holders and administrators learn of', () => {
  const noticed = [...NOTICED_EVENTS, ...COMPANY_NOTICED_EVENTS];
  const pattern = { eventName: ['INSERT'], dynamodb: { NewImage: { type: { S: noticed } } } };
  expect(FILTERED).toEqual(noticed);
  const [, mapping] =
    findResources(deployed(), 'AWS::Lambda::EventSourceMapping').find(([id]) => /SendNotices/.test(id)) ?? [];
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
  expect(findResources(deployed(), 'AWS::SES::EmailIdentity')).toEqual([]);
  expect(findResources(local(), 'AWS::SES::EmailIdentity').map(([, { Properties }]) => Properties)).toEqual([
    expect.objectContaining({ EmailIdentity: 'llavero.invalid' }),
  ]);
});

it('says at synthesis where a stage mails no notices, and may mail nothing then', () => {
  const { noticeSender: _none, ...silent } = DEPLOYED_STAGE;
  expect(JSON.stringify(synthesizeStage(silent).readTemplate('Service').Resources)).not.toContain('ses:SendEmail');
  const notes = (context: Record<string, unknown>) => {
    const service = buildApplication(context).node.findChild(`Llavero-${context.stage}-Service`);
    return service.node.findChild('Notices').node.metadata.map(({ data }) => String(data));
  };
  expect(notes(silent)).toEqual([expect.stringContaining('noticeSender')]);
  expect(notes(DEPLOYED_STAGE)).toEqual([]);
});
