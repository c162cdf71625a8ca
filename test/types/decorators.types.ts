/** Checked by the compiler alone: a wrong type here is a failing test. */
import { Controller, Get, Injectable, UseGuards, UseInterceptors } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import {
  ETag,
  ETagInterceptor,
  ETagModule,
  IfMatchGuard,
  LastModified,
  SkipETag,
  WeakETag,
} from '../../src/index.js';
import type { ETagValidator } from '../../src/index.js';

class User {
  name = 'Shaun';
  age = 27;
  version = 1;
  updatedAt = new Date(0);
  address: { city: string } | null = null;
  items: { id: number }[] = [];

  greet(): string {
    return this.name;
  }
}

// Properties of the entity, once it is named.
WeakETag<User>(['name', 'address.city', 'items.id']);
WeakETag<User[]>(['name']);
WeakETag<Partial<User>>(['name']);
// @ts-expect-error a misspelled property
WeakETag<User>(['nmae']);
// @ts-expect-error a misspelled property within another
WeakETag<User>(['address.ctiy']);
// @ts-expect-error a misspelled property of the elements
WeakETag<User>(['name', 'items.ID']);
// @ts-expect-error a method is no content
WeakETag<User>(['greet']);
// @ts-expect-error a list is asked for, also of one
WeakETag<User>('name');
// @ts-expect-error properties are named by strings
WeakETag([1]);
// @ts-expect-error without any there would be nothing to tag
WeakETag();
// Any text, as long as the entity is not named.
WeakETag(['anything', 'at.all']);

ETag();
ETag({});
ETag({ version: 'any.text' });
ETag<User>({ version: 'version' });
ETag<User>({ version: 'updatedAt' });
ETag<User>({ version: ({ version }) => version });
ETag<User>({ version: ({ updatedAt }) => updatedAt });
ETag<User>({ version: ({ version }) => (version > 0 ? BigInt(version) : null) });
// @ts-expect-error a misspelled property
ETag<User>({ version: 'vresion' });
// @ts-expect-error a misspelled property in the function
ETag<User>({ version: ({ vresion }) => vresion });
// @ts-expect-error an object is no version
ETag<User>({ version: ({ address }) => address });
// @ts-expect-error there is no such option
ETag({ field: 'version' });
// @ts-expect-error an option and not a name
ETag('version');

ETag({ weak: true });
ETag({ version: 'version', verbatim: true, weak: true, property: '@odata.etag' });
ETag<User>({ version: 'version', verbatim: true, property: ['meta', 'version'] });
WeakETag(['name'], { property: 'etag' });
// @ts-expect-error verbatim is about a version, and there is none
ETag({ verbatim: true });
// @ts-expect-error a tag of bytes cannot stand in them
ETag({ property: 'etag' });
// @ts-expect-error a selection has no version
WeakETag(['name'], { verbatim: true });
// @ts-expect-error it is weak anyway
WeakETag(['name'], { weak: true });
// @ts-expect-error a switch is true or false
ETag({ weak: 'yes' });
// @ts-expect-error a switch is true or false
ETag({ version: 'version', verbatim: 1 });
// @ts-expect-error a name, or names
ETag({ version: 'version', property: 3 });
// @ts-expect-error a name, or names
ETag({ version: 'version', property: ['meta', 1] });
// @ts-expect-error the version is that of the entity
ETag<User>({ version: 'vresion', verbatim: true });

LastModified('any.text');
LastModified<User>('updatedAt');
// @ts-expect-error a misspelled property
LastModified<User>('updatedOn');
// @ts-expect-error it has to be named
LastModified();

SkipETag();
// @ts-expect-error there is nothing to choose
SkipETag({});

@Injectable()
class Versions implements ETagValidator {
  validate(request: { params: { id: string } }): Promise<number | null> {
    return Promise.resolve(Number(request.params.id));
  }
}

class NoValidator {
  check(): number {
    return 1;
  }
}

class WrongValidator {
  validate(): { version: number } {
    return { version: 1 };
  }
}

