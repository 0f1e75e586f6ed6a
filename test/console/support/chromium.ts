import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { inflate } from '@sparticuz/chromium';

/** Where Chromium and what it needs from a system were unpacked. */
export interface UnpackedChromium {
  readonly executable: string;
  readonly libraries: string;
  readonly fonts: string;
}

const require = createRequire(import.meta.url);

/**
 * Unpacks the Chromium of the npm package, once per version, under `.local/`. It has its own libraries and fonts, so
 * the machine needs neither and every machine draws the same letters.
 */
export async function unpackChromium(): Promise<UnpackedChromium> {
  const packageRoot = dirname(dirname(require.resolve('@sparticuz/chromium')));
  const { version } = require(join(packageRoot, 'package.json')) as { version: string };
  const folder = resolve('.local', `chromium-${version}`);
  if (!existsSync(folder)) await unpackInto(folder, join(packageRoot, 'bin'));
  return {
    executable: join(folder, 'chromium'),
    libraries: join(folder, 'al2023', 'lib'),
    fonts: join(folder, 'fonts'),
  };
}

async function unpackInto(folder: string, packed: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  const previous = process.env.TMPDIR;
  // The package unpacks into the temporary folder, whichever that is.
  process.env.TMPDIR = unfinished;
  try {
    await Promise.all(['chromium.br', 'fonts.tar.br', 'al2023.tar.br'].map((name) => inflate(join(packed, name))));
    await writeFile(join(unfinished, 'fonts', 'fonts.conf'), fontsAt(join(folder, 'fonts')));
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run may have been first.
    if (!existsSync(folder)) throw error;
  } finally {
    if (previous === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = previous;
  }
}

/** The package's own list names folders of Lambda and /tmp alone: without its fonts no text has a size. */
function fontsAt(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <cachedir>${join(folder, 'cache')}</cachedir>
</fontconfig>
`;
}
