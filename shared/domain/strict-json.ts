import { type JSONVisitor, visit } from 'jsonc-parser';
import { ProblemError, validationFailed } from '../errors.ts';

/**
 * Parses JSON as RFC 8259 has it, and refuses what parsers read differently: repeated members, `__proto__`, lone
 * surrogates.
 *
 * @throws ProblemError `MALFORMED_JSON`, `DUPLICATE_MEMBER` or `VALIDATION_FAILED`, naming the member.
 */
export function parseStrictJson(text: string): unknown {
  const value = parse(text);
  scan(text);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('MALFORMED_JSON');
  }
}

function scan(text: string): void {
  const open: Set<string>[] = [];
  const visitor: JSONVisitor = {
    onObjectBegin: () => {
      open.push(new Set());
    },
    onObjectEnd: () => {
      open.pop();
    },
    onObjectProperty: (name, _offset, _length, _line, _character, parentPath) => {
      const path = [...parentPath(), name].join('.');
      const members = open.at(-1);
      if (name === '__proto__') throw validationFailed({ path, message: 'Dato no admitido · Member not accepted' });
      if (!name.isWellFormed()) throw loneSurrogate(parentPath().join('.'));
      if (members?.has(name)) {
        throw new ProblemError('DUPLICATE_MEMBER', {
          errors: [{ path, message: 'Está repetido · It is repeated' }],
        });
      }
      members?.add(name);
    },
    onLiteralValue: (value, _offset, _length, _line, _character, path) => {
      if (typeof value === 'string' && !value.isWellFormed()) throw loneSurrogate(path().join('.'));
    },
  };
  try {
    visit(text, visitor, { disallowComments: true });
  } catch (error) {
    // The visitor recurses: nesting too deep for the stack is no request of ours.
    if (error instanceof RangeError) throw new ProblemError('MALFORMED_JSON');
    throw error;
  }
}

function loneSurrogate(path: string): ProblemError {
  return validationFailed({ path, message: 'No es texto Unicode válido · Not well-formed Unicode' });
}