ETag({ validator: Versions });
ETag({ validator: Versions, verbatim: true, weak: true, property: 'etag' });
WeakETag(['name'], { validator: Versions });
// @ts-expect-error a version that is the tag itself is @ETag()'s
WeakETag(['name'], { validator: Versions, verbatim: true });
// @ts-expect-error a class, which Nest makes, and no instance
ETag({ validator: new Versions() });
// @ts-expect-error it has to have validate()
ETag({ validator: NoValidator });
// @ts-expect-error an object is no version
ETag({ validator: WrongValidator });
// @ts-expect-error the tag is made of these properties or of a version, not of both
WeakETag(['name'], { version: 'version' });

// On classes and on methods, in any order with Nest's own.
@Controller('users')
@ETag()
@WeakETag<User>(['name'])
@LastModified<User>('updatedAt')
@SkipETag()
@UseInterceptors(ETagInterceptor)
class UsersController {
  @ETag()
  @Get()
  @WeakETag<User>(['name'])
  @LastModified<User>('updatedAt')
  @SkipETag()
  @UseInterceptors(ETagInterceptor)
  @UseGuards(IfMatchGuard)
  read(): User {
    return new User();
  }
}
void UsersController;

class NotDecorated {
  // @ts-expect-error not on a property: it has no answer
  @ETag() name = 'Shaun';

  // @ts-expect-error not on a parameter either
  read(@ETag() name: string): string {
    return name;
  }
}
void NotDecorated;

ETagModule.forRoot();
ETagModule.forRoot({});
ETagModule.forRoot({
  atomicity: 'database',
  algorithm: 'sha512',
  secret: new Uint8Array(32),
  requireIfMatch: ['PUT', 'PATCH', 'DELETE'],
  cacheControl: false,
});
ETagModule.forRootAsync({
  inject: ['SECRET'],
  useFactory: (secret: string) => ({ secret }),
});
ETagModule.forRoot({
  refusalBody: (refusal, body) => ({ ...body, code: refusal.reason }),
});
ETagModule.forRoot({
  refusalStatus: {
    changed: 409,
    'missing-resource': 404,
    exists: 409,
    'weak-tag': 400,
    'recoded-tag': 400,
    'unmodified-since': 412,
    'missing-precondition': 428,
  },
});
// @ts-expect-error a refusal is none of these statuses
ETagModule.forRoot({ refusalStatus: { changed: 500 } });
// @ts-expect-error a status is a number
ETagModule.forRoot({ refusalStatus: { changed: '409' } });
// @ts-expect-error there is no such reason
ETagModule.forRoot({ refusalStatus: { gone: 404 } });
// @ts-expect-error what is malformed is 400 in every profile
ETagModule.forRoot({ refusalStatus: { malformed: 409 } });
// @ts-expect-error whoever waited in vain may try again: 503
ETagModule.forRoot({ refusalStatus: { busy: 409 } });
// @ts-expect-error the name of a hash
ETagModule.forRoot({ algorithm: (content: string) => content });
// @ts-expect-error a body is an object
ETagModule.forRoot({ refusalBody: ({ message }) => message });
// @ts-expect-error there is no such option
ETagModule.forRoot({ algoritm: 'sha256' });
// @ts-expect-error one of two
ETagModule.forRoot({ atomicity: 'cluster' });
// @ts-expect-error methods are in upper case
ETagModule.forRoot({ requireIfMatch: ['put'] });
// @ts-expect-error a read needs no If-Match
ETagModule.forRoot({ requireIfMatch: ['GET'] });
// @ts-expect-error a value, or false for none
ETagModule.forRoot({ cacheControl: true });
// @ts-expect-error a variable of the environment may be missing
ETagModule.forRoot({ secret: process.env['SECRET'] });
ETagModule.forRootAsync({
  // @ts-expect-error an option that is none, from a factory
  useFactory: () => ({ cacheControl: true }),
});

class TenantGuard extends IfMatchGuard {
  protected override keyOf(context: ExecutionContext, key: string): string {
    return `${context.getClass().name} ${key}`;
  }

  // @ts-expect-error it is given a way to read
  protected override currentOf(_: ExecutionContext, read: string): unknown {
    return read;
  }
}
UseGuards(TenantGuard);
