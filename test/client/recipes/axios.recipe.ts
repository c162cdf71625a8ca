import { type AxiosInstance, create, isAxiosError } from 'axios';
import { createETagClient } from '../../../src/client/index.js';

/** An axios whose writes are conditional, and whose 412 is a MidAirCollision. */
export function createHttp(baseURL: string): AxiosInstance {
  const client = createETagClient();
  const http = create({ baseURL, adapter: 'fetch', env: { fetch: client.fetch } });
  http.interceptors.response.use(undefined, async (error: unknown) => {
    if (!isAxiosError(error) || error.response?.status !== 412 || !error.config) throw error;
    const { method, data, headers } = error.config;
    const mine: unknown = typeof data === 'string' ? JSON.parse(data) : data;
    throw await client.collision(http.getUri(error.config), mine, {
      method: method?.toUpperCase() ?? 'PUT',
      headers: { ...headers.toJSON(true) },
      reason: error.response.data?.reason,
    });
  });
  return http;
}
