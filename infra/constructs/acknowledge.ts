import { CfnResource, Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** A rule of cdk-nag by its pack, or of checkov. */
export type Rule = `AwsSolutions-${string}` | `NIST.800.53.R5-${string}` | `CKV_AWS_${number}`;

/**
 * Accepts findings of the security rules, with a reason that the template shows. cdk-nag's apply to the construct and
 * everything in it, checkov's to one resource.
 */
export function acknowledge(construct: IConstruct, rules: readonly Rule[], reason: string): void {
  const ofCheckov = rules.filter((rule) => rule.startsWith('CKV_'));
  for (const rule of rules) {
    if (!ofCheckov.includes(rule)) Validations.of(construct).acknowledge({ id: rule, reason });
  }
  if (ofCheckov.length === 0) return;
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${construct.node.path} is not one resource`);
  // Checkov reads this in a template (Metadata.checkov.skip).
  const before: { skip?: readonly unknown[] } | undefined = resource.getMetadata('checkov');
  const added = ofCheckov.map((id) => ({ id, comment: reason }));
  resource.addMetadata('checkov', { skip: [...(before?.skip ?? []), ...added] });
}
