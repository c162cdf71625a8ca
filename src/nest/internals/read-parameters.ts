import { RouteParameter } from './nest-metadata.js';

type ReadRequest = Record<string, Record<string, unknown> | undefined>;

/**
 * What the parameters of a GET handler are filled with, as Nest's own router does it (`RouteParamsFactory`,
 * not exported). A GET has no body and no files.
 */
export const READ_PARAMETERS = {
  exchangeKeyForValue(
    type: number,
    data: unknown,
    [request, response, next]: [ReadRequest, unknown, unknown],
  ): unknown {
    const name = typeof data === 'string' && data !== '' ? data : undefined;
    const within = (values: Record<string, unknown> | undefined): unknown =>
      name === undefined ? values : values?.[name];
    switch (type) {
      case RouteParameter.Request:
        return request;
      case RouteParameter.Response:
        return response;
      case RouteParameter.Next:
        return next;
      case RouteParameter.Param:
        return within(request['params']);
      case RouteParameter.Query:
        return within(request['query']);
      case RouteParameter.Headers:
        return name === undefined ? request['headers'] : request['headers']?.[name.toLowerCase()];
      case RouteParameter.Session:
        return request['session'];
      case RouteParameter.Host:
        return within(request['hosts'] ?? {});
      case RouteParameter.Ip:
        return request['ip'];
      case RouteParameter.Cookies:
        return within(request['cookies']);
      case RouteParameter.SignedCookies:
        return within(request['signedCookies']);
      default:
        return undefined;
    }
  },
};
