import type { MakeApplication } from '../application.js';

type Method = (this: unknown, body: unknown) => unknown;

/** A middleware that replaces `res.json()` or `res.send()` of Express: whichever the variant names. */
export const application: MakeApplication = ({ variant }) => ({
  configure: (app) => {
    const change =
      variant === 'json'
        ? (data: unknown): unknown => ({ data })
        : (body: unknown): unknown => (typeof body === 'string' ? `)]}',\n${body}` : body);
    app.use((_request: unknown, response: Record<string, Method>, next: () => void) => {
      const original = response[variant];
      response[variant] = function replaced(body) {
        return original?.call(this, change(body));
      };
      next();
    });
  },
});
