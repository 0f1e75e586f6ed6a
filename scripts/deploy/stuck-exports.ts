/** A template, in what of it stacks share. */
export interface SharedTemplate {
  readonly Outputs?: Readonly<
    Record<string, { readonly Value?: unknown; readonly Export?: { readonly Name: unknown } }>
  >;
}

/** The stacks of a stage by their names. */
export type StageTemplates = ReadonlyMap<string, SharedTemplate>;

/** An export that CloudFormation would not let go of. */
export interface StuckExport {
  readonly name: string;
  readonly stack: string;
  readonly importedBy: readonly string[];
  readonly what: 'removed' | 'changed';
}

/**
 * Finds the exports of the release before that a release removes or gives another value while a stack still imports
 * them. CloudFormation refuses that, in the middle of a deployment: the stack that exports is updated first.
 */
export function findStuckExports(before: StageTemplates, after: StageTemplates): StuckExport[] {
  const kept = new Map([...after.values()].flatMap((template) => listExports(template)));
  return [...before].flatMap(([stack, template]) =>
    listExports(template).flatMap(([name, value]): StuckExport[] => {
      const importedBy = [...before].flatMap(([other, { ...text }]) => (findImports(text).has(name) ? other : []));
      if (importedBy.length === 0 || kept.get(name) === value) return [];
      return [{ name, stack, importedBy, what: kept.has(name) ? 'changed' : 'removed' }];
    }),
  );
}

/** The names of a template's exports, each with what it stands for, as one text. */
function listExports({ Outputs = {} }: SharedTemplate): [name: string, value: string][] {
  return Object.values(Outputs).flatMap(({ Value, Export }) =>
    typeof Export?.Name === 'string' ? [[Export.Name, JSON.stringify(Value)]] : [],
  );
}

const IMPORT = 'Fn::ImportValue';

function findImports(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, inner] of Object.entries(value)) {
    if (name === IMPORT && typeof inner === 'string') found.add(inner);
    else findImports(inner, found);
  }
  return found;
}

/** One line for a person. */
export function describeStuck({ name, stack, importedBy, what }: StuckExport): string {
  const how = what === 'removed' ? 'no longer has it' : 'gives it another value';
  return `${stack} ${how}, and ${importedBy.join(', ')} still imports it: ${name}`;
}
