import validate from 'asl-validator';

/** Stands for whatever a definition refers to: only its form matters here. */
const SOME_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:some';

/** The definitions of a template's state machines, by logical id, with an ARN in place of each reference. */
export function findStateMachines(template: unknown): ReadonlyMap<string, string> {
  const resources = asMembers(asMembers(template).Resources);
  const machines = Object.entries(resources).filter(
    ([, resource]) => asMembers(resource).Type === 'AWS::StepFunctions::StateMachine',
  );
  return new Map(
    machines.map(([id, resource]) => [id, asText(asMembers(asMembers(resource).Properties).DefinitionString)]),
  );
}

/** Returns the faults of a definition in the Amazon States Language, one line each. */
export function findFaults(definition: string): readonly string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(definition);
  } catch {
    return ['it is not JSON'];
  }
  const { isValid, errors } = validate(parsed);
  return isValid ? [] : errors.map((error) => `${error['Error code']}: ${error.Message}`);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref: reference, 'Fn::Join': join } = asMembers(value);
  if (Array.isArray(join) && typeof join[0] === 'string' && Array.isArray(join[1])) {
    return join[1].map(asText).join(join[0]);
  }
  if (reference === 'AWS::Partition') return 'aws';
  if (value !== null && typeof value === 'object') return SOME_ARN;
  throw new Error('A state machine without a definition in its template cannot be checked');
}

function asMembers(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
