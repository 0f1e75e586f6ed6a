import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin, UserConfig } from 'vite';

// A build is a production build, whatever started it: under a test runner React would bring its development half.
process.env.NODE_ENV = 'production';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where both pages go: whoever serves what was built before has them built elsewhere first. */
const FOLDER = process.env.LLAVERO_PAGES_FOLDER ?? here('dist');

const WORKER = 'service-worker';

/** The build of one page: hashed files of its own origin only, nothing inline, so that the strictest policy fits it. */
export function pageBuild(page: 'console' | 'phone'): UserConfig {
  const hasWorker = page === 'phone';
  const folder = join(FOLDER, page);
  return {
    root: here(`pages/${page}`),
    plugins: [react(), ...(hasWorker ? [listFilesInWorker(folder)] : [])],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      // A data: address would need a wider policy than 'self'.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: true,
      ...(hasWorker ? { rolldownOptions: withWorker(here(`pages/${page}/index.html`)) } : {}),
    },
  };
}

/** Beside the page, a worker under a name that stays: by its content a browser sees that there is a new version. */
function withWorker(page: string) {
  return {
    input: { index: page, [WORKER]: here(`worker/${WORKER}.ts`) },
    output: {
      entryFileNames: ({ name }: { name: string }) => (name === WORKER ? `${WORKER}.js` : 'assets/[name]-[hash].js'),
    },
  };
}

/** Writes into the worker which files a version consists of, all but itself, and names the version by their content. */
function listFilesInWorker(folder: string): Plugin {
  return {
    name: 'list-files-in-worker',
    closeBundle() {
      const worker = join(folder, `${WORKER}.js`);
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .filter((file) => file !== worker)
        .sort();
      const digest = createHash('sha256');
      for (const file of files) digest.update(file.slice(folder.length)).update(readFileSync(file));
      const precache = {
        version: digest.digest('hex').slice(0, 16),
        paths: files.map((file) => file.slice(folder.length)),
      };
      const code = readFileSync(worker, 'utf8');
      if (!code.includes('PRECACHE')) throw new Error('The worker has no place for its list');
      writeFileSync(worker, `const PRECACHE = ${JSON.stringify(precache)};\n${code}`);
    },
  };
}
