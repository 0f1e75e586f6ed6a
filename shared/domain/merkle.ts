import { createHash } from 'node:crypto';

/** Bytes that tell a leaf from a node (RFC 9162 section 2.1.1), so that neither can pass for the other. */
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

function hash(...parts: (string | Uint8Array)[]): Buffer {
  const sha256 = createHash('sha256');
  for (const part of parts) sha256.update(part);
  return sha256.digest();
}

/** A subtree of 2^height leaves. */
interface Subtree {
  readonly height: number;
  readonly hash: Buffer;
}

/** The root of a Merkle tree (RFC 9162 section 2.1.1) over leaves that come one by one; memory is logarithmic. */
export class MerkleRoot {
  private readonly subtrees: Subtree[] = [];

  add(leaf: string): void {
    let added: Subtree = { height: 0, hash: hash(LEAF, leaf) };
    for (let left = this.subtrees.at(-1); left?.height === added.height; left = this.subtrees.at(-1)) {
      this.subtrees.pop();
      added = { height: added.height + 1, hash: hash(NODE, left.hash, added.hash) };
    }
    this.subtrees.push(added);
  }

  /** In lower-case hexadecimal. */
  close(): string {
    const last = this.subtrees.at(-1)?.hash ?? hash();
    return this.subtrees
      .slice(0, -1)
      .reduceRight((right, left) => hash(NODE, left.hash, right), last)
      .toString('hex');
  }
}

/** The hashes beside the way from a leaf to the root, from the leaf upwards (RFC 9162 section 2.1.3.1). */
export function inclusionPath(leaves: readonly string[], index: number): string[] {
  if (index < 0 || index >= leaves.length) throw new RangeError(`There is no leaf ${index}`);
  if (leaves.length === 1) return [];
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)];
  return index < half
    ? [...inclusionPath(left, index), rootOver(right)]
    : [...inclusionPath(right, index - half), rootOver(left)];
}

function rootOver(leaves: readonly string[]): string {
  const root = new MerkleRoot();
  for (const leaf of leaves) root.add(leaf);
  return root.close();
}

/** The root to which a path leads from a leaf (RFC 9162 section 2.1.3.2); undefined where it has not that length. */
export function rootFromPath(leaf: string, index: number, size: number, path: readonly string[]): string | undefined {
  if (index < 0 || index >= size) return undefined;
  let [place, last] = [index, size - 1];
  let reached = hash(LEAF, leaf);
  for (const beside of path.map((text) => Buffer.from(text, 'hex'))) {
    if (last === 0) return undefined;
    if (place % 2 === 1 || place === last) {
      reached = hash(NODE, beside, reached);
      // A last leaf without a neighbour stands for itself on the level above.
      while (place % 2 === 0 && place !== 0) [place, last] = [halve(place), halve(last)];
    } else reached = hash(NODE, reached, beside);
    [place, last] = [halve(place), halve(last)];
  }
  return last === 0 ? reached.toString('hex') : undefined;
}

function halve(number: number): number {
  return Math.floor(number / 2);
}
