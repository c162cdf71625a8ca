import { Injectable } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-http-bearer';
import type { MakeApplication } from '../application.js';

@Injectable()
class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  validate(token: string): { name: string } | false {
    return token === 'ann' && { name: 'Ann' };
  }
}

@Injectable()
class BearerGuard extends AuthGuard('bearer') {}

export const application: MakeApplication = () => ({
  imports: [PassportModule],
  providers: [BearerStrategy, { provide: APP_GUARD, useClass: BearerGuard }],
});
