import { fork } from 'node:child_process';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/**
 * Starts the sample app as a process of its own, and waits until it answers.
 *
 * @param {number} port
 * @param {string} databaseUrl
 * @param {import('node:child_process').ChildProcess[]} processes where it is noted as soon as it is there.
 */
export async function startProcess(port, databaseUrl, processes) {
  const child = fork(MAIN, {
    env: { ...process.env, PORT: String(port), DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  processes.push(child);
  const exited = new Promise((_, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`The process on port ${port} ended with ${code}`)),
    );
  });
  await Promise.race([answers(port), exited]);
  exited.catch(() => {});
}

/** @param {number} port */
async function answers(port) {
  for (;;) {
    const isUp = await new Promise((resolve) => {
      get({ host: 'localhost', port, path: '/articles' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      }).on('error', () => setTimeout(resolve, 100, false));
    });
    if (isUp) return;
  }
}
