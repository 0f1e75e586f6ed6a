import { listStretches } from '../../../scripts/mutate/changed-lines.ts';

describe('the lines that a diff changes', () => {
  it('are those after it, stretch by stretch and file by file', () => {
    const diff = [
      'diff --git a/shared/domain/a.ts b/shared/domain/a.ts',
      '--- a/shared/domain/a.ts',
      '+++ b/shared/domain/a.ts',
      '@@ -3 +3 @@ export function a() {',
      '@@ -10,2 +10,4 @@',
      'diff --git a/shared/domain/b.ts b/shared/domain/b.ts',
      '--- /dev/null',
      '+++ b/shared/domain/b.ts',
      '@@ -0,0 +1,20 @@',
    ].join('\n');
    expect(listStretches(diff)).toEqual([
      'shared/domain/a.ts:3-3',
      'shared/domain/a.ts:10-13',
      'shared/domain/b.ts:1-20',
    ]);
  });

  it('are none where lines were only taken away, or nothing differs', () => {
    expect(listStretches('+++ b/shared/domain/a.ts\n@@ -3,2 +2,0 @@')).toEqual([]);
    expect(listStretches('')).toEqual([]);
  });
});
