import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type App, Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { applicationOf } from './stage-application.ts';
import { DEPLOYED_STAGE } from './synthesized-stage.ts';

function checked(app: App): App {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

it.each([
  { stage: 'deployed', context: DEPLOYED_STAGE },
  { stage: 'local', context: {} },
])('leaves no finding of the AwsSolutions rules unexplained in a $stage stage', ({ context }) => {
  expect(() => checked(applicationOf(context)).synth()).not.toThrow();
});

it('refuses a resource with a finding that nobody explained', () => {
  const app = applicationOf(DEPLOYED_STAGE);
  new Bucket(new Stack(app, 'Other'), 'Bucket');

  expect(() => checked(app).synth()).toThrow('AwsSolutions-S1');
});
