import { isImportable } from '../../scripts/kept-resources/map-kept.ts';
import { DEPLOYED_STAGE, HOSTED_STAGE, synthesizeStage } from './synthesized-stage.ts';

it('protects every stack of a deployed stage from being deleted, and none of a local one', () => {
  const deployed = synthesizeStage({ ...HOSTED_STAGE, repository: 'bank/llavero' });
  expect(deployed.protectedStacks).toEqual(deployed.stackNames.toSorted());
  expect(synthesizeStage({}).protectedStacks).toEqual([]);
});

it('keeps everything of the data stack that it made, but nothing of a creation that failed of what has a name', () => {
  const { Resources } = synthesizeStage(DEPLOYED_STAGE).readTemplate('Data');
  const kept = Object.entries(Resources).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata');
  for (const [id, { Type, DeletionPolicy }] of kept) {
    const named = Type.startsWith('AWS::Cognito::UserPool') && Type !== 'AWS::Cognito::UserPool';
    expect([id, DeletionPolicy]).toEqual([id, expect.stringMatching(named ? /^RetainExceptOnCreate$/ : /^Retain/)]);
  }
  const [local] = Object.values(synthesizeStage({}).readTemplate('Data').Resources);
  expect(local?.DeletionPolicy).toBe('Delete');
});

it('knows by what each kept resource is imported, but for the looks of the login, which hold nothing', () => {
  const { Resources } = synthesizeStage(DEPLOYED_STAGE).readTemplate('Data');
  const types = new Set(Object.values(Resources).map(({ Type }) => Type));
  expect([...types].filter((type) => !isImportable(type)).sort()).toEqual(['AWS::Cognito::ManagedLoginBranding']);
});
