import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { inclusionPath, MerkleRoot, rootFromPath } from '../../../shared/domain/merkle.ts';

function root(leaves: readonly string[]): string {
  const merkle = new MerkleRoot();
  for (const leaf of leaves) merkle.add(leaf);
  return merkle.close();
}

const leavesOfATree = fc.array(fc.string(), { minLength: 1, maxLength: 70 });
const placed = leavesOfATree.chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat(leaves.length - 1)));

const sha = (...parts: (string | Buffer)[]) =>
  createHash('sha256')
    .update(Buffer.concat(parts.map(bytes)))
    .digest();
const bytes = (part: string | Buffer) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part);

/** RFC 9162 section 2.1.1, word for word. */
function byDefinition(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha('');
  if (leaves.length === 1) return sha('\x00', Buffer.from(leaves[0] ?? ''));
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha('\x01', byDefinition(leaves.slice(0, k)), byDefinition(leaves.slice(k)));
}

it('the root is that of the definition, whatever the number of leaves', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 70 }), (leaves) => {
      expect(root(leaves)).toBe(byDefinition(leaves).toString('hex'));
    }),
  );
});

it('every leaf’s path leads to the root', () => {
  fc.assert(
    fc.property(leavesOfATree, (leaves) => {
      const reached = leaves.map((leaf, index) =>
        rootFromPath(leaf, index, leaves.length, inclusionPath(leaves, index)),
      );
      expect(new Set(reached)).toEqual(new Set([root(leaves)]));
    }),
    { numRuns: 50 },
  );
});

it('a changed leaf does not lead to the root', () => {
  fc.assert(
    fc.property(placed, fc.string(), ([leaves, index], other) => {
      fc.pre(other !== leaves[index]);
      expect(rootFromPath(other, index, leaves.length, inclusionPath(leaves, index))).not.toBe(root(leaves));
    }),
  );
});

it('a path changed in any byte, shortened or lengthened does not lead to the root', () => {
  fc.assert(
    fc.property(placed, fc.nat(), fc.nat(63), ([leaves, index], place, digit) => {
      const path = inclusionPath(leaves, index);
      const reach = (other: string[]) => rootFromPath(leaves[index] ?? '', index, leaves.length, other);
      expect(reach([...path, root(leaves)])).toBeUndefined();
      if (path.length === 0) return;
      expect(reach(path.slice(0, -1))).toBeUndefined();
      const step = place % path.length;
      const text = path[step] ?? '';
      const changed = text.slice(0, digit) + (text[digit] === '0' ? '1' : '0') + text.slice(digit + 1);
      expect(reach(path.with(step, changed))).not.toBe(root(leaves));
    }),
  );
});

it('a path from another place does not lead to the root', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 70 }), fc.nat(), (leaves, seed) => {
      const index = seed % leaves.length;
      const path = inclusionPath(leaves, index);
      for (const other of [(index + 1) % leaves.length, leaves.length, -1]) {
        expect(rootFromPath(leaves[index] ?? '', other, leaves.length, path)).not.toBe(root(leaves));
      }
    }),
  );
});

it('there is no path of a leaf that is not there', () => {
  expect(() => inclusionPath(['a'], 1)).toThrow(RangeError);
});
