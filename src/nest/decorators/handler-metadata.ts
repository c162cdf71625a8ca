import { SetMetadata, applyDecorators } from '@nestjs/common';

/**
 * As Nest's `SetMetadata()`; of a method it is noted on its class, too. A decorator above that replaces the method may lose what
 * is on the function, and boot can tell.
 */
export function SetHandlerMetadata(key: string, value: unknown): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(key, value), (target: object, name?: string | symbol) => {
    if (name !== undefined) Reflect.defineMetadata(key, true, target, name);
  });
}
