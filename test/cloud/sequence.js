/** The last file deploys another release to the cloud of all of them. */
const isLast = ({ path }) => path.endsWith('/test/cloud/upgrade.test.ts');

/** The order of the tests on the local cloud: by name, but for the last. */
export default class Sequence {
  sort(tests) {
    return tests.toSorted((one, other) => isLast(one) - isLast(other) || one.path.localeCompare(other.path));
  }

  // No order depends on how earlier runs went.
  cacheResults() {}
}
