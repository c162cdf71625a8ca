import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('servers/process.mjs', import.meta.url));

/** A server in a process of its own. */
export class ServerProcess {
  #child;

  /**
   * @param variant.module the file that starts it, without `servers/` and `.mjs`.
   * @param variant.settings what it is started with.
   * @param variant.build the build of the library to use: a path; by default this package's own.
   */
  static async start({ module, settings = {}, build }, nodeOptions = []) {
    const env = { ...process.env, NODE_ENV: 'production' };
    if (build !== undefined) env.NESTJS_ETAG = build;
    const child = fork(PROCESS, [`./${module}.mjs`, JSON.stringify(settings)], {
      env,
      execArgv: nodeOptions,
    });
    const died = once(child, 'exit').then(([code]) => {
      throw new Error(`The server ${module} ${JSON.stringify(settings)} ended with ${code}`);
    });
    const [{ port }] = await Promise.race([once(child, 'message'), died]);
    died.catch(() => undefined);
    return new ServerProcess(child, port);
  }

  constructor(child, port) {
    this.#child = child;
    this.port = port;
  }

  /** Its CPU time so far, in microseconds, and its memory, in bytes. */
  async usage({ collect = false } = {}) {
    const answered = once(this.#child, 'message');
    this.#child.send(collect ? 'collect' : 'usage');
    const [usage] = await answered;
    return usage;
  }

  async stop() {
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
