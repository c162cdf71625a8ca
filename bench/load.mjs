import { idOf } from './articles.mjs';
import { Connection } from './connection.mjs';
import { SCENARIOS, get } from './scenarios.mjs';

/** As many connections as there are articles of a size: each writes to one of its own. */
export const CONNECTIONS = 16;

/**
 * Asks a server the same thing over and over, on all connections at once.
 *
 * @returns the number of requests, and for each the CPU time of the server and the time that passed, in microseconds.
 * @throws Error when an answer has another status than the scenario says.
 */
export async function measure({ server, scenario, size, milliseconds }) {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, number) => {
      const connection = await Connection.open(server.port);
      const path = `/articles/${idOf(size, number)}`;
      const { etag } = await ask(connection, get(path));
      return { connection, path, etag };
    }),
  );
  const before = await server.usage();
  const start = performance.now();
  const counts = await Promise.all(
    clients.map((client) => repeat(client, SCENARIOS[scenario], start + milliseconds)),
  );
  const passed = performance.now() - start;
  const after = await server.usage();
  for (const { connection } of clients) connection.close();
  const requests = counts.reduce((sum, each) => sum + each, 0);
  return {
    requests,
    cpu: (after.cpu - before.cpu) / requests,
    time: (passed * 1000) / requests,
  };
}

/** One request and its answer. */
export function ask(connection, request) {
  return new Promise((resolve, reject) => {
    connection.send(request, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

function repeat({ connection, path, etag }, { request, status, changesTag }, end) {
  return new Promise((resolve, reject) => {
    let count = 0;
    let next = Buffer.from(request(path, etag), 'latin1');
    const answered = (error, answer) => {
      if (error) return reject(error);
      if (answer.status !== status) {
        return reject(new Error(`${next.toString()} was answered ${answer.status}, not ${status}`));
      }
      count += 1;
      if (changesTag) next = request(path, answer.etag);
      if (performance.now() >= end) return resolve(count);
      connection.send(next, answered);
    };
    connection.send(next, answered);
  });
}
