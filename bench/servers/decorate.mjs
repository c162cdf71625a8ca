/**
 * Decorators without a compiler, so that the benchmark needs no build of its own.
 *
 * @param Class the class to decorate.
 * @param on its decorators.
 * @param methods for each method its decorators (`on`) and those of its parameters (`parameters`).
 */
export function decorate(Class, on, methods = {}) {
  for (const [name, { on: decorators, parameters = [] }] of Object.entries(methods)) {
    const descriptor = Object.getOwnPropertyDescriptor(Class.prototype, name);
    for (const each of decorators) each(Class.prototype, name, descriptor);
    parameters.forEach((each, index) => each(Class.prototype, name, index));
  }
  for (const each of on) each(Class);
  return Class;
}
