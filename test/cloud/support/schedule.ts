import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { aws, resources, SERVICE_STACK } from './aws.ts';

/**
 * Stops the reconciler's schedule, so that a test sees what happens without it and then calls it itself:
 * with it running, one run in some would be mended before the test could look.
 */
export async function quietSchedule(): Promise<void> {
  const rules = await resources(SERVICE_STACK, 'AWS::Events::Rule');
  if (rules.length === 0) throw new Error('The stack has no schedule');
  for (const { physicalId } of rules) {
    // Some engines give the ARN, AWS gives the name.
    await aws.events().send(new DisableRuleCommand({ Name: physicalId.split('/').at(-1) ?? physicalId }));
  }
}
