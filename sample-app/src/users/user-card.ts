import type { User } from './user.entity.js';

/** A user as on a business card. No two are the same bytes: each says when it was printed. */
export class UserCard {
  readonly name: string;
  readonly email: string;
  readonly printedAt = new Date();

  constructor({ name, email }: User) {
    this.name = name;
    this.email = email;
  }
}
